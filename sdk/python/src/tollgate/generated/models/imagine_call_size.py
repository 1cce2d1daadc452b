from typing import Literal

ImagineCallSize = Literal["1024x1024", "1024x768", "512x512", "768x1024", "768x768"]

IMAGINE_CALL_SIZE_VALUES: set[ImagineCallSize] = {
    "1024x1024",
    "1024x768",
    "512x512",
    "768x1024",
    "768x768",
}


def check_imagine_call_size(value: str) -> ImagineCallSize:
    if value in IMAGINE_CALL_SIZE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {IMAGINE_CALL_SIZE_VALUES!r}")
