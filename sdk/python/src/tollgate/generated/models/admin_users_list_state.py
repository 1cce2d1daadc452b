from typing import Literal

AdminUsersListState = Literal["active", "disabled"]

ADMIN_USERS_LIST_STATE_VALUES: set[AdminUsersListState] = {
    "active",
    "disabled",
}


def check_admin_users_list_state(value: str) -> AdminUsersListState:
    if value in ADMIN_USERS_LIST_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ADMIN_USERS_LIST_STATE_VALUES!r}")
