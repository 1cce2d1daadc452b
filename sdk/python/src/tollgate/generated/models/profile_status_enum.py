from typing import Literal

ProfileStatusEnum = Literal["active", "inactive", "pending"]

PROFILE_STATUS_ENUM_VALUES: set[ProfileStatusEnum] = {
    "active",
    "inactive",
    "pending",
}


def check_profile_status_enum(value: str) -> ProfileStatusEnum:
    if value in PROFILE_STATUS_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PROFILE_STATUS_ENUM_VALUES!r}")
