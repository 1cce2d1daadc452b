"""P-3.2, P-3.3: a vendor's job is stored before it is waited for, and a later attempt goes on with it instead of paying twice."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from accounts.identity import Caller
from aitasks.models import ProviderAnswer, ProviderCall
from aitasks.providers import faults
from aitasks.providers.port import Event, Job, Media, Output, Progress, Usage, Work
from aitasks.services import answers, ending, running
from aitasks.services.ending import close
from aitasks.services.submitting import RUN_JOB
from common import errors
from tasks.models import Task
from tasks.services import sweeping
from tests.unit.routing.conftest import Vendors, calls_of, fails, says

Run = Callable[..., Task]
Submit = Callable[..., Task]
Travel = Callable[[timedelta], None]
JOB = (Job("job-1"),)

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P-3.2", "P-3.3")]


def again(task: Task) -> Task:
    """Make another attempt at the task, and return it."""
    running.run_attempt(task_id=task.pk)
    return Task.objects.get(pk=task.pk)


def test_the_reference_is_stored_before_the_next_event_is_asked_for(vendors: Vendors, run: Run) -> None:
    seen: list[str] = []

    def script(work: Work) -> Iterator[Event]:
        yield Job("job-1")
        seen.append(ProviderCall.objects.get(outcome="running").job_reference)
        yield Usage(1)
        yield Output(0, Media(type="text/plain", text="done"))

    vendors.add("one", script)
    run()
    assert seen == ["job-1"]


def test_a_later_attempt_goes_on_with_the_job_at_the_same_provider_under_the_same_key(vendors: Vendors, run: Run) -> None:
    first = vendors.add("first", fails(faults.Down("Down."), after=JOB), says("done"), priority=2)
    vendors.add("other", fails(faults.Down("Down.")), priority=1)
    task = run()
    assert (task.state, [work.resume for work in first.works]) == ("queued", [""])
    task = again(task)
    assert task.state == "succeeded"
    assert [work.resume for work in first.works] == ["", "job-1"]
    assert first.works[0].key == first.works[1].key == f"{task.pk.hex}-slow-first"
    assert [name for name, _, _ in calls_of(task)] == ["other", "first", "first"], "who has the job is asked first"
    assert list(ProviderCall.objects.filter(provider="first").order_by("pk").values_list("job_reference", "is_resumed")) == [
        ("job-1", False), ("job-1", True),
    ]  # fmt: skip


def test_after_a_worker_that_died_too(vendors: Vendors, submit: Submit, travel: Travel, settings: Any) -> None:
    settings.TASK_LEASE_SECONDS = 60

    class Killed(BaseException):
        """Nothing catches it, nothing is settled."""

    def dies(work: Work) -> Iterator[Event]:
        yield Job("job-1")
        raise Killed

    first = vendors.add("first", dies, says("done"))
    task = submit()
    with pytest.raises(Killed):
        running.run_attempt(task_id=task.pk)
    ProviderCall.objects.update(outcome="running", ended_at=None)
    travel(timedelta(seconds=61))
    assert sweeping.recover_expired(job=RUN_JOB, closing=close) == 1
    assert again(task).state == "succeeded"
    assert [work.resume for work in first.works] == ["", "job-1"]


def test_a_job_is_gone_on_with_as_long_as_only_the_way_to_it_fails(vendors: Vendors, run: Run) -> None:
    first = vendors.add("first", fails(faults.Down("Down."), after=JOB), fails(faults.TookTooLong("Late.")), says("done"))
    assert again(again(run())).state == "succeeded"
    assert [work.resume for work in first.works] == ["", "job-1", "job-1"]


def test_a_job_that_the_vendor_has_given_up_is_not_asked_for_again(vendors: Vendors, run: Run) -> None:
    class JobLost(errors.ProviderFailed):
        """The vendor ended it without a result."""

    first = vendors.add("first", fails(JobLost("Lost."), after=JOB), says("anew"))
    assert again(run()).state == "succeeded"
    assert [work.resume for work in first.works] == ["", ""]


@pytest.mark.parametrize(("how", "told"), [("stopping", "WorkerStops"), ("cancelled", "GeneratorExit"), ("lost", "LeaseLost")])
def test_a_job_is_cancelled_only_when_nobody_wants_it_any_more(
    vendors: Vendors, submit: Submit, caller: Caller, monkeypatch: pytest.MonkeyPatch, *, how: str, told: str
) -> None:
    stopping = threading.Event()
    monkeypatch.setattr(running, "stopping", stopping)
    ended: list[str] = []
    made: list[Task] = []

    def script(work: Work) -> Iterator[Event]:
        yield Job("job-1")
        try:
            if how == "stopping":
                stopping.set()
            elif how == "cancelled":
                ending.cancel(account_id=caller.account_id, task_id=made[0].pk)
            else:
                Task.objects.filter(pk=made[0].pk).update(attempt=2)
            yield Progress(50)
        except BaseException as reason:
            ended.append(type(reason).__name__)
            raise

    vendors.add("first", script)
    made.append(submit())
    running.run_attempt(task_id=made[0].pk)
    assert ended == [told]


def test_what_a_vendor_pushes_is_found_by_the_provider_that_waits(vendors: Vendors, run: Run) -> None:
    found: list[Any] = []

    def script(work: Work) -> Iterator[Event]:
        yield Job("job-1")
        found.append(work.find_answer("job-1"))
        answers.record_answer(provider="one", reference="job-1", body={"status": "running"})
        answers.record_answer(provider="one", reference="job-1", body={"status": "done"})
        answers.record_answer(provider="two", reference="job-1", body={"status": "another's"})
        found.append(work.find_answer("job-1"))
        yield Usage(1)
        yield Output(0, Media(type="text/plain", text="done"))

    vendors.add("one", script)
    run()
    assert found == [None, {"status": "done"}]
    assert ProviderAnswer.objects.count() == 2


def test_old_answers_are_forgotten(travel: Travel) -> None:
    answers.record_answer(provider="one", reference="old", body={})
    travel(timedelta(days=6))
    answers.record_answer(provider="one", reference="new", body={})
    assert answers.forget_old() == 0
    travel(timedelta(days=2))
    assert answers.forget_old() == 1
    assert ProviderAnswer.objects.get().reference == "new"
