from typing import Literal

CallCreateXUserRole = Literal["admin", "publisher", "user"]

CALL_CREATE_X_USER_ROLE_VALUES: set[CallCreateXUserRole] = {
    "admin",
    "publisher",
    "user",
}


def check_call_create_x_user_role(value: str) -> CallCreateXUserRole:
    if value in CALL_CREATE_X_USER_ROLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CALL_CREATE_X_USER_ROLE_VALUES!r}")
