from typing import Literal

ExtractTargetType = Literal["", "text"]

EXTRACT_TARGET_TYPE_VALUES: set[ExtractTargetType] = {
    "",
    "text",
}


def check_extract_target_type(value: str) -> ExtractTargetType:
    if value in EXTRACT_TARGET_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXTRACT_TARGET_TYPE_VALUES!r}")
