"""What can go wrong, one class each."""

from typing import Any

import httpx

from tollgate.generated.models.task import Task


class ApiError(Exception):
    """The server refused.

    ``status`` is HTTP's; ``code`` and ``message`` are the server's own; ``retry_after_seconds`` is set where it says when to come back.
    """

    def __init__(self, status: int, code: Any, message: str, retry_after_seconds: int | None) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.retry_after_seconds = retry_after_seconds


class TaskFailed(Exception):
    """The task ended without its result: it failed (``task.error`` says why), or was cancelled."""

    def __init__(self, task: Task) -> None:
        super().__init__(task.error.message if task.error else f"The task was {task.status}.")
        self.task = task


class TookTooLong(Exception):
    """The task has not ended within the time that was given; it goes on, and ``wait`` can be called again."""


def check(response: httpx.Response) -> httpx.Response:
    """Return the response if it is a success; raises :class:`ApiError`. A stream's body must have been read."""
    if response.is_success:
        return response
    try:
        body = response.json()
    except ValueError:
        body = {}
    wait = response.headers.get("Retry-After", "")
    message = body.get("message") or body.get("error") or response.reason_phrase
    raise ApiError(response.status_code, body.get("code"), str(message), int(wait) if wait.isdigit() else None)
