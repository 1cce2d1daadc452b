"""Threads with connections of their own that want the same thing: exactly one gets it. On SQLite and on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection, transaction

from accounts.identity import Caller
from aitasks.services.ending import close
from aitasks.services.submitting import RUN_JOB
from billing import selectors
from billing.errors import CreditsTooLow
from billing.models import Grant, Hold
from billing.services import ledger
from billing.states import GrantSource, UnitPrice
from common import clock, limits
from common.limits import Rate, RateExceeded
from common.models import Job
from common.queue import embedded
from metrics.models import UsageRecord
from tasks.errors import LeaseLost
from tasks.models import Task
from tasks.services import running, sweeping
from tests.factories import people
from tests.unit.tasks.conftest import claimed, make_caller, new_task, told

pytestmark = pytest.mark.clause("A-4.1")
T = TypeVar("T")


@pytest.fixture
def caller(live_database: None) -> Caller:
    """Who owns the tasks, for every thread to see."""
    return make_caller()


def together(*calls: Callable[[], T]) -> list[T]:
    """Return what the calls return, each made in a thread of its own at the same moment."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        barrier.wait()
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_one_of_many_workers_claims_a_task(caller: Caller) -> None:
    with transaction.atomic():
        task = new_task(caller)
    attempts = together(*[lambda: running.claim(task_id=task.pk)] * 16)
    assert [attempt.number for attempt in attempts if attempt is not None] == [1]
    assert told(task.pk) == [{"state": "running", "attempt": 1}]


def test_a_task_is_either_cancelled_or_finished(caller: Caller) -> None:
    for _ in range(8):
        with transaction.atomic():
            task = new_task(caller)
        attempt = claimed(task)

        def finish(attempt: running.Attempt = attempt) -> bool:
            try:
                running.succeed(attempt=attempt, used_units=10, closing=close)
            except LeaseLost:
                return False
            return True

        def cancel(task: Task = task) -> bool:
            return running.cancel(account_id=caller.account_id, task_id=task.pk, closing=close)

        finished, cancelled = together(finish, cancel)
        assert {finished, cancelled} == {True, False}
        row = Task.objects.select_related("hold").get(pk=task.pk)
        assert (row.state, row.hold.charged) == (("succeeded", 10) if finished else ("cancelled", 0))
        assert told(task.pk)[1:] == [{"state": row.state}]
        assert UsageRecord.objects.get(pk=task.pk).outcome == row.state
    assert selectors.get_balance(caller.account_id).reserved == 0


def test_two_sweepers_recover_a_task_once(caller: Caller, travel: Callable[[timedelta], None]) -> None:
    tasks = []
    for _ in range(5):
        with transaction.atomic():
            tasks.append(new_task(caller))
        claimed(tasks[-1])
    Job.objects.all().delete()
    travel(timedelta(hours=2))
    recovered = together(*[lambda: sweeping.recover_expired(job=RUN_JOB, closing=close)] * 4)
    assert sum(recovered) == 5
    assert sorted(Job.objects.values_list("key", flat=True)) == sorted(str(task.pk) for task in tasks)
    for task in tasks:
        assert told(task.pk) == [{"state": "running", "attempt": 1}, {"state": "queued"}]


def test_two_sweepers_queue_a_forgotten_task_once(caller: Caller, travel: Callable[[timedelta], None]) -> None:
    with transaction.atomic():
        task = new_task(caller)
    Job.objects.all().delete()
    travel(timedelta(hours=2))
    assert sum(together(*[lambda: sweeping.requeue_forgotten(job=RUN_JOB, is_queue_empty=lambda: True)] * 4)) == 1
    assert list(Job.objects.values_list("key", flat=True)) == [str(task.pk)]


def test_a_job_is_claimed_by_one_worker(caller: Caller) -> None:
    for number in range(20):
        Job.objects.create(name="any", key=str(number), run_at=clock.now())
    claims = together(*[lambda: [row.key for row in embedded.claim_jobs(limit=20)]] * 4)
    assert sorted(int(key) for keys in claims for key in keys) == list(range(20))


def test_a_hold_is_settled_once(caller: Caller) -> None:
    with transaction.atomic():
        hold = ledger.place_hold(caller=caller, ref="work", price=UnitPrice(1, 1), units_max=10)
    charges = together(*[lambda units=units: ledger.settle_hold(hold=Hold.objects.get(pk=hold.pk), units=units) for units in range(1, 9)])
    assert len(set(charges)) == 1
    assert selectors.get_balance(caller.account_id) == selectors.Balance(1_000 - charges[0], 0)


def test_holds_never_take_more_than_there_is(caller: Caller) -> None:
    def place(number: int) -> bool:
        try:
            with transaction.atomic():
                ledger.place_hold(caller=caller, ref=f"work {number}", price=UnitPrice(1, 1), units_max=100)
        except CreditsTooLow:
            return False
        return True

    placed = together(*[lambda number=number: place(number) for number in range(20)])
    assert placed.count(True) == 10
    assert selectors.get_balance(caller.account_id) == selectors.Balance(0, 1_000)


def test_a_grant_is_given_once(live_database: None) -> None:
    account_id = people.make_user().account.pk

    def give() -> bool:
        return ledger.grant(account_id=account_id, source=GrantSource.PACK, amount=5, ref="invoice", reason="Pack")

    assert together(*[give] * 8).count(True) == 1
    assert selectors.get_balance(account_id) == selectors.Balance(5, 0)


def test_a_wallet_is_opened_once(live_database: None) -> None:
    account_id = people.make_user().account.pk
    together(*[lambda: ledger.open_wallet(account_id=account_id)] * 8)
    assert Grant.objects.filter(account_id=account_id).count() == 1


def test_grants_that_expire_while_holds_are_settled_keep_the_books(caller: Caller) -> None:
    soon = clock.now() + timedelta(milliseconds=200)
    ledger.grant(account_id=caller.account_id, source=GrantSource.PLAN, amount=50, ref="plan", reason="Plan", expires_at=soon)
    with transaction.atomic():
        holds = [ledger.place_hold(caller=caller, ref=f"work {n}", price=UnitPrice(1, 1), units_max=10) for n in range(6)]
    settlements = [lambda hold=hold: ledger.settle_hold(hold=hold, units=7) for hold in holds]
    expiries = [lambda: ledger.expire_grants(account_id=caller.account_id)] * 4
    together(*settlements, *expiries)
    ledger.expire_grants(account_id=caller.account_id)
    balance = selectors.get_balance(caller.account_id)
    assert balance.reserved == 0
    assert sum(Grant.objects.values_list("remaining", flat=True)) == balance.available


def test_no_more_pass_a_limit_than_it_allows(live_database: None) -> None:
    def take() -> bool:
        try:
            limits.take(key="door", rate=Rate(10, 3_600))
        except RateExceeded:
            return False
        return True

    assert together(*[take] * 30).count(True) == 10
