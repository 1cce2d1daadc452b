"""Every pair of a state and an operation: what is allowed happens, what is not leaves the task, its events and the credits as they were."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.identity import Caller
from aitasks.services.ending import close
from aitasks.services.submitting import RUN_JOB
from billing import selectors
from tasks.errors import AttemptsUsedUp, LeaseLost, UnknownTask
from tasks.models import Task
from tasks.services import files, running, sweeping
from tasks.services.running import Attempt
from tasks.states import FINISHED, TRANSITIONS, UNFINISHED, State, can_move
from tests.unit.tasks.conftest import told

pytestmark = pytest.mark.clause("P-2.3", "P-2.6")
LONG = timedelta(days=1)


def attempt_of(task: Task, attempt: Attempt | None) -> Attempt:
    """Return the task's attempt, or what a worker would hold that never claimed it."""
    return attempt or Attempt(task=task, number=0, seq=task.event_seq)


OPERATIONS: dict[str, Callable[[Task, Attempt | None], object]] = {
    "claim": lambda task, _: running.claim(task_id=task.pk),
    "progress": lambda task, attempt: running.report_progress(attempt=attempt_of(task, attempt), progress=50, used_units=1),
    "delta": lambda task, attempt: running.report_delta(attempt=attempt_of(task, attempt), text="a", used_units=1),
    "output": lambda task, attempt: running.report_output(
        attempt=attempt_of(task, attempt), index=0, content_type="text/plain", text="a", file=None, progress=50, used_units=1
    ),
    "succeed": lambda task, attempt: running.succeed(attempt=attempt_of(task, attempt), used_units=1, closing=close),
    "fail": lambda task, attempt: running.fail(attempt=attempt_of(task, attempt), error=AttemptsUsedUp(), closing=close),
    "put back": lambda task, attempt: running.put_back(attempt=attempt_of(task, attempt), job=RUN_JOB, counts=True),
    "give back": lambda task, attempt: running.put_back(attempt=attempt_of(task, attempt), job=RUN_JOB, counts=False),
    "cancel": lambda task, _: running.cancel(account_id=task.account_id, task_id=task.pk, closing=close),
    "recover": lambda task, _: sweeping.recover_expired(job=RUN_JOB, closing=close),
    "exhaust": lambda task, _: sweeping.fail_exhausted(closing=close),
    "remove": lambda task, _: files.remove_task(account_id=task.account_id, task_id=task.pk),
}
MOVES: dict[tuple[State, str], State] = {
    (State.QUEUED, "claim"): State.RUNNING,
    (State.QUEUED, "cancel"): State.CANCELLED,
    (State.RUNNING, "progress"): State.RUNNING,
    (State.RUNNING, "delta"): State.RUNNING,
    (State.RUNNING, "output"): State.RUNNING,
    (State.RUNNING, "succeed"): State.SUCCEEDED,
    (State.RUNNING, "fail"): State.FAILED,
    (State.RUNNING, "put back"): State.QUEUED,
    (State.RUNNING, "give back"): State.QUEUED,
    (State.RUNNING, "cancel"): State.CANCELLED,
    (State.RUNNING, "recover"): State.QUEUED,
}
"""What leads where. Every pair that is not here changes nothing. ``exhaust`` and the last ``recover`` need more attempts: see below."""


def snapshot(task: Task) -> tuple[Any, ...]:
    return *Task.objects.filter(pk=task.pk).values_list(), *told(task.pk), selectors.get_balance(task.account_id)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("state", State)
def test_every_operation_in_every_state(
    state: State, operation: str, task_in: Callable[[State], tuple[Task, Attempt | None]], travel: Callable[[timedelta], None]
) -> None:
    task, attempt = task_in(state)
    before = snapshot(task)
    travel(LONG)
    try:
        answer = OPERATIONS[operation](task, attempt)
    except (LeaseLost, UnknownTask):
        answer = None
    if operation == "remove" and state in FINISHED:
        assert not Task.objects.filter(pk=task.pk).exists()
        return
    now = State(Task.objects.values_list("state", flat=True).get(pk=task.pk))
    expected = MOVES.get((state, operation))
    if expected is None:
        assert not answer
        assert snapshot(task) == before
        return
    assert now == expected
    assert now == state or can_move(state, now)
    assert len(told(task.pk)) == len(before) - 1
    held = 10 if now in UNFINISHED else 0
    assert selectors.get_balance(task.account_id).reserved == held


def test_the_last_attempt_is_not_recovered_but_failed(
    task_in: Callable[[State], tuple[Task, Attempt | None]], travel: Callable[[timedelta], None], settings: Any
) -> None:
    settings.TASK_MAX_ATTEMPTS = 1
    task, _ = task_in(State.RUNNING)
    travel(LONG)
    assert sweeping.recover_expired(job=RUN_JOB, closing=close) == 1
    assert told(task.pk) == [{"state": "running", "attempt": 1}, {"state": "failed"}]
    assert selectors.get_balance(task.account_id) == selectors.Balance(1_000, 0)


def test_what_may_not_be_attempted_again_is_failed(task_in: Callable[[State], tuple[Task, Attempt | None]], settings: Any) -> None:
    task, attempt = task_in(State.RUNNING)
    running.put_back(attempt=attempt_of(task, attempt), job=RUN_JOB, counts=True)
    settings.TASK_MAX_ATTEMPTS = 1
    assert running.claim(task_id=task.pk) is None
    assert sweeping.fail_exhausted(closing=close) == 1
    assert told(task.pk)[-1] == {"state": "failed"}
    assert selectors.get_balance(task.account_id) == selectors.Balance(1_000, 0)


def test_finished_states_lead_nowhere_and_every_state_can_be_reached() -> None:
    assert set(FINISHED) == {State.SUCCEEDED, State.FAILED, State.CANCELLED}
    reached = {state for onward in TRANSITIONS.values() for state in onward}
    assert reached == set(State)
    assert {(before, after) for (before, _), after in MOVES.items() if before != after} == {
        (before, after) for before, onward in TRANSITIONS.items() for after in onward
    } - {(State.QUEUED, State.FAILED)}


def test_somebody_elses_task_is_unknown(caller: Caller, task_in: Callable[[State], tuple[Task, Attempt | None]]) -> None:
    task, _ = task_in(State.QUEUED)
    before = snapshot(task)
    with pytest.raises(UnknownTask):
        running.cancel(account_id=task.pk, task_id=task.pk, closing=close)
    assert snapshot(task) == before
