"""What a task's webhook costs the transaction that has news, and that a task without one costs nothing more."""

import threading

import pytest
from django.db import connections

from accounts.identity import Caller
from aitasks.services.ending import close
from tasks.errors import LeaseLost
from tasks.models import Delivery, Task
from tasks.services import running
from tasks.services.running import Attempt
from tasks.states import News
from tests.unit.tasks.conftest import claimed, make_caller, new_task
from tests.unit.tasks.test_budgets import budget

WEBHOOK = {"url": "https://a.example/hook", "events": [news.value for news in News]}


def listened_to(caller: Caller, events: list[str]) -> Task:
    """Return a queued task whose webhook wants to hear of ``events``."""
    task = new_task(caller)
    Task.objects.filter(pk=task.pk).update(webhook=WEBHOOK | {"events": events})
    return task


def report_text(attempt: Attempt, index: int) -> None:
    running.report_output(attempt=attempt, index=index, content_type="text/plain", text="a", file=None, progress=10, used_units=1)


def told() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("event", "state"))


def test_news_that_nobody_wants_cost_nothing(caller: Caller) -> None:
    task = listened_to(caller, ["completed"])
    with budget(3):
        attempt = claimed(task)
    with budget(2):
        running.report_progress(attempt=attempt, progress=10, used_units=1)
    with budget(3):
        report_text(attempt, 0)
    # the end's ten, what waits in the lane, the delivery
    with budget(12):
        running.succeed(attempt=attempt, used_units=5, closing=close)
    assert told() == [("task.completed", "waiting")]


def test_progress_that_waits_to_be_told_costs_a_statement(caller: Caller) -> None:
    attempt = claimed(listened_to(caller, ["progress"]))
    # the report's two, nothing waits, none before, the lane, the delivery
    with budget(6):
        running.report_progress(attempt=attempt, progress=10, used_units=1)
    for _ in range(3):
        with budget(3):
            running.report_progress(attempt=attempt, progress=20, used_units=1)
    with budget(4):
        report_text(attempt, 0)
    assert told() == [("task.progress", "waiting")]


def test_other_news_overtake_progress_that_waits(caller: Caller) -> None:
    attempt = claimed(listened_to(caller, [news.value for news in News]))
    running.report_progress(attempt=attempt, progress=10, used_units=1)
    report_text(attempt, 0)
    running.report_progress(attempt=attempt, progress=20, used_units=1)
    running.succeed(attempt=attempt, used_units=1, closing=close)
    assert told() == [
        ("task.started", "waiting"), ("task.progress", "skipped"), ("task.partial", "waiting"), ("task.progress", "skipped"),
        ("task.completed", "waiting"),
    ]  # fmt: skip


def test_each_attempt_begins_with_news_and_the_end_is_told_once(caller: Caller) -> None:
    task = listened_to(caller, ["started", "completed"])
    running.put_back(attempt=claimed(task), job="x", counts=True)
    attempt = claimed(task)
    assert running.cancel(account_id=caller.account_id, task_id=task.pk, closing=close)
    assert not running.cancel(account_id=caller.account_id, task_id=task.pk, closing=close)
    with pytest.raises(LeaseLost):
        running.succeed(attempt=attempt, used_units=1, closing=close)
    assert [event for event, _ in told()] == ["task.started", "task.started", "task.completed"]


def test_of_simultaneous_ends_one_is_told(live_database: None) -> None:
    caller = make_caller()
    task = listened_to(caller, ["completed"])
    claimed(task)
    barrier = threading.Barrier(4)

    def cancel() -> None:
        barrier.wait()
        running.cancel(account_id=caller.account_id, task_id=task.pk, closing=close)
        connections.close_all()

    threads = [threading.Thread(target=cancel) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told() == [("task.completed", "waiting")]
