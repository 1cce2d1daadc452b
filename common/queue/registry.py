"""Finds a job's function by its name, in Celery's own registry: the one list of jobs, whichever queue carries them."""

from threading import Lock
from typing import Any

from celery import Task, current_app

from common import errors

_loading = Lock()
_is_loaded = False


class UnknownJob(errors.TollgateError):
    """A row names a job that this process does not know: an older or newer release wrote it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"No job is called {name}.")


def find_job(name: str) -> "Task[Any, Any]":
    """Return the registered job ``name``; raises :class:`UnknownJob`."""
    _load_jobs()
    try:
        return current_app.tasks[name]
    except KeyError:
        raise UnknownJob(name) from None


def _load_jobs() -> None:
    """Import every app's ``jobs`` module once, as a Celery worker does at its start; other threads wait until it is done."""
    global _is_loaded  # noqa: PLW0603 - once a process
    if not _is_loaded:
        with _loading:
            if not _is_loaded:
                current_app.loader.import_default_modules()
                _is_loaded = True
