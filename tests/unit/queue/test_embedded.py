"""The embedded worker: runs what is due, once; tries again what fails; survives what breaks."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from celery import current_app
from django.db import connection, transaction

from common import clock, queue
from common.models import Job
from common.queue import embedded
from common.queue.embedded import EmbeddedWorker
from common.queue.registry import UnknownJob, find_job

Work = Callable[[str], None]


@pytest.fixture
def define(live_database: None) -> Iterator[Callable[[Work], str]]:
    """Registers a job for the test and returns its name."""
    names: list[str] = []

    def register(function: Work) -> str:
        names.append(f"test.{function.__name__}")
        find_job("aitasks.run_attempt")
        queue.job(names[-1])(function)
        return names[-1]

    yield register
    for name in names:
        current_app.tasks.pop(name, None)


@contextmanager
def working(*, concurrency: int = 2) -> Iterator[EmbeddedWorker]:
    """A worker beside the test; it has stopped when the block is over."""
    worker = EmbeddedWorker(concurrency=concurrency)

    def work() -> None:
        worker.work()
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield worker
    finally:
        worker.stopping.set()
        thread.join()


def run_due() -> list[str]:
    """Run what is due in this thread, and return its keys."""
    rows = embedded.claim_jobs(limit=10)
    for row in rows:
        embedded.run_claimed(row)
    return [row.key for row in rows]


def test_a_job_exists_if_its_transaction_commits(define: Callable[[Work], str]) -> None:
    def note(_key: str) -> None: ...

    name = define(note)
    with transaction.atomic():
        queue.enqueue(name=name, key="lost")
        transaction.set_rollback(True)
    assert queue.count_waiting() == 0
    with transaction.atomic():
        queue.enqueue(name=name, key="kept")
    assert run_due() == ["kept"]
    assert queue.count_waiting() == 0


def test_every_job_runs_once_and_oldest_first(define: Callable[[Work], str]) -> None:
    ran: list[str] = []

    def note(key: str) -> None:
        ran.append(key)

    name = define(note)
    for number in range(40):
        queue.enqueue(name=name, key=str(number))
    with working(concurrency=1), working(concurrency=1):
        wait_until_empty()
    assert sorted(ran, key=int) == [str(number) for number in range(40)]
    queue.enqueue(name=name, key="b", run_at=clock.now() - timedelta(seconds=1))
    queue.enqueue(name=name, key="c")
    queue.enqueue(name=name, key="a", run_at=clock.now() - timedelta(seconds=9))
    queue.enqueue(name=name, key="later", run_at=clock.now() + timedelta(hours=1))
    assert run_due() == ["a", "b", "c"]


def test_a_job_that_fails_is_tried_again_later_and_given_up_after_ten_times(
    define: Callable[[Work], str], travel: Callable[[timedelta], None]
) -> None:
    ran: list[str] = []

    def fail(key: str) -> None:
        ran.append(key)
        raise RuntimeError("fails")

    queue.enqueue(name=define(fail), key="bad")
    assert run_due() == ["bad"]
    assert run_due() == []
    travel(timedelta(seconds=2))
    assert run_due() == ["bad"]
    for _ in range(20):
        travel(timedelta(seconds=301))
        run_due()
    assert (len(ran), queue.count_waiting()) == (10, 0)


def test_a_job_whose_worker_died_is_run_when_the_claim_is_over(define: Callable[[Work], str], travel: Callable[[timedelta], None]) -> None:
    def note(_key: str) -> None: ...

    queue.enqueue(name=define(note), key="orphan")
    assert [row.key for row in embedded.claim_jobs(limit=10)] == ["orphan"]
    assert run_due() == []
    travel(timedelta(hours=2))
    assert run_due() == ["orphan"]


def test_a_job_that_nobody_knows_waits_for_a_process_that_does(live_database: None) -> None:
    Job.objects.create(name="of.another.release", key="1", run_at=clock.now())
    assert run_due() == ["1"]
    assert list(Job.objects.values_list("name", "deliveries", "claimed_until")) == [("of.another.release", 1, None)]
    with pytest.raises(UnknownJob):
        find_job("of.another.release")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no connection that could break")
def test_a_broken_connection_costs_one_job_a_retry_and_no_other(define: Callable[[Work], str]) -> None:
    ran: list[str] = []

    def cut(key: str) -> None:
        ran.append(key)
        if ran == ["first"]:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    name = define(cut)
    queue.enqueue(name=name, key="first")
    with working(concurrency=1):
        wait_until(lambda: bool(ran))
        queue.enqueue(name=name, key="second")
        wait_until(lambda: not Job.objects.filter(key="second").exists())
    assert ran[:2] == ["first", "second"]
    assert list(Job.objects.values_list("key", flat=True)) == ["first"]


def test_a_worker_that_is_told_to_stop_finishes_what_it_began(define: Callable[[Work], str]) -> None:
    began, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(_key: str) -> None:
        began.set()
        may_end.wait(10)
        ended.set()

    queue.enqueue(name=define(slow), key="1")
    with working() as worker:
        assert began.wait(10)
        worker.stopping.set()
        may_end.set()
    assert ended.is_set()
    assert queue.count_waiting() == 0


def wait_until(is_so: Callable[[], bool]) -> None:
    """Return as soon as ``is_so()``, or fail."""
    pause = threading.Event()
    for _ in range(1_000):
        if is_so():
            return
        pause.wait(0.01)
    pytest.fail("waited in vain")


def wait_until_empty() -> None:
    wait_until(lambda: queue.count_waiting() == 0)
