from typing import Literal

InspireTargetType = Literal["", "text"]

INSPIRE_TARGET_TYPE_VALUES: set[InspireTargetType] = {
    "",
    "text",
}


def check_inspire_target_type(value: str) -> InspireTargetType:
    if value in INSPIRE_TARGET_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INSPIRE_TARGET_TYPE_VALUES!r}")
