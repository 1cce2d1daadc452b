"""What the engine's tests share: an owner with credits, tasks in any state, what their readers see, a provider that does as it is told."""

import importlib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest

from accounts.identity import Caller
from aitasks import registry, routing
from aitasks.providers.port import Event, Media, Output, Progress, Usage, Work
from aitasks.services import submitting
from aitasks.services.ending import close
from billing.services import ledger
from billing.states import UnitPrice
from common import ids
from common.queue import embedded
from tasks.errors import AttemptsUsedUp
from tasks.models import Task, TaskEvent
from tasks.services import creating, running
from tasks.services.running import Attempt
from tasks.states import State
from tests.apps.slow.features import SLOW
from tests.factories import people
from tests.factories.credits import leave_credits

CREDITS = 1_000
Script = Callable[[Work], Iterator[Event]]


def make_caller() -> Caller:
    """Return somebody with :data:`CREDITS` credits."""
    user = people.make_user()
    leave_credits(user, CREDITS)
    return Caller(account_id=user.account.pk)


def new_task(caller: Caller, *, units_max: int = 10) -> Task:
    """Return a queued task that may cost ``units_max`` credits."""
    new = creating.NewTask(id=ids.new_id(), kind="slow", contract="platform", payload={"target": "text"}, job=submitting.RUN_JOB)
    hold = ledger.place_hold(caller=caller, ref=str(new.id), price=UnitPrice(1, 1), units_max=units_max)
    return creating.create_task(caller=caller, new=new, hold=hold)


def claimed(task: Task) -> Attempt:
    """Return the attempt that now has the task."""
    attempt = running.claim(task_id=task.pk)
    assert attempt is not None
    return attempt


def facts(task_id: UUID) -> tuple[str, int, int, int]:
    """Return a task's state, attempt, progress and used units."""
    return Task.objects.values_list("state", "attempt", "progress", "used_units").get(pk=task_id)


def told(task_id: UUID) -> list[dict[str, Any]]:
    """Return what the task's events say, in order, after checking that their numbers have no gap."""
    events = list(TaskEvent.objects.filter(task_id=task_id).order_by("seq"))
    assert [event.seq for event in events] == list(range(1, Task.objects.get(pk=task_id).event_seq + 1))
    return [event.data for event in events]


def run_due() -> int:
    """Run the jobs that are due now as the embedded worker does, and return how many there were."""
    rows = embedded.claim_jobs(limit=10)
    for row in rows:
        embedded.run_claimed(row)
    return len(rows)


def deliver(count: int, then: Exception | Callable[[], object] | None = None) -> Callable[[Work], Iterator[Event]]:
    """Return a script: ``count`` texts, then an error or a call, then the rest of what was asked for."""

    def script(work: Work) -> Iterator[Event]:
        for index in range(work.parameters["pieces"]):
            if index == count:
                if isinstance(then, Exception):
                    raise then
                if then is not None:
                    then()
            yield Progress(100 * index / work.parameters["pieces"])
            yield Usage(index + 1)
            yield Output(index, Media(type="text/plain", text=f"piece {index}"))

    return script


@pytest.fixture
def caller(db: None) -> Caller:
    """Who owns the tasks."""
    return make_caller()


@pytest.fixture
def task_in(caller: Caller) -> Callable[[State], tuple[Task, Attempt | None]]:
    """Makes a task in a state, by the way that leads there, with the attempt that it has or had."""

    def make(state: State) -> tuple[Task, Attempt | None]:
        task = new_task(caller)
        if state == State.QUEUED:
            return task, None
        attempt = claimed(task)
        if state == State.SUCCEEDED:
            running.succeed(attempt=attempt, used_units=1, closing=close)
        elif state == State.FAILED:
            running.fail(attempt=attempt, error=AttemptsUsedUp(), closing=close)
        elif state == State.CANCELLED:
            running.cancel(account_id=caller.account_id, task_id=task.pk, closing=close)
        return task, attempt

    return make


class Scripted:
    """A provider that runs one script after the other, an attempt each; the last one again and again."""

    kind = "scripted"

    def __init__(self, *scripts: Script) -> None:
        self.scripts = scripts
        self.calls = 0

    def serves(self, work: Work) -> bool:
        """Return whether this is the test's feature."""
        return work.step == "slow"

    def model(self, work: Work) -> str:
        """Return a name."""
        return "script-1"

    def run(self, work: Work) -> Iterator[Event]:
        """Run the next script."""
        script = self.scripts[min(self.calls, len(self.scripts) - 1)]
        self.calls += 1
        yield from script(work)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Scripted]:
    """Has the feature ``slow`` done by scripts."""

    def install(*scripts: Script) -> Scripted:
        # The map of URLs is made once, of the real features; the first job to run would make it of these.
        import_module("config.urls")
        provider = Scripted(*scripts)
        # The URL map is made once, from the features of its moment: not from this one.
        importlib.import_module("config.urls")
        routing.forget_offers()
        monkeypatch.setattr(registry, "all_features", lambda: {"slow": SLOW})
        monkeypatch.setattr(registry, "all_providers", lambda: (provider,))
        return provider

    return install


@pytest.fixture
def submit(caller: Caller) -> Callable[..., Task]:
    """Calls ``slow`` for a number of pieces."""

    def call(*, pieces: int = 3, key: str | None = None, prompt: str = "work") -> Task:
        body = {"prompts": {"prompt": prompt}, "pieces": pieces}
        return submitting.submit(caller=caller, feature=SLOW, body=body, contract="platform", idempotency_key=key)[0]

    return call
