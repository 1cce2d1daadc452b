from typing import Literal

OutcomeEnum = Literal["broken", "failed", "refused", "running", "stopped", "succeeded", "waited"]

OUTCOME_ENUM_VALUES: set[OutcomeEnum] = {
    "broken",
    "failed",
    "refused",
    "running",
    "stopped",
    "succeeded",
    "waited",
}


def check_outcome_enum(value: str) -> OutcomeEnum:
    if value in OUTCOME_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {OUTCOME_ENUM_VALUES!r}")
