from typing import Literal

AdminTasksListStatus = Literal["cancelled", "failed", "queued", "running", "succeeded"]

ADMIN_TASKS_LIST_STATUS_VALUES: set[AdminTasksListStatus] = {
    "cancelled",
    "failed",
    "queued",
    "running",
    "succeeded",
}


def check_admin_tasks_list_status(value: str) -> AdminTasksListStatus:
    if value in ADMIN_TASKS_LIST_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ADMIN_TASKS_LIST_STATUS_VALUES!r}")
