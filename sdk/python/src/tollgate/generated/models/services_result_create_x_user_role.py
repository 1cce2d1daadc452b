from typing import Literal

ServicesResultCreateXUserRole = Literal["admin", "publisher", "user"]

SERVICES_RESULT_CREATE_X_USER_ROLE_VALUES: set[ServicesResultCreateXUserRole] = {
    "admin",
    "publisher",
    "user",
}


def check_services_result_create_x_user_role(value: str) -> ServicesResultCreateXUserRole:
    if value in SERVICES_RESULT_CREATE_X_USER_ROLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SERVICES_RESULT_CREATE_X_USER_ROLE_VALUES!r}")
