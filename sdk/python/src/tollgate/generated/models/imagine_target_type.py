from typing import Literal

ImagineTargetType = Literal["", "image", "sound", "speech", "video"]

IMAGINE_TARGET_TYPE_VALUES: set[ImagineTargetType] = {
    "",
    "image",
    "sound",
    "speech",
    "video",
}


def check_imagine_target_type(value: str) -> ImagineTargetType:
    if value in IMAGINE_TARGET_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {IMAGINE_TARGET_TYPE_VALUES!r}")
