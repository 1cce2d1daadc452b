"""P-3.1: a provider's concurrency limit holds exactly over all processes, and a worker that died keeps no place."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from accounts.identity import Caller
from aitasks import selectors
from aitasks.models import ProviderCall, ProviderSlot
from aitasks.providers import faults
from aitasks.providers.port import Event, Media, Output, Usage, Work
from aitasks.services import running, submitting
from aitasks.services.ending import close
from aitasks.services.submitting import RUN_JOB
from tasks.models import Task
from tasks.services import running as tasks
from tasks.services import sweeping
from tests.apps.slow.features import SLOW
from tests.unit.routing.conftest import Vendors, calls_of, fails, make_caller, says

Run = Callable[..., Task]
Submit = Callable[..., Task]
Travel = Callable[[timedelta], None]

pytestmark = pytest.mark.clause("P-3.1", "P-3.3")


class Crowd:
    """A script that counts how many run it at the same time, and holds them until told."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside = self.most = self.calls = 0
        self.go = threading.Event()
        self.entered = threading.Semaphore(0)

    def __call__(self, work: Work) -> Iterator[Event]:
        with self.lock:
            self.inside += 1
            self.calls += 1
            self.most = max(self.most, self.inside)
        self.entered.release()
        try:
            assert self.go.wait(20)
            yield Usage(1)
            yield Output(0, Media(type="text/plain", text="done"))
        finally:
            with self.lock:
                self.inside -= 1


def attempt_all(tasks_to_run: list[Task]) -> list[threading.Thread]:
    """Start an attempt at each task in a thread with a connection of its own, as processes have."""

    def attempt(task: Task) -> None:
        try:
            running.run_attempt(task_id=task.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt, args=(task,)) for task in tasks_to_run]
    for thread in threads:
        thread.start()
    return threads


def test_of_many_attempts_as_many_run_as_may_and_the_others_wait(live_database: None, vendors: Vendors) -> None:
    crowd = Crowd()
    vendors.add("narrow", crowd, concurrency_max=3)
    caller = make_caller()
    made = [submit_for(caller) for _ in range(8)]
    threads = attempt_all(made)
    for _ in range(3):
        assert crowd.entered.acquire(timeout=20)
    for thread in threads:
        thread.join(0.01)
    wait_until_waiting(made, 5)
    assert selectors.count_running() == {"narrow": 3}
    crowd.go.set()
    for thread in threads:
        thread.join()
    assert (crowd.calls, crowd.most) == (3, 3)
    assert sorted(Task.objects.values_list("state", "attempt")) == [("queued", 0)] * 5 + [("succeeded", 1)] * 3
    waited = ProviderCall.objects.filter(outcome="waited").values_list("considered", flat=True)
    assert [each["reason"] for said in waited for each in said if each["provider"] == "narrow"] == ["busy: 3 of 3 calls"] * 5
    assert list(ProviderSlot.objects.values_list("task", flat=True)) == [None] * 3
    for thread in attempt_all([task for task in made if Task.objects.get(pk=task.pk).state == "queued"][:3]):
        thread.join()
    assert (crowd.calls, crowd.most) == (6, 3)


def submit_for(caller: Caller) -> Task:
    """Submit a call outside of any transaction of the test's own."""
    return submitting.submit(caller=caller, feature=SLOW, body={"prompts": {"prompt": "work"}, "pieces": 1}, contract="platform")[0]


def wait_until_waiting(made: list[Task], count: int) -> None:
    """Return when so many of the tasks have been put back; the test runner's own limit ends a wait that is in vain."""
    pause = threading.Event()
    while ProviderCall.objects.filter(task__in=made, outcome="waited").count() < count:
        pause.wait(0.01)


@pytest.mark.django_db
def test_a_busy_provider_leaves_the_work_to_another(vendors: Vendors, run: Run) -> None:
    inside: list[Task] = []

    def run_inside(work: Work) -> Iterator[Event]:
        inside.append(run())
        yield from says("narrow")(work)

    vendors.add("narrow", run_inside, priority=1, concurrency_max=1)
    vendors.add("wide", priority=2)
    outside = run()
    assert calls_of(outside) == [("narrow", "succeeded", "")]
    assert calls_of(inside[0]) == [("wide", "succeeded", "")]


@pytest.mark.django_db
def test_the_place_of_a_worker_that_died_is_free_when_its_lease_is_over(
    vendors: Vendors, submit: Submit, travel: Travel, settings: Any
) -> None:
    settings.TASK_LEASE_SECONDS = 60
    vendors.add("narrow", concurrency_max=1)
    dead = tasks.claim(task_id=submit().pk)
    assert dead is not None
    ProviderSlot.objects.create(provider="narrow", number=0, task=dead.task, attempt=dead.number, taken=1)
    waiting = submit()
    running.run_attempt(task_id=waiting.pk)
    assert Task.objects.get(pk=waiting.pk).state == "queued"
    travel(timedelta(seconds=61))
    running.run_attempt(task_id=waiting.pk)
    assert Task.objects.get(pk=waiting.pk).state == "succeeded"
    assert sweeping.recover_expired(job=RUN_JOB, closing=close) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("script", [fails(faults.Down("Down.")), fails(faults.Refused("No.")), fails(RuntimeError("?"))])
def test_a_place_is_given_back_however_the_call_ends(vendors: Vendors, run: Run, script: Any) -> None:
    vendors.add("narrow", script, says("ok"), concurrency_max=1)
    run()
    assert ProviderSlot.objects.get().task is None
    assert run().state == "succeeded"


@pytest.mark.django_db
def test_a_lower_limit_holds_for_the_calls_that_begin_after_it(vendors: Vendors, submit: Submit, run: Run) -> None:
    vendors.add("narrow", concurrency_max=2)
    for number in range(2):
        held = tasks.claim(task_id=submit().pk)
        assert held is not None
        ProviderSlot.objects.create(provider="narrow", number=number, task=held.task, attempt=held.number, taken=1)
    vendors.add("narrow", concurrency_max=1)
    ProviderSlot.objects.filter(number=0).update(task=None)
    assert run().state == "queued"
    ProviderSlot.objects.update(task=None)
    assert run().state == "succeeded"


@pytest.mark.django_db
def test_an_embedded_provider_may_have_a_limit_too(vendors: Vendors, run: Run) -> None:
    vendors.add("local", kind="local", concurrency_max=1)
    vendors.add("able")
    assert run().state == "succeeded"
