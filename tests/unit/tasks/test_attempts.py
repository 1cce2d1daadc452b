"""Attempts with a provider: what it delivers, how it fails, and what its owner hears and pays."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.identity import Caller
from aitasks.providers.port import Event, Media, Output, Progress, Usage, Work
from aitasks.services import ending, running
from aitasks.services.ending import close
from aitasks.services.submitting import RUN_JOB
from billing import selectors
from common import clock, errors
from common.models import Job
from metrics.models import UsageRecord
from tasks.models import Output as OutputRow
from tasks.models import StoredFile, Task
from tasks.services import sweeping
from tests.unit.tasks.conftest import Scripted, deliver, facts, run_due, told

Install = Callable[..., Scripted]
Submit = Callable[..., Task]


def error_of(task: Task) -> tuple[str, str]:
    return Task.objects.values_list("error_kind", "error_message").get(pk=task.pk)


@pytest.mark.clause("P-2.3", "P-2.4", "P-2.5")
def test_progress_and_results_come_in_order_and_progress_only_grows(scripted: Install, submit: Submit, caller: Caller) -> None:
    def script(work: Work) -> Iterator[Event]:
        for percent in (0, 10, 10.4, 5, 60, 250):
            yield Progress(percent)
        yield Usage(3)
        yield Output(0, Media(type="text/plain", text="all"))

    scripted(script)
    task = submit()
    running.run_attempt(task_id=task.pk)
    assert told(task.pk) == [
        {"state": "running", "attempt": 1},
        {"progress": 10},
        {"progress": 60},
        {"progress": 99},
        {"index": 0, "progress": 99},
        {"state": "succeeded"},
    ]
    assert facts(task.pk) == ("succeeded", 1, 100, 3)
    assert selectors.get_balance(caller.account_id) == selectors.Balance(997, 0)


def test_a_passing_failure_is_tried_again_after_a_delay(
    scripted: Install, submit: Submit, caller: Caller, travel: Callable[[timedelta], None]
) -> None:
    provider = scripted(deliver(1, errors.ProviderFailed("Busy.")), deliver(1, errors.ProviderFailed("Busy.")), deliver(3))
    task = submit()
    assert run_due() == 1
    assert facts(task.pk)[:2] == ("queued", 1)
    assert run_due() == 0
    travel(timedelta(seconds=1))
    assert run_due() == 1
    assert facts(task.pk)[:2] == ("queued", 2)
    travel(timedelta(seconds=1))
    assert run_due() == 0
    travel(timedelta(seconds=1))
    assert run_due() == 1
    assert (facts(task.pk), error_of(task), provider.calls) == (("succeeded", 3, 100, 3), ("", ""), 3)
    assert list(OutputRow.objects.values_list("index", "text")) == [(0, "piece 0"), (1, "piece 1"), (2, "piece 2")]
    assert selectors.get_balance(caller.account_id) == selectors.Balance(997, 0)
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    "error", [errors.ProviderFailed("Busy."), errors.StorageDown("Full."), errors.BrokerDown("Gone."), errors.RedisDown("Gone.")]
)
def test_a_failure_that_does_not_pass_in_time_ends_the_task_unpaid(
    error: errors.TollgateError, scripted: Install, submit: Submit, caller: Caller, settings: Any
) -> None:
    settings.TASK_MAX_ATTEMPTS = 2
    provider = scripted(deliver(0, error))
    task = submit()
    running.run_attempt(task_id=task.pk)
    assert facts(task.pk) == ("queued", 1, 0, 0)
    running.run_attempt(task_id=task.pk)
    assert (facts(task.pk), error_of(task)) == (("failed", 2, 0, 0), (error.kind.value, error.message))
    assert told(task.pk)[-1] == {"state": "failed"}
    running.run_attempt(task_id=task.pk)
    assert provider.calls == 2
    assert selectors.get_balance(caller.account_id) == selectors.Balance(1_000, 0)


@pytest.mark.parametrize(
    "error", [errors.Invalid("No such colour."), errors.Oversized("Too long."), errors.Unsupported("Cannot."), errors.NotFound("Gone.")]
)
def test_what_is_the_callers_fault_is_not_tried_again_and_costs_what_was_delivered(
    error: errors.TollgateError, scripted: Install, submit: Submit, caller: Caller
) -> None:
    provider = scripted(deliver(1, error))
    task = submit()
    running.run_attempt(task_id=task.pk)
    assert (facts(task.pk), error_of(task)) == (("failed", 1, 0, 1), (error.kind.value, error.message))
    assert provider.calls == 1
    assert selectors.get_balance(caller.account_id) == selectors.Balance(999, 0)
    usage = UsageRecord.objects.get(pk=task.pk)
    assert (usage.outcome, usage.units, usage.credits) == ("failed", 1, 1)


def test_a_crash_is_tried_again_and_its_words_stay_inside(scripted: Install, submit: Submit, settings: Any) -> None:
    settings.TASK_MAX_ATTEMPTS = 2
    scripted(deliver(0, RuntimeError("password=secret")))
    task = submit()
    running.run_attempt(task_id=task.pk)
    running.run_attempt(task_id=task.pk)
    kind, message = error_of(task)
    assert (facts(task.pk)[:2], kind) == (("failed", 2), "internal")
    assert "secret" not in message


@pytest.mark.clause("P-2.6", "A-4.1")
def test_a_task_cancelled_between_two_results_costs_the_first(scripted: Install, submit: Submit, caller: Caller) -> None:
    def cancel() -> None:
        assert ending.cancel(account_id=caller.account_id, task_id=task.pk) is True

    provider = scripted(deliver(2, cancel))
    task = submit(pieces=5)
    running.run_attempt(task_id=task.pk)
    assert facts(task.pk)[0::3] == ("cancelled", 2)
    assert told(task.pk)[-1] == {"state": "cancelled"}
    assert OutputRow.objects.count() == 2
    assert provider.calls == 1
    assert selectors.get_balance(caller.account_id) == selectors.Balance(998, 0)


def test_a_worker_that_comes_back_from_a_long_sleep_changes_nothing(
    scripted: Install, submit: Submit, caller: Caller, travel: Callable[[timedelta], None]
) -> None:
    def another_finishes() -> None:
        travel(timedelta(hours=2))
        assert sweeping.recover_expired(job=RUN_JOB, closing=close) == 1
        running.run_attempt(task_id=task.pk)

    provider = scripted(deliver(1, another_finishes), deliver(3))
    task = submit()
    running.run_attempt(task_id=task.pk)
    assert (facts(task.pk), provider.calls) == (("succeeded", 2, 100, 3), 2)
    assert [each for each in told(task.pk) if "state" in each] == [
        {"state": "running", "attempt": 1},
        {"state": "queued"},
        {"state": "running", "attempt": 2},
        {"state": "succeeded"},
    ]
    assert selectors.get_balance(caller.account_id) == selectors.Balance(997, 0)


def test_a_file_that_comes_too_late_is_thrown_away(scripted: Install, submit: Submit, caller: Caller, data_dir: Path) -> None:
    def script(work: Work) -> Iterator[Event]:
        path = work.folder / "late.png"
        path.write_bytes(b"pixels")
        ending.cancel(account_id=caller.account_id, task_id=task.pk)
        yield Output(0, Media(type="image/png", path=path))

    scripted(script)
    task = submit()
    running.run_attempt(task_id=task.pk)
    assert facts(task.pk)[0] == "cancelled"
    assert StoredFile.objects.count() == 0
    assert [path for path in data_dir.rglob("*.png") if caller.account_id.hex in str(path)] == []


def test_a_stopping_worker_gives_its_task_back_uncounted(
    scripted: Install, submit: Submit, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = threading.Event()
    monkeypatch.setattr(running, "stopping", stopping)
    scripted(deliver(1, stopping.set), deliver(3))
    task = submit()
    Job.objects.all().delete()
    running.run_attempt(task_id=task.pk)
    assert facts(task.pk)[:2] == ("queued", 0)
    assert list(Job.objects.values_list("name", "key")) == [(RUN_JOB, str(task.pk))]
    assert Job.objects.get().run_at <= clock.now()
    stopping.clear()
    running.run_attempt(task_id=task.pk)
    assert facts(task.pk) == ("succeeded", 1, 100, 3)
    assert selectors.get_balance(caller.account_id) == selectors.Balance(997, 0)


def test_more_units_than_were_asked_for_cost_no_more_than_was_held(scripted: Install, submit: Submit, caller: Caller) -> None:
    def script(work: Work) -> Iterator[Event]:
        yield Usage(50)
        yield Output(0, Media(type="text/plain", text="a lot"))

    scripted(script)
    task = submit(pieces=3)
    running.run_attempt(task_id=task.pk)
    assert facts(task.pk) == ("succeeded", 1, 100, 50)
    assert selectors.get_balance(caller.account_id) == selectors.Balance(997, 0)
