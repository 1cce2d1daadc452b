from typing import Literal

StatsCreateXUserRole = Literal["admin", "publisher", "user"]

STATS_CREATE_X_USER_ROLE_VALUES: set[StatsCreateXUserRole] = {
    "admin",
    "publisher",
    "user",
}


def check_stats_create_x_user_role(value: str) -> StatsCreateXUserRole:
    if value in STATS_CREATE_X_USER_ROLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {STATS_CREATE_X_USER_ROLE_VALUES!r}")
