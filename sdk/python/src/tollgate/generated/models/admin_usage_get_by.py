from typing import Literal

AdminUsageGetBy = Literal["api", "app", "day", "provider", "user"]

ADMIN_USAGE_GET_BY_VALUES: set[AdminUsageGetBy] = {
    "api",
    "app",
    "day",
    "provider",
    "user",
}


def check_admin_usage_get_by(value: str) -> AdminUsageGetBy:
    if value in ADMIN_USAGE_GET_BY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ADMIN_USAGE_GET_BY_VALUES!r}")
