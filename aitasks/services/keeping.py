"""Keeping a result: into the storage, patiently, because what a model has made is not made again for a storage that is away (M-6.4).

Stands by itself because the provider waits meanwhile, with its work done: the task is neither queued nor failed, and can be cancelled.
"""

import threading
import time
from pathlib import Path

import structlog
from django.conf import settings

from common import errors
from tasks.errors import LeaseLost
from tasks.models import StoredFile
from tasks.services import files
from tasks.services import running as tasks
from tasks.services.running import Attempt

log = structlog.get_logger(__name__)
PAUSE_SECONDS = 0.2
PAUSE_SECONDS_MAX = 10.0
LOOK_SECONDS = 0.4
"""How often a pause is interrupted to see whether the task is still this attempt's and the process is to end."""


class WorkerStops(Exception):
    """The worker is shutting down; the attempt does not count."""


class ResultNotStored(errors.StorageDown):
    """The storage was away for longer than a result is kept waiting. Another attempt would call the model again, so there is none."""

    permanent = True

    def __init__(self) -> None:
        super().__init__("The result could not be stored: the object storage did not answer in time. Try again later.")


def keep_result(*, attempt: Attempt, source: Path, content_type: str, stopping: threading.Event) -> StoredFile:
    """Put a result into the task's storage and return its row, not saved yet; tries for ``STORAGE_RETRY_SECONDS``.

    Raises :class:`ResultNotStored`, and within a second ``LeaseLost`` or :class:`WorkerStops`.
    """
    until = time.monotonic() + settings.STORAGE_RETRY_SECONDS
    pause_seconds = PAUSE_SECONDS
    while True:
        try:
            task = attempt.task
            return files.write_file(account_id=task.account_id, source=source, content_type=content_type, storage=task.storage)
        except errors.StorageDown as error:
            left_seconds = until - time.monotonic()
            log.warning("task.storage_down", reason=type(error).__name__)
            if left_seconds <= 0:
                raise ResultNotStored from error
            _wait(attempt, min(pause_seconds, left_seconds), stopping)
            pause_seconds = min(pause_seconds * 2, PAUSE_SECONDS_MAX)


def _wait(attempt: Attempt, seconds: float, stopping: threading.Event) -> None:
    until = time.monotonic() + seconds
    while (left_seconds := until - time.monotonic()) > 0:
        if stopping.is_set():
            raise WorkerStops
        if attempt.lost.wait(min(left_seconds, LOOK_SECONDS)):
            raise LeaseLost
        tasks.confirm(attempt=attempt)
