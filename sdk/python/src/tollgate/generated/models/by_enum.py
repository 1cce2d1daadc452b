from typing import Literal

ByEnum = Literal["api", "app", "day", "provider", "user"]

BY_ENUM_VALUES: set[ByEnum] = {
    "api",
    "app",
    "day",
    "provider",
    "user",
}


def check_by_enum(value: str) -> ByEnum:
    if value in BY_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BY_ENUM_VALUES!r}")
