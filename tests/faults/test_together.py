"""Many at once, over HTTP to running processes: credits, idempotency and a long queue are exact (A-4.1, P-2.8)."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Barrier

import httpx2
import pytest

from billing import audit
from billing.models import Hold, Wallet
from tasks.models import Task
from tests.faults.actors import Owner, check_all_ended_once, make_owner, wait_for_all
from tests.faults.stack import STACKS, Stack

# The database decides here and the queue does not: one broker is enough.
pytestmark = [pytest.mark.faults, pytest.mark.parametrize("broker", STACKS[:1], indirect=True)]


def at_once(count: int, call: Callable[[int], httpx2.Response]) -> list[httpx2.Response]:
    """Return the replies to ``count`` calls that start together; the ledger is audited meanwhile."""
    barrier = Barrier(count)

    def run(number: int) -> httpx2.Response:
        barrier.wait()
        return call(number)

    with ThreadPoolExecutor(count) as pool:
        replies: list[Future[httpx2.Response]] = [pool.submit(run, number) for number in range(count)]
        while wait(replies, timeout=0.5).not_done:
            assert list(audit.find_problems()) == []
    return [reply.result() for reply in replies]


@pytest.mark.clause("A-4.1", "A-2.1")
def test_a_hundred_calls_with_credit_for_fifty(stack: Stack) -> None:
    stack.start("--only", "web,scheduler")
    owner = make_owner(stack, credits=100)
    replies = at_once(100, lambda number: owner.post(f"call {number}", pieces=2))
    accepted = [reply.json()["id"] for reply in replies if reply.status_code == 202]
    refused = [reply.json() for reply in replies if reply.status_code != 202]
    assert (len(accepted), len(set(accepted)), len(refused)) == (50, 50, 50)
    assert {reply["code"] for reply in refused} == {9}
    wallet = Wallet.objects.get(pk=owner.account_id)
    assert (wallet.available, wallet.reserved, Task.objects.count(), Hold.objects.count()) == (0, 100, 50, 50)
    stack.start("--only", "worker")
    wait_for_all()
    assert Task.objects.filter(state="succeeded").count() == 50
    check_all_ended_once(owner, spent=100)


@pytest.mark.clause("P-2.8")
def test_twenty_calls_with_one_idempotency_key(stack: Stack) -> None:
    stack.start()
    owner = make_owner(stack, credits=100)
    replies = at_once(20, lambda _: owner.post("once", idempotency_key="one", pieces=3))
    assert [reply.status_code for reply in replies if reply.status_code not in {200, 202}] == []
    assert len({reply.json()["id"] for reply in replies}) == 1
    assert owner.post("another", idempotency_key="one").status_code == 409
    wait_for_all()
    assert (Task.objects.count(), owner.calls()) == (1, ["once"])
    check_all_ended_once(owner, spent=3)


def test_a_thousand_queued_tasks_with_two_workers_run_once_each(stack: Stack, owner: Owner) -> None:
    stack.start("--only", "web")
    with ThreadPoolExecutor(8) as pool, httpx2.Client(timeout=60) as client:
        headers = {"Authorization": f"Bearer {owner.key}"}

        def post(number: int) -> int:
            body = {"prompts": {"prompt": f"task {number}"}, "journal": str(owner.journal)}
            return client.post(f"{stack.base_url}/api/ai/slow", json=body, headers=headers).status_code

        assert set(pool.map(post, range(1_000))) == {202}
    assert Task.objects.filter(state="queued").count() == 1_000
    stack.start("--only", "worker,scheduler", "--workers", "2")
    wait_for_all()
    assert sorted(owner.calls()) == sorted(f"task {number}" for number in range(1_000))
    assert Task.objects.filter(state="succeeded", attempt=1).count() == 1_000
    check_all_ended_once(owner, spent=1_000)
