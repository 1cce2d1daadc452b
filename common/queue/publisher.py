"""Hands committed jobs to the broker from a thread of its own, in batches.

A request that enqueues does not wait for the broker, nor fail with it: the row is safe, and the scheduler's relay publishes whatever this
thread could not. A row is deleted once the broker has confirmed its message; a crash between the two publishes it again, which the
at-least-once rule allows.
"""

import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from queue import Empty, Full, Queue
from typing import Any

import structlog
from celery import current_app
from django.db import close_old_connections

from common import clock
from common.models import Job
from common.queue.registry import find_job

log = structlog.get_logger(__name__)
BATCH_MAX = 200
WAITING_MAX = 10_000
CLAIM_SECONDS = 5
CONFIRM_SECONDS = 5
FORGET_SECONDS = 0.2
GATHER_SECONDS = 0.003
"""Between two batches: under load jobs gather, and the threads that answer requests are interrupted less often."""
_offers: Queue[Job] = Queue(maxsize=WAITING_MAX)
_thread_lock = threading.Lock()
_thread: threading.Thread | None = None


def claim_end() -> datetime:
    """Return the moment until which a new row belongs to the process that wrote it; after that the relay takes it."""
    return clock.now() + timedelta(seconds=CLAIM_SECONDS)


def offer(row: Job) -> None:
    """Queue a committed row for publishing by this process; when too many wait already, the relay will find it."""
    try:
        _offers.put_nowait(row)
    except Full:
        return
    _start_thread()


def publish(waiting: Sequence[Job]) -> list[int]:
    """Send jobs to the broker and return the ids of those that it confirmed; stops at the first refusal."""
    sent: list[int] = []
    try:
        with current_app.producer_or_acquire() as producer:
            for row in waiting:
                options: dict[str, Any] = {"confirm_timeout": CONFIRM_SECONDS}  # celery-types does not know it; kombu does
                find_job(row.name).apply_async((row.key,), queue=row.queue, producer=producer, retry=False, **options)
                sent.append(row.pk)
    except Exception as error:  # noqa: BLE001 - kombu raises whatever its transport does; the rows stay and the relay tries again
        log.warning("queue.publish_failed", problem=type(error).__name__, count=len(waiting) - len(sent))
    return sent


def forget(sent: Sequence[int]) -> None:
    """Delete the rows of jobs that the broker has."""
    if sent:
        Job.objects.filter(pk__in=sent).delete()


def relay() -> int:
    """Publish the rows that are due and that no publisher holds, and return how many; the scheduler calls this."""
    now = clock.now()
    due = Job.objects.filter(run_at__lte=now).exclude(claimed_until__gt=now).order_by("run_at", "id")[:BATCH_MAX]
    rows = [row for row in due if Job.objects.filter(pk=row.pk).exclude(claimed_until__gt=now).update(claimed_until=claim_end())]
    sent = publish(rows) if rows else []
    forget(sent)
    return len(sent)


def _start_thread() -> None:
    global _thread  # noqa: PLW0603 - one thread a process; a forked child starts its own
    if _thread is not None and _thread.is_alive():
        return
    with _thread_lock:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_publish_forever, name="publisher", daemon=True)
            _thread.start()


def _publish_forever() -> None:
    """Publish as jobs come; their rows are deleted together a moment later, which costs a fraction of one by one."""
    sent: list[int] = []
    while True:
        batch = _next_batch(wait=not sent)
        try:
            if batch:
                sent += publish(batch)
                time.sleep(GATHER_SECONDS)
            if len(sent) >= BATCH_MAX or not batch:
                forget(sent)
                sent = []
        except Exception:
            log.exception("queue.publisher_error", count=len(batch))
            sent = []
        finally:
            if not sent:
                close_old_connections()


def _next_batch(*, wait: bool) -> list[Job]:
    """Return the jobs that wait to be published: at least one, unless ``wait`` is false and none comes for a while."""
    batch: list[Job] = []
    try:
        batch.append(_offers.get(timeout=None if wait else FORGET_SECONDS))
        while len(batch) < BATCH_MAX:
            batch.append(_offers.get_nowait())
    except Empty:
        pass
    return batch
