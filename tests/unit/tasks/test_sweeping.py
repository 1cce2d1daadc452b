"""The sweeper finds what no queue carries any more, and leaves alone what one does."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.identity import Caller
from aitasks.services.submitting import RUN_JOB
from common.models import Job
from config import scheduler
from tasks.models import Task
from tasks.services import sweeping
from tasks.services.sweeping import LOST_AFTER_SECONDS
from tests.unit.tasks.conftest import claimed, make_caller, new_task

Travel = Callable[[timedelta], None]


def forget(*, is_empty: bool = True) -> int:
    return sweeping.requeue_forgotten(job=RUN_JOB, is_queue_empty=lambda: is_empty)


def test_a_task_that_waits_although_nothing_is_queued_is_queued_again_once(caller: Caller, travel: Travel) -> None:
    task = new_task(caller)
    Job.objects.all().delete()
    travel(timedelta(seconds=LOST_AFTER_SECONDS - 1))
    assert forget() == 0
    travel(timedelta(seconds=2))
    assert forget(is_empty=False) == 0
    assert forget() == 1
    assert list(Job.objects.values_list("name", "key")) == [(RUN_JOB, str(task.pk))]
    assert forget() == 0


def test_running_and_finished_tasks_are_not_queued_again(caller: Caller, travel: Travel) -> None:
    claimed(new_task(caller))
    travel(timedelta(seconds=LOST_AFTER_SECONDS + 1))
    Job.objects.all().delete()
    assert (forget(), Job.objects.count()) == (0, 0)


def test_a_job_in_the_outbox_is_not_forgotten(caller: Caller) -> None:
    assert scheduler.is_queue_empty() is True
    new_task(caller)
    assert scheduler.is_queue_empty() is False


def test_one_broken_sweep_does_not_stop_the_others(
    live_database: None, travel: Travel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    task = new_task(make_caller())
    claimed(task)
    travel(timedelta(hours=2))

    def broken() -> int:
        raise RuntimeError("broken")

    monkeypatch.setitem(scheduler.SWEEPS, "relay", broken)
    scheduler.sweep()
    assert Task.objects.get(pk=task.pk).state == "queued"
    assert ["sweep_failed" in record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [True]
