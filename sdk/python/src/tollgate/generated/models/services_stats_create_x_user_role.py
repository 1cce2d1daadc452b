from typing import Literal

ServicesStatsCreateXUserRole = Literal["admin", "publisher", "user"]

SERVICES_STATS_CREATE_X_USER_ROLE_VALUES: set[ServicesStatsCreateXUserRole] = {
    "admin",
    "publisher",
    "user",
}


def check_services_stats_create_x_user_role(value: str) -> ServicesStatsCreateXUserRole:
    if value in SERVICES_STATS_CREATE_X_USER_ROLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SERVICES_STATS_CREATE_X_USER_ROLE_VALUES!r}")
