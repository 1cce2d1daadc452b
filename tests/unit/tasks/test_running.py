"""One attempt from its claim to its end: the lease, the fence, what readers are told."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.identity import Caller
from aitasks.services.ending import close
from aitasks.services.submitting import RUN_JOB
from billing import selectors
from common import clock
from common.models import Job
from common.storage import FileMissing, get_storage
from metrics.models import UsageRecord
from tasks import selectors as tasks_selectors
from tasks.errors import LeaseLost, UnknownFile, UnknownTask
from tasks.models import Output, StoredFile, Task
from tasks.services import files, heartbeat, running, sweeping
from tests.unit.tasks.conftest import claimed, facts, new_task, told

Travel = Callable[[timedelta], None]


def test_a_claim_is_a_new_attempt_with_a_lease(caller: Caller, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TASK_LEASE_SECONDS = 60
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    task = new_task(caller)
    attempt = claimed(task)
    assert (attempt.number, attempt.seq) == (1, 1)
    row = Task.objects.get(pk=task.pk)
    assert (row.state, row.attempt, row.started_at, row.lease_until) == ("running", 1, now, now + timedelta(seconds=60))
    assert running.claim(task_id=task.pk) is None
    assert told(task.pk) == [{"state": "running", "attempt": 1}]


@pytest.mark.clause("P-2.4", "P-2.5")
def test_reports_become_the_row_and_its_events(caller: Caller) -> None:
    task = new_task(caller)
    attempt = claimed(task)
    running.record_provider(attempt=attempt, provider="local", model="m-1")
    running.report_progress(attempt=attempt, progress=20, used_units=0)
    running.report_delta(attempt=attempt, text="Once", used_units=4)
    running.report_output(attempt=attempt, index=0, content_type="text/plain", text="Once", file=None, progress=50, used_units=5)
    assert facts(task.pk) == ("running", 1, 50, 5)
    running.succeed(attempt=attempt, used_units=6, closing=close)
    assert facts(task.pk) == ("succeeded", 1, 100, 6)
    assert told(task.pk) == [
        {"state": "running", "attempt": 1},
        {"progress": 20},
        {"text": "Once"},
        {"index": 0, "progress": 50},
        {"state": "succeeded"},
    ]
    row = Task.objects.get(pk=task.pk)
    assert (row.provider, row.model, row.lease_until) == ("local", "m-1", None)
    assert selectors.get_balance(caller.account_id) == selectors.Balance(994, 0)
    usage = UsageRecord.objects.get(pk=task.pk)
    assert (usage.units, usage.credits, usage.provider, usage.outcome) == (6, 6, "local", "succeeded")


def test_a_report_that_cannot_be_written_leaves_the_attempt_able_to_go_on(caller: Caller) -> None:
    task = new_task(caller)
    attempt = claimed(task)
    with pytest.raises(IntegrityError), transaction.atomic():
        running.report_output(attempt=attempt, index=0, content_type="text/plain", text=None, file=None, progress=50, used_units=5)
    assert facts(task.pk) == ("running", 1, 0, 0)
    running.report_progress(attempt=attempt, progress=10, used_units=1)
    assert told(task.pk) == [{"state": "running", "attempt": 1}, {"progress": 10}]


@pytest.mark.clause("P-2.6", "A-4.1")
def test_cancelling_a_running_task_charges_what_was_delivered(caller: Caller) -> None:
    task = new_task(caller)
    attempt = claimed(task)
    running.report_progress(attempt=attempt, progress=40, used_units=4)
    assert running.cancel(account_id=caller.account_id, task_id=task.pk, closing=close) is True
    assert selectors.get_balance(caller.account_id) == selectors.Balance(996, 0)
    with pytest.raises(LeaseLost):
        running.report_progress(attempt=attempt, progress=50, used_units=5)
    with pytest.raises(LeaseLost):
        running.succeed(attempt=attempt, used_units=10, closing=close)
    assert attempt.lost.is_set()
    assert facts(task.pk) == ("cancelled", 1, 40, 4)
    assert selectors.get_balance(caller.account_id) == selectors.Balance(996, 0)
    assert UsageRecord.objects.get(pk=task.pk).outcome == "cancelled"


@pytest.mark.clause("P-2.6")
def test_cancelling_before_the_start_costs_nothing(caller: Caller) -> None:
    task = new_task(caller)
    assert running.cancel(account_id=caller.account_id, task_id=task.pk, closing=close) is True
    assert running.cancel(account_id=caller.account_id, task_id=task.pk, closing=close) is False
    assert running.claim(task_id=task.pk) is None
    assert selectors.get_balance(caller.account_id) == selectors.Balance(1_000, 0)
    assert told(task.pk) == [{"state": "cancelled"}]


def test_an_expired_lease_gives_the_task_to_another_and_the_first_can_write_nothing(caller: Caller, travel: Travel) -> None:
    task = new_task(caller)
    first = claimed(task)
    running.report_progress(attempt=first, progress=80, used_units=8)
    assert sweeping.recover_expired(job=RUN_JOB, closing=close) == 0
    travel(timedelta(hours=2))
    assert sweeping.recover_expired(job=RUN_JOB, closing=close) == 1
    assert sweeping.recover_expired(job=RUN_JOB, closing=close) == 0
    second = claimed(task)
    running.report_progress(attempt=second, progress=10, used_units=1)
    writes: list[Callable[[], None]] = [
        lambda: running.report_progress(attempt=first, progress=90, used_units=9),
        lambda: running.report_delta(attempt=first, text="late", used_units=9),
        lambda: running.succeed(attempt=first, used_units=10, closing=close),
        lambda: running.fail(attempt=first, error=UnknownTask(), closing=close),
    ]
    for late in writes:
        with pytest.raises(LeaseLost):
            late()
    assert running.put_back(attempt=first, job=RUN_JOB, counts=False) is False
    assert facts(task.pk) == ("running", 2, 10, 1)
    running.succeed(attempt=second, used_units=2, closing=close)
    assert told(task.pk) == [
        {"state": "running", "attempt": 1},
        {"progress": 80},
        {"state": "queued"},
        {"state": "running", "attempt": 2},
        {"progress": 10},
        {"state": "succeeded"},
    ]
    assert selectors.get_balance(caller.account_id) == selectors.Balance(998, 0)


def test_heartbeats_prolong_the_lease_and_notice_its_loss(caller: Caller, settings: Any, travel: Travel) -> None:
    settings.TASK_LEASE_SECONDS = 60
    task = new_task(caller)
    attempt = claimed(task)
    travel(timedelta(seconds=50))
    heartbeat.renew(attempt)
    travel(timedelta(seconds=50))
    assert sweeping.recover_expired(job=RUN_JOB, closing=close) == 0
    travel(timedelta(seconds=11))
    assert sweeping.recover_expired(job=RUN_JOB, closing=close) == 1
    assert not attempt.lost.is_set()
    heartbeat.renew(attempt)
    assert attempt.lost.is_set()
    assert facts(task.pk)[0] == "queued"


def test_an_attempt_that_was_given_back_is_not_counted_and_cannot_write_into_the_next(caller: Caller) -> None:
    task = new_task(caller)
    first = claimed(task)
    assert running.put_back(attempt=first, job=RUN_JOB, counts=False) is True
    assert facts(task.pk) == ("queued", 0, 0, 0)
    second = claimed(task)
    assert second.number == first.number == 1
    with pytest.raises(LeaseLost):
        running.report_progress(attempt=first, progress=90, used_units=9)
    assert facts(task.pk) == ("running", 1, 0, 0)


def test_a_retry_waits_for_its_delay(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    task = new_task(caller)
    Job.objects.all().delete()
    assert running.put_back(attempt=claimed(task), job=RUN_JOB, counts=True, delay_seconds=4) is True
    assert list(Job.objects.values_list("name", "key", "run_at")) == [(RUN_JOB, str(task.pk), now + timedelta(seconds=4))]


@pytest.mark.clause("P-2.6")
def test_removing_a_task_removes_its_files_and_keeps_what_it_cost(caller: Caller, tmp_path: Path) -> None:
    task = new_task(caller)
    attempt = claimed(task)
    source = tmp_path / "result"
    source.write_bytes(b"pixels")
    file = files.write_file(account_id=caller.account_id, source=source, content_type="image/png")
    running.report_output(attempt=attempt, index=0, content_type="image/png", text=None, file=file, progress=90, used_units=1)
    with pytest.raises(UnknownTask):
        files.remove_task(account_id=caller.account_id, task_id=task.pk)
    running.succeed(attempt=attempt, used_units=1, closing=close)
    assert tasks_selectors.get_file(account_id=caller.account_id, file_id=file.pk).size_bytes == 6
    files.remove_task(account_id=caller.account_id, task_id=task.pk)
    with pytest.raises(UnknownFile):
        tasks_selectors.get_file(account_id=caller.account_id, file_id=file.pk)
    assert (Task.objects.count(), Output.objects.count(), StoredFile.objects.count()) == (0, 0, 0)
    with pytest.raises(FileMissing):
        get_storage().open(key=file.storage_key)
    assert UsageRecord.objects.get(pk=task.pk).credits == 1
    assert selectors.get_balance(caller.account_id) == selectors.Balance(999, 0)
