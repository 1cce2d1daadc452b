"""P-5.4: quotas by API and period, and the limit on unfinished tasks: exact, told with what the limit is and when it resets."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections, transaction

from accounts.identity import Caller
from accounts.models import Account
from aitasks import registry
from billing.errors import QuotaUsedUp, TooManyOpen
from billing.models import Hold, QuotaUse, Subscription, Wallet
from billing.services import ledger, quotas
from billing.states import Period, UnitPrice, period_end, period_start
from common import clock
from tasks.models import Task
from tests.conftest import Actor
from tests.contracts.matching import rfc3339
from tests.contracts.stored import everything_stored
from tests.factories import credits
from tests.fakes.asgi import Reply

IMAGINE, PLANS, USAGE = "/api/ai/imagine", "/api/user/plans", "/api/user/usage"
DRAW = {"prompts": {"prompt": "a red ball"}, "target": {"type": "image"}}
NOON = datetime(2030, 1, 31, 12, 0, 30, tzinfo=UTC)
LIMITS = {"free": 5, "basic": 20, "premium": 100}


def draw(actor: Actor, **headers: str) -> Reply:
    return actor.api.post(IMAGINE, DRAW, headers=headers)


@pytest.fixture
def rich(user: Actor) -> Actor:
    """A user whose credits are not what runs out."""
    credits.give_credits(user.user, 100_000)
    return user


@pytest.fixture
def product_limits(settings: Any) -> None:
    """The numbers of unfinished tasks that the product comes with."""
    settings.PLAN_SIMULTANEOUS_TASKS = dict(LIMITS)


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Sets the product's clock to :data:`NOON`, and moves it."""
    now = NOON

    def move(by: timedelta) -> None:
        nonlocal now
        now += by

    monkeypatch.setattr(clock, "now", lambda: now)
    return move


class TestQuotas:
    @pytest.mark.clause("P-5.4", "A-2.1")
    def test_beyond_it_says_what_the_limit_is_and_when_it_resets(self, rich: Actor) -> None:
        quotas.set_quota(plan="free", api="imagine", period="month", limit=2)
        assert [draw(rich).status for _ in range(2)] == [202, 202]
        before = everything_stored()
        reply = draw(rich)
        resets_at = period_end(Period.MONTH, clock.now())
        message = f"The quota of 2 calls of imagine a month is used up. It resets at {resets_at:%Y-%m-%dT%H:%M:%SZ}."
        assert (reply.status, reply.json) == (429, {"code": 8, "message": message})
        assert 0 <= (resets_at - clock.now()).total_seconds() - int(reply.headers["retry-after"]) + 1 < 60
        assert everything_stored() == before

    @pytest.mark.clause("P-5.4")
    def test_begins_anew_with_each_period(self, user: Actor, at_noon: Callable[[timedelta], None]) -> None:
        quotas.set_override(account_id=user.account_id, api="imagine", period="minute", limit=1)
        caller = Caller(account_id=user.account_id, user_id=user.user.pk)
        quotas.take(caller=caller, api="imagine")
        at_noon(timedelta(seconds=29))
        with pytest.raises(QuotaUsedUp) as refusal:
            quotas.take(caller=caller, api="imagine")
        assert refusal.value.retry_after_seconds == 1
        at_noon(timedelta(seconds=1))
        quotas.take(caller=caller, api="imagine")
        at_noon(timedelta(days=40))
        quotas.take(caller=caller, api="imagine")
        assert QuotaUse.objects.get().used == 1

    @pytest.mark.clause("P-5.4")
    def test_a_process_whose_clock_is_behind_counts_in_the_newer_period(self, user: Actor, at_noon: Callable[[timedelta], None]) -> None:
        quotas.set_override(account_id=user.account_id, api="imagine", period="minute", limit=2)
        caller = Caller(account_id=user.account_id, user_id=user.user.pk)
        quotas.take(caller=caller, api="imagine")
        at_noon(-timedelta(minutes=1))
        quotas.take(caller=caller, api="imagine")
        with pytest.raises(QuotaUsedUp):
            quotas.take(caller=caller, api="imagine")
        assert (QuotaUse.objects.get().used, QuotaUse.objects.get().starts_at) == (2, NOON.replace(second=0))

    @pytest.mark.clause("P-5.4")
    def test_each_api_counts_by_itself_and_all_together(self, rich: Actor) -> None:
        quotas.set_quota(plan="free", api="*", period="month", limit=3)
        quotas.set_quota(plan="free", api="imagine", period="month", limit=2)
        said = dict(registry.get_feature("inspire").examples[0])
        told = rich.api.post("/api/ai/inspire", said, headers={"Prefer": "respond-async"}).status
        assert [told] + [draw(rich).status for _ in range(3)] == [202, 202, 202, 429]
        assert "calls of all APIs together" in draw(rich).json["message"]
        assert dict(QuotaUse.objects.values_list("api", "used")) == {"*": 3, "imagine": 2}

    @pytest.mark.clause("P-5.4")
    def test_zero_closes_an_api(self, rich: Actor) -> None:
        quotas.set_quota(plan="free", api="imagine", period="day", limit=0)
        assert (draw(rich).status, QuotaUse.objects.count()) == (429, 0)

    @pytest.mark.clause("P-5.4")
    def test_by_plan_and_overridden_for_a_user(self, rich: Actor, second_user: Actor) -> None:
        quotas.set_quota(plan="free", api="imagine", period="month", limit=1)
        assert [draw(second_user).status for _ in range(2)] == [202, 429]
        quotas.set_override(account_id=second_user.account_id, api="imagine", period="month", limit=2)
        assert [draw(second_user).status for _ in range(2)] == [202, 429]
        quotas.set_override(account_id=second_user.account_id, api="imagine", period="month", limit=None)
        assert draw(second_user).status == 202
        quotas.remove_override(account_id=second_user.account_id, api="imagine", period="month")
        assert [draw(rich).status for _ in range(2)] == [202, 429]
        Subscription.objects.create(account=rich.user.account, plan="basic", status="active")
        assert draw(rich).status == 202

    @pytest.mark.clause("P-5.4", "P-2.8")
    def test_a_repetition_and_what_was_refused_do_not_count(self, user: Actor) -> None:
        quotas.set_quota(plan="free", api="imagine", period="month", limit=2)
        credits.leave_credits(user.user, 10)
        replies = [draw(user, **{"Idempotency-Key": "one"}) for _ in range(3)]
        assert len({reply.json["id"] for reply in replies}) == 1
        assert draw(user).status == 402
        assert user.api.post(IMAGINE, {}).status == 400
        assert QuotaUse.objects.get().used == 1

    @pytest.mark.clause("P-5.4", "P-2.8")
    def test_of_repetitions_at_once_one_counts(self, rich: Actor) -> None:
        quotas.set_quota(plan="free", api="imagine", period="month", limit=1)
        requests = [rich.api.request("POST", IMAGINE, DRAW, headers={"Idempotency-Key": "one"}) for _ in range(12)]
        replies = rich.api.send_together(requests)
        assert ({reply.status for reply in replies}, len({reply.json["id"] for reply in replies})) == ({202}, 1)
        assert QuotaUse.objects.get().used == 1

    @pytest.mark.clause("P-5.4")
    def test_exact_under_simultaneous_calls(self, rich: Actor) -> None:
        quotas.set_quota(plan="free", api="imagine", period="month", limit=10)
        replies = rich.api.send_together([rich.api.request("POST", IMAGINE, DRAW) for _ in range(40)])
        assert sorted(reply.status for reply in replies) == [*[202] * 10, *[429] * 30]
        assert (Task.objects.count(), Hold.objects.count(), QuotaUse.objects.get().used) == (10, 10, 10)

    @pytest.mark.clause("P-5.4")
    def test_are_shown_with_plans_and_usage(self, rich: Actor) -> None:
        quotas.set_quota(plan="free", api="imagine", period="month", limit=7)
        quotas.set_quota(plan="basic", api="*", period="day", limit=100)
        draw(rich)
        resets_at = rfc3339(period_end(Period.MONTH, clock.now()))
        shown = [{"api": "imagine", "period": "month", "limit": 7, "used": 1, "resetsAt": resets_at}]
        plans = rich.api.get(PLANS).json
        assert (plans["quotas"], rich.api.get(USAGE).json["quotas"]) == (shown, shown)
        by_plan = {plan["name"]: plan["quotas"] for plan in plans["items"]}
        assert by_plan == {
            "free": [{"api": "imagine", "period": "month", "limit": 7}],
            "basic": [{"api": "*", "period": "day", "limit": 100}],
            "premium": [],
        }


class TestSimultaneous:
    @pytest.mark.clause("P-5.4", "A-2.1")
    def test_a_free_user_has_five(self, rich: Actor, product_limits: None, run_jobs: Callable[[], int]) -> None:
        assert [draw(rich).status for _ in range(5)] == [202] * 5
        before = everything_stored()
        reply = draw(rich)
        message = "You have 5 unfinished tasks, the most that you may have at a time. Try again as soon as one of them has ended."
        assert (reply.status, reply.json, reply.headers["retry-after"]) == (429, {"code": 8, "message": message}, "5")
        assert everything_stored() == before
        shown = {"limit": 5, "used": 5}
        assert (rich.api.get(PLANS).json["simultaneousTasks"], rich.api.get(USAGE).json["simultaneousTasks"]) == (shown, shown)
        rich.api.delete(f"{IMAGINE}/{Task.objects.all()[0].pk}")
        assert [draw(rich).status for _ in range(2)] == [202, 429]
        run_jobs()
        assert draw(rich).status == 202

    @pytest.mark.clause("P-5.4")
    @pytest.mark.parametrize(("plan", "limit"), [("basic", 20), ("premium", 100)])
    def test_a_plan_allows_more(self, rich: Actor, product_limits: None, plan: str, limit: int) -> None:
        Subscription.objects.create(account=rich.user.account, plan=plan, status="active")
        caller = Caller(account_id=rich.account_id, user_id=rich.user.pk)
        for number in range(limit):
            ledger.place_hold(caller=caller, ref=f"{number}", price=UnitPrice(1, 1), units_max=1)
        with pytest.raises(TooManyOpen):
            ledger.place_hold(caller=caller, ref="more", price=UnitPrice(1, 1), units_max=1)
        assert Wallet.objects.get().open_holds == limit

    @pytest.mark.clause("P-5.4")
    def test_overridden_for_a_user(self, rich: Actor, product_limits: None) -> None:
        ledger.limit_open_holds(account_id=rich.account_id, limit=7)
        assert [draw(rich).status for _ in range(8)] == [*[202] * 7, 429]
        ledger.limit_open_holds(account_id=rich.account_id, limit=1)
        assert "You have 1 unfinished" in draw(rich).json["message"]
        ledger.limit_open_holds(account_id=rich.account_id, limit=None)
        assert "You have 5 unfinished" in draw(rich).json["message"]

    @pytest.mark.clause("P-5.4")
    def test_exact_under_simultaneous_calls_and_ends(self, rich: Actor, product_limits: None, run_jobs: Callable[[], int]) -> None:
        for _ in range(2):
            replies = rich.api.send_together([rich.api.request("POST", IMAGINE, DRAW) for _ in range(20)])
            assert sorted(reply.status for reply in replies) == [*[202] * 5, *[429] * 15]
            run_jobs()
            assert Wallet.objects.get().open_holds == 0

    @pytest.mark.clause("P-5.4")
    def test_too_few_credits_are_told_as_such(self, user: Actor, product_limits: None) -> None:
        credits.leave_credits(user.user, 20)
        assert [draw(user).status for _ in range(3)] == [202, 202, 402]

    @pytest.mark.clause("P-5.4", "G-5.3")
    def test_chat_says_it_in_its_own_words(self, rich: Actor, product_limits: None) -> None:
        for _ in range(5):
            draw(rich)
        thread = rich.api.post("/api/v1/chat/init").json["threadId"]
        before = everything_stored()
        reply = rich.api.post(f"/api/v1/chat/{thread}/messages", {"content": "Hello"})
        assert (reply.status, reply.json["code"], reply.headers["retry-after"]) == (429, "TOO_MANY_REQUESTS", "5")
        assert everything_stored() == before

    @pytest.mark.clause("P-5.4")
    def test_accounts_without_a_person_have_no_limit_but_their_own(self, db: None, product_limits: None) -> None:
        account = Account.objects.create(kind=Account.Kind.MARKETPLACE, service="market", outside_id="one")
        caller = Caller(account_id=account.pk)
        quotas.set_quota(plan="free", api="*", period="day", limit=0)
        for number in range(6):
            quotas.take(caller=caller, api="imagine")
            ledger.place_hold(caller=caller, ref=f"{number}", price=UnitPrice(1, 1), units_max=1)
        quotas.set_override(account_id=account.pk, api="imagine", period="day", limit=0)
        with pytest.raises(QuotaUsedUp):
            quotas.take(caller=caller, api="imagine")
        ledger.limit_open_holds(account_id=account.pk, limit=6)
        with pytest.raises(TooManyOpen):
            ledger.place_hold(caller=caller, ref="more", price=UnitPrice(1, 1), units_max=1)


@pytest.mark.clause("P-5.4")
@pytest.mark.parametrize(("limit", "rolled_back"), [(1, 0), (7, 3), (40, 5)])
def test_of_many_threads_as_many_pass_as_the_limit_and_what_rolls_back_gives_back(
    user: Actor, limit: int, rolled_back: int, at_noon: Callable[[timedelta], None]
) -> None:
    """One thread's calls, ``rolled_back`` of them, count and then fail: their places are free again for the others."""
    quotas.set_override(account_id=user.account_id, api="imagine", period="month", limit=limit)
    caller = Caller(account_id=user.account_id, user_id=user.user.pk)
    outcomes: list[str] = []
    barrier = Barrier(10)

    def run(number: int) -> None:
        barrier.wait()
        for turn in range(5):
            try:
                with transaction.atomic():
                    quotas.take(caller=caller, api="imagine")
                    fails = number == 0 and turn < rolled_back
                    transaction.set_rollback(fails)
                outcomes.append("failed" if fails else "passed")
            except QuotaUsedUp:
                outcomes.append("refused")
        connections.close_all()

    threads = [Thread(target=run, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count("passed"), len(outcomes)) == (limit, 50)
    assert QuotaUse.objects.get().used == limit


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        (Period.MINUTE, "2030-01-31T12:00:00+00:00", "2030-01-31T12:01:00+00:00"),
        (Period.HOUR, "2030-01-31T12:00:00+00:00", "2030-01-31T13:00:00+00:00"),
        (Period.DAY, "2030-01-31T00:00:00+00:00", "2030-02-01T00:00:00+00:00"),
        (Period.MONTH, "2030-01-01T00:00:00+00:00", "2030-02-01T00:00:00+00:00"),
    ],
)
def test_periods_are_the_clocks_own(period: Period, start: str, end: str) -> None:
    assert (period_start(period, NOON).isoformat(), period_end(period, NOON).isoformat()) == (start, end)
    december = datetime(2030, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert period_end(period, december).isoformat() == "2031-01-01T00:00:00+00:00"
