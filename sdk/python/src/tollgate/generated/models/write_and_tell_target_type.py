from typing import Literal

WriteAndTellTargetType = Literal["", "speech"]

WRITE_AND_TELL_TARGET_TYPE_VALUES: set[WriteAndTellTargetType] = {
    "",
    "speech",
}


def check_write_and_tell_target_type(value: str) -> WriteAndTellTargetType:
    if value in WRITE_AND_TELL_TARGET_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WRITE_AND_TELL_TARGET_TYPE_VALUES!r}")
