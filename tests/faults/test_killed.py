"""Processes that die with no warning: every accepted task ends once and is charged once (A-4.1)."""

import pytest

from billing.models import Hold
from common.models import Job
from tasks.models import Output, Task
from tests.faults.actors import Owner, check_all_ended_once, wait_for_all, wait_for_progress
from tests.faults.stack import Stack, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.clause("A-4.1")]
UNREACHABLE = {"redis": "redis://127.0.0.1:1/0", "amqp": "amqp://guest:guest@127.0.0.1:1//", "embedded": "embedded"}


def test_a_worker_dies_in_the_middle_of_a_task_and_what_dies_is_replaced(stack: Stack, owner: Owner) -> None:
    stack.start()
    task_id = owner.submit(pieces=3, seconds=1.5)
    wait_for_progress(task_id)
    for role in ("worker", "scheduler", "web"):
        kill_and_see_it_replaced(stack, role)
    wait_until(stack.is_live, what="the web process to answer again")
    wait_for_all()
    assert list(Task.objects.values_list("pk", "state", "attempt", "used_units")) == [(task_id, "succeeded", 2, 3)]
    assert owner.calls() == ["work", "work"]
    check_all_ended_once(owner, spent=3)


def kill_and_see_it_replaced(stack: Stack, role: str) -> None:
    """Kill the one process of a role; the supervisor starts another within two seconds."""
    wait_until(lambda: stack.pids(role), what=f"the {role}")
    killed = stack.kill(role)
    assert len(killed) == 1
    wait_until(lambda: set(stack.pids(role)) - set(killed), seconds=2, what=f"another {role}")


def test_the_web_process_dies_between_commit_and_publishing(stack: Stack, owner: Owner) -> None:
    stack.start("--only", "web", BROKER_URL=UNREACHABLE[stack.name])
    accepted = {owner.submit(f"task {number}", pieces=2) for number in range(3)}
    stack.kill_all()
    assert (Task.objects.filter(state="queued").count(), Job.objects.count()) == (3, 3)
    stack.start()
    wait_for_all()
    assert set(Task.objects.filter(state="succeeded", attempt=1).values_list("pk", flat=True)) == accepted
    assert sorted(owner.calls()) == ["task 0", "task 1", "task 2"]
    check_all_ended_once(owner, spent=6)


def test_everything_dies_at_once(stack: Stack, owner: Owner) -> None:
    stack.start()
    done = owner.submit("done")
    wait_until(lambda: Task.objects.get(pk=done).is_finished, what="the first task")
    running = [owner.submit(f"running {number}", pieces=2, seconds=1) for number in range(2)]
    waiting = [owner.submit(f"waiting {number}", seconds=0.2) for number in range(4)]
    for task_id in running:
        wait_for_progress(task_id)
    stack.kill_all()
    stack.start()
    wait_for_all()
    assert set(Task.objects.filter(state="succeeded").values_list("pk", flat=True)) == {done, *running, *waiting}
    calls = owner.calls()
    assert [calls.count(f"running {number}") for number in range(2)] == [2, 2]
    assert calls.count("done") == 1
    check_all_ended_once(owner, spent=1 + 4 + 4)


@pytest.mark.clause("P-1.3")
def test_a_pipeline_goes_on_with_the_step_in_which_its_worker_died(stack: Stack, owner: Owner) -> None:
    stack.start(EXTRA_APPS="tests.apps.relay")
    task_id = owner.submit(feature="relay", fails=1, how="killed")
    wait_for_all()
    assert list(Task.objects.values_list("pk", "state", "attempt", "used_units")) == [(task_id, "succeeded", 2, 3)]
    assert owner.calls() == ["relay-plan", "relay-make", "relay-make", "relay-sign"]
    assert list(Output.objects.order_by("index").values_list("text", flat=True))[-1] == "relay-plan relay-make relay-sign"
    check_all_ended_once(owner, spent=3)


def test_a_task_that_kills_its_worker_is_given_up_and_the_others_are_done(stack: Stack, owner: Owner) -> None:
    stack.start(WORKER_CONCURRENCY="1")
    poison = owner.submit("poison", pieces=5, fails=99, how="killed")
    good = [owner.submit(f"good {number}") for number in range(3)]
    wait_for_all()
    task = Task.objects.get(pk=poison)
    assert (task.state, task.attempt, task.error_kind, task.used_units) == ("failed", 3, "provider_failed", 0)
    assert Hold.objects.get(task=poison).charged == 0
    assert owner.calls().count("poison") == 3
    assert set(Task.objects.filter(state="succeeded").values_list("pk", flat=True)) == set(good)
    check_all_ended_once(owner, spent=3)
