from typing import Literal

ResultCreateXUserRole = Literal["admin", "publisher", "user"]

RESULT_CREATE_X_USER_ROLE_VALUES: set[ResultCreateXUserRole] = {
    "admin",
    "publisher",
    "user",
}


def check_result_create_x_user_role(value: str) -> ResultCreateXUserRole:
    if value in RESULT_CREATE_X_USER_ROLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RESULT_CREATE_X_USER_ROLE_VALUES!r}")
