"""A quota and the limit on unfinished tasks, over two web processes that share nothing but the database (P-5.4)."""

import httpx2
import pytest

from billing import audit
from billing.models import Hold, QuotaUse, Wallet
from billing.services import quotas
from billing.states import Period, period_end
from common import clock
from tasks.models import Task
from tests.faults.actors import check_all_ended_once, make_owner, wait_for_all
from tests.faults.stack import STACKS, Stack
from tests.faults.test_together import at_once

# The database decides here and the queue does not: one broker is enough.
pytestmark = [pytest.mark.faults, pytest.mark.parametrize("broker", STACKS[:1], indirect=True)]
PRODUCT_LIMITS = "free=5,basic=20,premium=100"


def split_up(replies: list[httpx2.Response]) -> tuple[int, list[httpx2.Response]]:
    """Return how many calls were accepted, and the refusals."""
    return sum(reply.status_code == 202 for reply in replies), [reply for reply in replies if reply.status_code != 202]


@pytest.mark.clause("P-5.4", "A-2.1")
def test_sixty_calls_with_a_quota_of_ten(stack: Stack) -> None:
    stack.start("--only", "web", "--workers", "2")
    assert len(stack.pids("web")) == 2
    owner = make_owner(stack, credits=1_000)
    quotas.set_quota(plan="free", api="slow", period="month", limit=1_000)
    quotas.set_override(account_id=owner.account_id, api="slow", period="month", limit=10)
    accepted, refused = split_up(at_once(60, lambda number: owner.post(f"call {number}")))
    assert (accepted, len(refused)) == (10, 50)
    resets_at = period_end(Period.MONTH, clock.now())
    message = f"The quota of 10 calls of slow a month is used up. It resets at {resets_at:%Y-%m-%dT%H:%M:%SZ}."
    assert {reply.status_code for reply in refused} == {429}
    assert [reply.json() for reply in refused] == [{"code": 8, "message": message}] * 50
    assert all(int(reply.headers["Retry-After"]) > 0 for reply in refused)
    wallet = Wallet.objects.get(pk=owner.account_id)
    assert (QuotaUse.objects.get().used, Task.objects.count(), Hold.objects.count(), wallet.open_holds) == (10, 10, 10, 10)
    stack.start("--only", "worker,scheduler")
    wait_for_all()
    check_all_ended_once(owner, spent=10)


@pytest.mark.clause("P-5.4")
def test_forty_calls_of_a_free_user(stack: Stack) -> None:
    stack.start("--only", "web", "--workers", "2", PLAN_SIMULTANEOUS_TASKS=PRODUCT_LIMITS)
    owner = make_owner(stack, credits=1_000)
    accepted, refused = split_up(at_once(40, lambda number: owner.post(f"call {number}")))
    assert (accepted, {reply.status_code for reply in refused}) == (5, {429})
    assert {reply.json()["message"].split(",")[0] for reply in refused} == {"You have 5 unfinished tasks"}
    assert (Wallet.objects.get(pk=owner.account_id).open_holds, Task.objects.count(), Hold.objects.count()) == (5, 5, 5)
    stack.start("--only", "worker,scheduler", PLAN_SIMULTANEOUS_TASKS=PRODUCT_LIMITS)
    wait_for_all()
    assert Wallet.objects.get(pk=owner.account_id).open_holds == 0
    assert (owner.post("another").status_code, list(audit.find_problems())) == (202, [])
