from typing import Literal

BreakerEnum = Literal["asked to wait", "closed", "open", "trial due"]

BREAKER_ENUM_VALUES: set[BreakerEnum] = {
    "asked to wait",
    "closed",
    "open",
    "trial due",
}


def check_breaker_enum(value: str) -> BreakerEnum:
    if value in BREAKER_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BREAKER_ENUM_VALUES!r}")
