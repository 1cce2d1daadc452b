from typing import Literal

AdminTasksListState = Literal["cancelled", "failed", "queued", "running", "succeeded"]

ADMIN_TASKS_LIST_STATE_VALUES: set[AdminTasksListState] = {
    "cancelled",
    "failed",
    "queued",
    "running",
    "succeeded",
}


def check_admin_tasks_list_state(value: str) -> AdminTasksListState:
    if value in ADMIN_TASKS_LIST_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ADMIN_TASKS_LIST_STATE_VALUES!r}")
