from typing import Literal

ServicesCallCreateXUserRole = Literal["admin", "publisher", "user"]

SERVICES_CALL_CREATE_X_USER_ROLE_VALUES: set[ServicesCallCreateXUserRole] = {
    "admin",
    "publisher",
    "user",
}


def check_services_call_create_x_user_role(value: str) -> ServicesCallCreateXUserRole:
    if value in SERVICES_CALL_CREATE_X_USER_ROLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SERVICES_CALL_CREATE_X_USER_ROLE_VALUES!r}")
