"""The embedded worker: runs the job rows themselves, in threads of this process.

A job is claimed by one conditional ``UPDATE`` and its row deleted after it ran, so a worker killed in the middle leaves a row that the next
one takes when the claim is over. Looking costs one indexed read; ``POLL_SECONDS`` bounds how long a job waits for an idle worker.
"""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import Error, close_old_connections, transaction
from django.db.models import Q

from common import clock
from common.models import Job
from common.queue.registry import find_job

log = structlog.get_logger(__name__)
POLL_SECONDS = 0.02
DELIVERIES_MAX = 10


class EmbeddedWorker:
    """Claims and runs due jobs until told to stop; ``concurrency`` jobs at a time."""

    def __init__(self, *, concurrency: int) -> None:
        self.concurrency = concurrency
        self.stopping = threading.Event()
        self._pool = ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="job")
        self._running: set[Future[None]] = set()
        self._freed = threading.Condition()

    def work(self) -> None:
        """Work until ``stopping`` is set, then let the running jobs end."""
        while not self.stopping.is_set():
            try:
                claimed = claim_jobs(limit=self._free_slots())
            except Error as error:
                log.warning("queue.database_unavailable", problem=type(error).__name__)
                close_old_connections()
                claimed = []
            for row in claimed:
                self._start(row)
            if not claimed or not self._free_slots():
                self._wait()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _free_slots(self) -> int:
        return self.concurrency - len(self._running)

    def _start(self, row: Job) -> None:
        future = self._pool.submit(run_in_thread, row)
        with self._freed:
            self._running.add(future)
        future.add_done_callback(self._done)

    def _done(self, future: "Future[None]") -> None:
        with self._freed:
            self._running.discard(future)
            self._freed.notify_all()

    def _wait(self) -> None:
        with self._freed:
            self._freed.wait(POLL_SECONDS)


def claim_jobs(*, limit: int) -> list[Job]:
    """Return up to ``limit`` due jobs that are now this worker's alone, oldest first."""
    now = clock.now()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    due = list(Job.objects.filter(free, run_at__lte=now).order_by("run_at", "id")[: max(limit, 0)])
    if not due:
        return []
    until = now + timedelta(seconds=settings.TASK_LEASE_SECONDS)
    with transaction.atomic():
        return [row for row in due if Job.objects.filter(free, pk=row.pk).update(claimed_until=until, deliveries=row.deliveries + 1)]


def run_in_thread(row: Job) -> None:
    """Run a claimed job; a connection that broke meanwhile is not kept for the thread's next one."""
    try:
        run_claimed(row)
    finally:
        close_old_connections()


def run_claimed(row: Job) -> None:
    """Run a claimed job and delete its row; a job that raises is tried again later, a few times."""
    try:
        find_job(row.name)(row.key)
    except Exception:
        log.exception("queue.job_failed", job=row.name, key_id=row.key, attempt=row.deliveries + 1)
        if row.deliveries + 1 < DELIVERIES_MAX:
            later = clock.now() + timedelta(seconds=min(2 ** (row.deliveries + 1), 300))
            Job.objects.filter(pk=row.pk).update(claimed_until=None, run_at=later)
            return
    Job.objects.filter(pk=row.pk).delete()
