"""Heartbeats: one thread a process renews the leases of all its running attempts.

It wakes three times a lease, so short tasks never cost it a query. An attempt whose row is no longer its own is told by its ``lost`` event.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import Error, close_old_connections

from common import clock
from tasks.models import Task
from tasks.services.running import Attempt
from tasks.states import State

log = structlog.get_logger(__name__)
_by_id: dict[int, Attempt] = {}
_lock = threading.Lock()
_thread: threading.Thread | None = None


@contextmanager
def kept_alive(attempt: Attempt) -> Iterator[None]:
    """Renew the attempt's lease until the block ends."""
    with _lock:
        _by_id[id(attempt)] = attempt
        _ensure_thread()
    try:
        yield
    finally:
        with _lock:
            _by_id.pop(id(attempt), None)


def renew(attempt: Attempt) -> None:
    """Extend the attempt's lease, or set ``lost`` if the task is no longer its own."""
    until = clock.now() + timedelta(seconds=settings.TASK_LEASE_SECONDS)
    if not Task.objects.filter(pk=attempt.id, state=State.RUNNING, attempt=attempt.number).update(lease_until=until):
        attempt.lost.set()


def _ensure_thread() -> None:
    global _thread  # noqa: PLW0603 - one thread a process; a forked child starts its own
    if _thread is None or not _thread.is_alive():
        _thread = threading.Thread(target=_beat_forever, name="heartbeat", daemon=True)
        _thread.start()


def _beat_forever() -> None:
    pause = threading.Event()
    while not pause.wait(settings.TASK_LEASE_SECONDS / 3):
        with _lock:
            running = list(_by_id.values())
        try:
            for attempt in running:
                renew(attempt)
        except Error as error:
            log.warning("heartbeat.database_unavailable", problem=type(error).__name__)
        finally:
            if running:
                close_old_connections()
