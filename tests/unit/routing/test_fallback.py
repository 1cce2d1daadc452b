"""P-3.3: what each failure leads to: another provider, another attempt, a wait, or the caller; and one charge whatever happened."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from accounts.identity import Caller
from aitasks.models import ProviderCall, ProviderHealth
from aitasks.providers import faults
from aitasks.providers.port import Delta, Event, Media, Output, Progress, Usage, Work
from aitasks.services import running
from billing import selectors
from billing.models import Hold
from common import clock, errors
from common.models import Job
from metrics.models import UsageRecord
from tasks.models import Output as OutputRow
from tasks.models import Task
from tests.unit.routing.conftest import Vendors, calls_of, fails, says, streams

Run = Callable[..., Task]
Travel = Callable[[timedelta], None]
NEXT = [faults.TookTooLong("Late."), faults.Busy("Busy."), faults.Down("Down."), faults.Garbled("What?"), faults.KeyRefused("Ours."),
        faults.ModelMissing("Gone."), RuntimeError("password=secret")]  # fmt: skip
CALLERS = [faults.Refused("Too hot."), faults.TooLong("Too long."), errors.Unsupported("Cannot."), faults.Filtered("No.")]

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P-3.3")]


@pytest.mark.parametrize("error", NEXT, ids=lambda error: type(error).__name__)
def test_what_another_may_not_have_goes_to_the_next_in_the_same_attempt(
    vendors: Vendors, run: Run, caller: Caller, error: Exception
) -> None:
    vendors.add("first", fails(error), priority=1)
    vendors.add("second", priority=2)
    task = run()
    assert (task.state, task.attempt, task.used_units) == ("succeeded", 1, 1)
    said = "TollgateError" if isinstance(error, RuntimeError) else type(error).__name__
    assert calls_of(task) == [("first", "failed", said), ("second", "succeeded", "")]
    second = ProviderCall.objects.get(provider="second")
    assert {"provider": "first", "reason": f"failed just now ({said})"} in second.considered
    assert selectors.get_balance(caller.account_id) == selectors.Balance(999, 0)
    assert "secret" not in ProviderCall.objects.get(provider="first").error_message


@pytest.mark.parametrize("error", CALLERS, ids=lambda error: type(error).__name__)
def test_a_bad_request_is_told_to_the_caller_and_nobody_else_is_asked(
    vendors: Vendors, run: Run, caller: Caller, error: errors.TollgateError
) -> None:
    vendors.add("first", fails(error), priority=1)
    second = vendors.add("second", priority=2)
    task = run()
    assert (task.state, task.attempt, task.error_kind, task.error_message) == ("failed", 1, error.kind.value, error.message)
    assert calls_of(task) == [("first", "refused", type(error).__name__)]
    assert second.works == []
    assert ProviderHealth.objects.get(name="first").failures_in_row == 0
    assert selectors.get_balance(caller.account_id) == selectors.Balance(1_000, 0)


def test_when_all_have_failed_the_attempt_is_tried_again_and_then_the_task_fails(
    vendors: Vendors, run: Run, caller: Caller, settings: Any
) -> None:
    settings.TASK_MAX_ATTEMPTS = 2
    vendors.add("first", fails(faults.Down("Down.")), priority=1)
    vendors.add("second", fails(faults.KeyRefused("Ours.")), priority=2)
    task = run()
    assert (task.state, task.attempt) == ("queued", 1)
    running.run_attempt(task_id=task.pk)
    task.refresh_from_db()
    assert (task.state, task.attempt, task.error_kind, task.error_message) == ("failed", 2, "provider_failed", "Ours.")
    assert [name for name, _, _ in calls_of(task)] == ["first", "second", "first", "second"]
    assert selectors.get_balance(caller.account_id) == selectors.Balance(1_000, 0)


def test_results_of_one_that_fails_are_replaced_by_the_next_and_charged_once(vendors: Vendors, run: Run, caller: Caller) -> None:
    made = tuple(each for index in range(2) for each in (Usage(index + 1), Output(index, Media(type="text/plain", text=f"a{index}"))))
    vendors.add("first", fails(faults.Down("Down."), after=made), priority=1)

    def four(work: Work) -> Iterator[Event]:
        for index in range(4):
            yield Usage(index + 1)
            yield Output(index, Media(type="text/plain", text=f"b{index}"))

    vendors.add("second", four, priority=2)
    task = run()
    assert (task.state, task.used_units) == ("succeeded", 4)
    assert list(OutputRow.objects.filter(task=task).order_by("index").values_list("text", flat=True)) == ["b0", "b1", "b2", "b3"]
    assert (Hold.objects.get().charged, UsageRecord.objects.get().units) == (4, 4)
    assert selectors.get_balance(caller.account_id) == selectors.Balance(996, 0)


def test_what_one_delivered_is_charged_though_all_who_follow_deliver_less(
    vendors: Vendors, run: Run, caller: Caller, settings: Any
) -> None:
    settings.TASK_MAX_ATTEMPTS = 2
    made = tuple(each for index in range(2) for each in (Usage(index + 1), Output(index, Media(type="text/plain", text=f"a{index}"))))
    vendors.add("first", fails(faults.Down("Down."), after=made), fails(faults.Down("Down.")), priority=1)
    vendors.add("second", fails(faults.Down("Down."), after=(*made[:2], Progress(99))), priority=2)
    task = run()
    running.run_attempt(task_id=task.pk)
    task.refresh_from_db()
    assert (task.state, task.attempt, task.used_units, task.outputs.count()) == ("failed", 2, 2, 2)
    assert selectors.get_balance(caller.account_id) == selectors.Balance(998, 0)


@pytest.mark.parametrize("error", [faults.Down("Down."), RuntimeError("?")], ids=lambda error: type(error).__name__)
def test_after_the_first_piece_of_text_nobody_else_begins_anew(vendors: Vendors, run: Run, caller: Caller, error: Exception) -> None:
    vendors.add("first", fails(error, after=(Usage(1), Delta("Once "))), priority=1)
    second = vendors.add("second", streams("Twice"), priority=2)
    task = run()
    assert (task.state, task.attempt, task.error_kind, task.error_message) == ("failed", 1, "provider_failed", faults.BROKEN)
    assert (task.used_units, second.works) == (1, [])
    assert calls_of(task) == [("first", "broken", "StreamBroken")]
    assert ProviderHealth.objects.get(name="first").failures_in_row == 1
    assert [event.data["text"] for event in task.events.filter(kind="delta")] == ["Once "]
    assert selectors.get_balance(caller.account_id) == selectors.Balance(999, 0)


def test_text_of_an_earlier_step_does_not_stop_a_later_one_from_falling_back(vendors: Vendors, run: Run) -> None:
    vendors.add("first", fails(faults.Down("Down.")), priority=1)
    vendors.add("second", streams("Twice", " told"), priority=2)
    task = run()
    assert (task.state, task.used_units) == ("succeeded", 2)


def test_the_wait_that_a_vendor_asks_for_is_kept(vendors: Vendors, run: Run, travel: Travel) -> None:
    vendors.add("only", fails(faults.Busy("Busy.", retry_after_seconds=40)), says("ok"))
    task = run()
    assert (task.state, task.attempt) == ("queued", 1)
    assert Job.objects.get(key=str(task.pk), run_at__gt=clock.now()).run_at == clock.now() + timedelta(seconds=40)
    travel(timedelta(seconds=39))
    other = run()
    assert (other.state, other.attempt) == ("queued", 0)
    [waited] = ProviderCall.objects.filter(task=other)
    assert (waited.outcome, waited.provider) == ("waited", "")
    [said] = [each["reason"] for each in waited.considered if each["provider"] == "only"]
    assert said.startswith("asked to be left alone until")
    travel(timedelta(seconds=1))
    running.run_attempt(task_id=task.pk)
    task.refresh_from_db()
    assert (task.state, task.attempt) == ("succeeded", 2)


def test_of_several_waits_the_shortest_counts(vendors: Vendors, run: Run, travel: Travel) -> None:
    vendors.add("first", fails(faults.Busy("Busy.", retry_after_seconds=40)), priority=1)
    vendors.add("second", fails(faults.Busy("Busy.", retry_after_seconds=9)), priority=2)
    task = run()
    assert Job.objects.get(key=str(task.pk), run_at__gt=clock.now()).run_at == clock.now() + timedelta(seconds=9)


def test_a_provider_that_never_comes_to_an_end_is_left_at_its_deadline(vendors: Vendors, run: Run, settings: Any) -> None:
    settings.PROVIDER_DEADLINE_SECONDS = 0.05
    closed = []

    def endless(work: Work) -> Iterator[Event]:
        try:
            while True:
                yield Usage(0)
        finally:
            closed.append(True)

    vendors.add("first", endless, priority=1)
    vendors.add("second", priority=2)
    task = run()
    assert calls_of(task) == [("first", "failed", "TookTooLong"), ("second", "succeeded", "")]
    assert closed == [True]


def test_a_failure_of_our_own_storage_is_nobody_elses_fault(vendors: Vendors, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from aitasks.services.reporting import Reporter  # noqa: PLC0415 - the class whose method this test replaces

    def full(self: Reporter, event: Event) -> None:
        raise errors.StorageDown("Full.")

    monkeypatch.setattr(Reporter, "take", full)
    vendors.add("first", priority=1)
    second = vendors.add("second", priority=2)
    task = run()
    assert (task.state, task.attempt, second.works) == ("queued", 1, [])
    assert ProviderHealth.objects.get(name="first").failures_in_row == 0
