"""The courier: a few threads of the scheduler's process that send what is due, so that no job's worker ever waits for a receiver.

One thread looks; the others send. Several couriers, in several processes, do no harm: a claim is exclusive. Bounded for each process is how
many requests one receiver, and one account's receivers, get at a time.
"""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

import structlog
from django.db import Error, close_old_connections

from tasks.models import Delivery
from tasks.services.delivering.attempting import run_claimed
from tasks.services.delivering.claiming import claim_due

log = structlog.get_logger(__name__)
THREADS = 16
POLL_SECONDS = 0.25


class Courier:
    """Delivers until ``stopping`` is set, then lets what is being sent end."""

    def __init__(self, *, stopping: threading.Event, threads: int = THREADS) -> None:
        self._stopping = stopping
        self._threads = threads
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="courier")
        self._sending: dict[UUID, Delivery] = {}
        self._lock = threading.Lock()
        self._freed = threading.Event()

    def work(self) -> None:
        """Claim and send what is due, again and again."""
        while not self._stopping.is_set():
            claimed = self._claim()
            for delivery in claimed:
                self._start(delivery)
            if not claimed:
                self._freed.wait(POLL_SECONDS)
                self._freed.clear()
        self._pool.shutdown(wait=True)
        close_old_connections()

    def _claim(self) -> list[Delivery]:
        with self._lock:
            sending = list(self._sending.values())
        try:
            return claim_due(limit=self._threads - len(sending), sending=sending)
        except Error as error:
            log.warning("courier.database_unavailable", problem=type(error).__name__)
            return []
        except Exception as error:
            log.exception("courier.claim_failed", problem=type(error).__name__)
            return []
        finally:
            close_old_connections()

    def _start(self, delivery: Delivery) -> None:
        with self._lock:
            self._sending[delivery.pk] = delivery
        self._pool.submit(_run, delivery).add_done_callback(lambda done: self._done(delivery, done))

    def _done(self, delivery: Delivery, done: "Future[None]") -> None:
        with self._lock:
            self._sending.pop(delivery.pk, None)
        # The next one of its lane, or for its receiver, may go now.
        self._freed.set()
        error = done.exception()
        if error is not None:
            # Its lease runs out, and it is taken again.
            log.error("courier.attempt_crashed", key_id=str(delivery.pk), problem=type(error).__name__)


def _run(delivery: Delivery) -> None:
    try:
        run_claimed(delivery=delivery)
    finally:
        close_old_connections()
