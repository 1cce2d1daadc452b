"""G-3: subscriptions through Stripe."""

import random
from datetime import timedelta
from typing import Any

import pytest

from accounts.identity import Caller
from billing.models import Grant, StripeCustomer, Subscription
from billing.services import ledger
from billing.states import UnitPrice
from billing.stripe.facts import moment
from tests.conftest import Actor
from tests.contracts.matching import Matching, rfc3339
from tests.fakes.asgi import Client
from tests.fakes.stripe import Shop, session_of

STATUS, UPGRADE, CANCEL = "/api/v1/subscriptions/status", "/api/v1/subscriptions/upgrade", "/api/v1/subscriptions/cancel"
PORTAL, PACKS = "/api/v1/subscriptions/portal", "/api/v1/subscriptions/credits"
ME = "/api/v1/users/me"
CHECKOUT_URL = Matching(r"http://127\.0\.0\.1:\d+/pay/cs_test_\w+")
NEW = {"subscriptionStatus": "inactive", "plan": "free"}
INVALID_PLAN = {"error": "Invalid plan selected.", "code": "INVALID_REQUEST"}
WELCOME, BASIC, PREMIUM = 500, 5_000, 25_000


def upgrade(user: Actor, plan: str) -> str:
    reply = user.api.post(UPGRADE, {"plan": plan})
    assert reply.status == 200, reply.body
    return str(reply.json["checkoutUrl"])


def subscribe(shop: Shop, user: Actor, plan: str) -> None:
    shop.pay(upgrade(user, plan))


def period_end(shop: Shop) -> str:
    return rfc3339(moment(shop.only("subscription")["items"]["data"][0]["current_period_end"]))


def balance(user: Actor) -> int:
    return int(user.api.get("/api/user/credits").json["balance"])


def grants(user: Actor, source: str) -> list[tuple[int, int]]:
    return list(Grant.objects.filter(account=user.account_id, source=source).order_by("pk").values_list("amount", "remaining"))


class TestStatus:
    @pytest.mark.clause("G-3.1")
    def test_a_new_user_is_inactive_and_free(self, user: Actor) -> None:
        for client in (user.api, user.key_api):
            reply = client.get(STATUS)
            assert (reply.status, reply.json) == (200, NEW)

    @pytest.mark.clause("G-3.1", "G-3.4", "G-2.1")
    def test_a_cancelled_one_lasts_to_its_end_and_not_longer(self, shop: Shop, user: Actor, travel: Any) -> None:
        subscribe(shop, user, "premium")
        end = period_end(shop)
        assert user.api.get(STATUS).json == {"subscriptionStatus": "active", "plan": "premium", "expiresOn": end}
        assert user.api.get(ME).json["subscriptionStatus"] == "active"
        reply = user.api.post(CANCEL)
        cancelled = {"subscriptionStatus": "cancelled", "plan": "premium", "expiresOn": end}
        assert (reply.status, reply.json) == (200, {"message": "Subscription cancelled."} | cancelled)
        assert user.api.get(STATUS).json == cancelled
        shop.deliver()
        assert user.api.get(STATUS).json == cancelled
        assert user.api.get(ME).json["subscriptionStatus"] == "inactive"
        assert user.api.post(CANCEL).json == {"message": "Subscription cancelled."} | cancelled
        assert grants(user, "plan") == [(PREMIUM, PREMIUM)]
        row = Subscription.objects.get()
        row.expires_at = row.expires_at - timedelta(days=40) if row.expires_at else None
        row.save(update_fields=["expires_at"])
        assert user.api.get(STATUS).json == NEW

    @pytest.mark.clause("G-3.1")
    @pytest.mark.parametrize("path", [UPGRADE, CANCEL, PORTAL, PACKS])
    def test_needs_a_token(self, api: Client, path: str) -> None:
        for reply in (api.get(STATUS), api.post(path, {"plan": "basic"})):
            assert (reply.status, reply.json) == (401, {"error": "Invalid authentication token.", "code": "UNAUTHORIZED"})


class TestUpgrade:
    @pytest.mark.clause("G-3.2", "G-3.5")
    def test_is_pending_until_the_event_and_grants_the_credits(self, shop: Shop, user: Actor) -> None:
        reply = user.api.post(UPGRADE, {"plan": "basic"})
        assert (reply.status, reply.json) == (200, {"message": "Subscription upgrade initiated.", "checkoutUrl": CHECKOUT_URL})
        pending = {"subscriptionStatus": "pending", "plan": "free"}
        assert user.api.get(STATUS).json == pending
        assert user.api.get(ME).json["subscriptionStatus"] == "pending"
        shop.stripe.pay(session_of(reply.json["checkoutUrl"]))
        assert user.api.get(STATUS).json == pending
        shop.deliver()
        assert user.api.get(STATUS).json == {"subscriptionStatus": "active", "plan": "basic", "expiresOn": period_end(shop)}
        (grant,) = user.api.get("/api/user/credits").json["grants"][:1]
        assert grant == {
            "source": "plan",
            "amount": str(BASIC),
            "remaining": str(BASIC),
            "expiresAt": period_end(shop),
            "reason": "Basic plan",
        }
        assert balance(user) == WELCOME + BASIC

    @pytest.mark.clause("G-3.2")
    def test_the_user_has_one_customer(self, shop: Shop, user: Actor, second_user: Actor) -> None:
        for plan in ("basic", "premium", "basic"):
            upgrade(user, plan)
        assert shop.count("customer") == 1
        customer = shop.only("customer")
        assert (customer["email"], customer["metadata"]) == (user.user.email, {"account": str(user.account_id)})
        upgrade(second_user, "basic")
        assert shop.count("customer") == StripeCustomer.objects.count() == 2

    @pytest.mark.clause("G-3.2")
    @pytest.mark.parametrize("plan", ["free", "gold", "", "small", "BASIC", "basic "])
    def test_refuses_what_is_no_plan(self, shop: Shop, user: Actor, plan: str) -> None:
        reply = user.api.post(UPGRADE, {"plan": plan})
        assert reply.status == 400
        if plan.strip() == plan and plan:
            assert reply.json == INVALID_PLAN
        assert user.api.get(STATUS).json == NEW
        assert shop.count("checkout.session") == 0

    @pytest.mark.clause("G-3.2")
    def test_refuses_the_plan_that_is_held(self, shop: Shop, user: Actor) -> None:
        subscribe(shop, user, "basic")
        before = user.api.get(STATUS).json
        reply = user.api.post(UPGRADE, {"plan": "basic"})
        assert (reply.status, reply.json) == (400, INVALID_PLAN)
        assert user.api.get(STATUS).json == before
        assert shop.count("checkout.session") == 1

    @pytest.mark.clause("G-3.2")
    def test_a_running_subscription_changes_its_plan_by_proration(self, shop: Shop, user: Actor) -> None:
        subscribe(shop, user, "basic")
        end = period_end(shop)
        url = upgrade(user, "premium")
        assert url.endswith("/billing?changed=premium")
        assert user.api.get(STATUS).json == {"subscriptionStatus": "pending", "plan": "basic", "expiresOn": end}
        shop.deliver()
        assert user.api.get(STATUS).json == {"subscriptionStatus": "active", "plan": "premium", "expiresOn": end}
        assert (shop.count("subscription"), shop.count("checkout.session")) == (1, 1)
        (basic, difference) = [amount for amount, _ in grants(user, "plan")]
        assert basic == BASIC
        # The rest of the period is nearly all of it.
        assert PREMIUM - BASIC - 100 <= difference <= PREMIUM - BASIC

    @pytest.mark.clause("G-3.2", "G-3.5")
    def test_changing_down_and_up_brings_no_credits_that_were_not_paid(self, shop: Shop, user: Actor) -> None:
        subscribe(shop, user, "premium")
        upgrade(user, "basic")
        shop.deliver()
        assert user.api.get(STATUS).json == {"subscriptionStatus": "active", "plan": "basic", "expiresOn": period_end(shop)}
        assert grants(user, "plan") == [(PREMIUM, PREMIUM)]
        paid = sum(charge["amount"] for charge in shop.stripe.state.find("charge"))
        upgrade(user, "premium")
        shop.deliver()
        (_, again) = [amount for amount, _ in grants(user, "plan")]
        difference = sum(charge["amount"] for charge in shop.stripe.state.find("charge")) - paid
        assert (paid, again <= PREMIUM - BASIC, difference > 1_990) == (2_900, True, True)

    @pytest.mark.clause("G-3.2")
    def test_a_declined_change_leaves_everything_as_it_was(self, shop: Shop, user: Actor) -> None:
        subscribe(shop, user, "basic")
        before, had = user.api.get(STATUS).json, balance(user)
        shop.stripe.set_card(shop.only("customer")["id"], declines=True)
        reply = user.api.post(UPGRADE, {"plan": "premium"})
        assert (reply.status, reply.json["code"]) == (402, "PAYMENT_REQUIRED")
        shop.deliver()
        assert (user.api.get(STATUS).json, balance(user)) == (before, had)
        shop.stripe.set_card(shop.only("customer")["id"], declines=False)
        upgrade(user, "premium")
        shop.deliver()
        assert user.api.get(STATUS).json["plan"] == "premium"

    @pytest.mark.clause("G-3.2")
    def test_a_decline_at_the_checkout_leaves_everything_as_it_was(self, shop: Shop, user: Actor) -> None:
        url, had = upgrade(user, "premium"), balance(user)
        shop.stripe.decline(session_of(url))
        shop.deliver()
        shop.stripe.expire(session_of(url))
        shop.deliver()
        assert user.api.get(STATUS).json == NEW
        assert balance(user) == had
        assert shop.count("subscription") == 0

    @pytest.mark.clause("G-3.2")
    def test_of_two_checkouts_only_the_later_can_be_paid(self, shop: Shop, user: Actor) -> None:
        first, second = session_of(upgrade(user, "basic")), session_of(upgrade(user, "premium"))
        assert [session["status"] for session in shop.stripe.state.find("checkout.session")] == ["open", "expired"]
        assert first != second
        shop.deliver()
        assert user.api.get(STATUS).json == {"subscriptionStatus": "pending", "plan": "free"}
        shop.stripe.pay(second)
        shop.deliver()
        assert user.api.get(STATUS).json["plan"] == "premium"

    @pytest.mark.clause("G-3.2")
    def test_a_second_request_after_the_payment_makes_no_second_subscription(self, shop: Shop, user: Actor) -> None:
        shop.stripe.pay(session_of(upgrade(user, "basic")))
        assert user.api.post(UPGRADE, {"plan": "basic"}).status == 400
        assert user.api.get(STATUS).json["plan"] == "basic"
        upgrade(user, "premium")
        shop.deliver()
        assert (user.api.get(STATUS).json["plan"], shop.count("subscription")) == ("premium", 1)

    @pytest.mark.clause("G-3.2")
    def test_ten_requests_at_once_leave_one_open_checkout(self, shop: Shop, user: Actor) -> None:
        requests = [user.api.request("POST", UPGRADE, {"plan": "basic"}) for _ in range(10)]
        replies = user.api.send_together(requests)
        assert {reply.status for reply in replies} <= {200, 409}
        open_ones = [session for session in shop.stripe.state.find("checkout.session") if session["status"] == "open"]
        assert [session["id"] for session in open_ones] == [Subscription.objects.get().pending_session]
        assert shop.count("customer") == 1

    @pytest.mark.clause("G-3.2")
    def test_stripe_down_is_a_502_and_changes_nothing(self, shop: Shop, user: Actor, settings: Any) -> None:
        settings.STRIPE_API_BASE = "http://127.0.0.1:9"
        for path, body in ((UPGRADE, {"plan": "basic"}), (PORTAL, None), (PACKS, {"pack": "small"})):
            reply = user.api.post(path, body)
            assert (reply.status, reply.json["code"]) == (502, "SERVICE_UNAVAILABLE")
        assert user.api.get(STATUS).json == NEW


class TestPeriods:
    @pytest.mark.clause("G-3.5", "A-4.2")
    def test_every_paid_period_brings_its_credits_once(self, shop: Shop, user: Actor) -> None:
        subscribe(shop, user, "basic")
        for count in (2, 3):
            shop.stripe.advance(shop.only("subscription")["id"])
            shop.deliver()
            assert len(grants(user, "plan")) == count
            assert user.api.get(STATUS).json["expiresOn"] == period_end(shop)
        for event in shop.stripe.events("invoice.paid"):
            shop.deliver([event["id"]])
        assert [amount for amount, _ in grants(user, "plan")] == [BASIC] * 3

    @pytest.mark.clause("G-3.5", "G-3.3")
    def test_a_period_that_is_not_paid_brings_none(self, shop: Shop, user: Actor) -> None:
        subscribe(shop, user, "basic")
        shop.stripe.advance(shop.only("subscription")["id"], outcome="failed")
        shop.deliver()
        assert len(grants(user, "plan")) == 1
        assert Subscription.objects.get().stripe_status == "past_due"

    @pytest.mark.clause("G-3.3", "G-3.5")
    @pytest.mark.parametrize("seed", range(6))
    def test_events_in_any_order_end_at_the_newest_truth(self, shop: Shop, user: Actor, seed: int) -> None:
        shop.stripe.pay(session_of(upgrade(user, "basic")))
        subscription = shop.only("subscription")["id"]
        shop.stripe.advance(subscription)
        user.api.post(CANCEL)
        charge = min(shop.stripe.state.find("charge"), key=lambda one: one["created"])
        shop.stripe.refund(charge["id"])
        events = [event["id"] for event in shop.stripe.events()] * 2
        random.Random(seed).shuffle(events)
        shop.deliver(events)
        assert user.api.get(STATUS).json == {"subscriptionStatus": "cancelled", "plan": "basic", "expiresOn": period_end(shop)}
        assert sorted(grants(user, "plan")) == [(BASIC, 0), (BASIC, BASIC)]
        assert balance(user) == WELCOME + BASIC


class TestCancel:
    @pytest.mark.clause("G-3.4")
    def test_nothing_to_cancel_is_a_conflict(self, shop: Shop, user: Actor) -> None:
        reply = user.api.post(CANCEL)
        assert (reply.status, reply.json["error"]) == (409, "There is no running subscription to cancel.")

    @pytest.mark.clause("G-3.4")
    def test_drops_a_checkout_that_was_not_paid(self, shop: Shop, user: Actor) -> None:
        upgrade(user, "basic")
        assert user.api.post(CANCEL).json == {"message": "Subscription cancelled."} | NEW
        assert shop.only("checkout.session")["status"] == "expired"

    @pytest.mark.clause("G-3.4", "G-3.3")
    def test_what_stripe_ended_is_ended(self, shop: Shop, user: Actor) -> None:
        subscribe(shop, user, "basic")
        user.api.post(CANCEL)
        shop.stripe.advance(shop.only("subscription")["id"])
        shop.deliver()
        assert user.api.get(STATUS).json == NEW
        subscribe(shop, user, "premium")
        assert user.api.get(STATUS).json["plan"] == "premium"


class TestPortal:
    @pytest.mark.clause("G-3.4")
    def test_returns_an_address(self, shop: Shop, user: Actor) -> None:
        reply = user.api.post(PORTAL)
        assert (reply.status, reply.json) == (200, {"portalUrl": Matching(r"http://127\.0\.0\.1:\d+/portal/\w+")})


class TestPacks:
    @pytest.mark.clause("G-3.4", "A-4.2")
    def test_a_paid_pack_brings_its_credits_once(self, shop: Shop, user: Actor) -> None:
        reply = user.api.post(PACKS, {"pack": "small"})
        assert (reply.status, reply.json) == (200, {"checkoutUrl": CHECKOUT_URL})
        assert user.api.get(STATUS).json == NEW
        shop.pay(reply.json["checkoutUrl"])
        shop.deliver([event["id"] for event in shop.stripe.events()])
        assert grants(user, "pack") == [(1_000, 1_000)]
        assert balance(user) == WELCOME + 1_000

    @pytest.mark.clause("G-3.4")
    @pytest.mark.parametrize("pack", ["basic", "none", "Small"])
    def test_refuses_what_is_no_pack(self, shop: Shop, user: Actor, pack: str) -> None:
        reply = user.api.post(PACKS, {"pack": pack})
        assert (reply.status, reply.json) == (400, {"error": "Invalid pack selected.", "code": "INVALID_REQUEST"})

    @pytest.mark.clause("G-3.4")
    @pytest.mark.parametrize("key", ["k", "é" * 300])
    def test_the_same_key_begins_one_checkout(self, shop: Shop, user: Actor, key: str) -> None:
        urls = {user.api.post(PACKS, {"pack": "small"}, headers={"Idempotency-Key": key}).json["checkoutUrl"] for _ in range(3)}
        assert (len(urls), shop.count("checkout.session")) == (1, 1)

    @pytest.mark.clause("G-3.3", "A-4.2")
    @pytest.mark.parametrize(("parts", "left"), [([250, 250], 0), ([125], 750), ([500], 0)])
    def test_a_refund_takes_back_its_part_once(self, shop: Shop, user: Actor, parts: list[int], left: int) -> None:
        shop.pay(user.api.post(PACKS, {"pack": "small"}).json["checkoutUrl"])
        for part in parts:
            shop.stripe.refund(shop.only("charge")["id"], amount=part)
            shop.deliver()
        shop.deliver([event["id"] for event in shop.stripe.events()])
        assert grants(user, "pack") == [(1_000, left)]
        assert balance(user) == WELCOME + left

    @pytest.mark.clause("G-3.3", "A-4.2")
    @pytest.mark.parametrize(("outcome", "left"), [(None, 0), ("lost", 0), ("won", 1_000)])
    @pytest.mark.parametrize("is_backwards", [False, True])
    def test_a_dispute_takes_back_all_until_it_is_won(self, shop: Shop, user: Actor, outcome: Any, left: int, is_backwards: bool) -> None:
        shop.pay(user.api.post(PACKS, {"pack": "small"}).json["checkoutUrl"])
        dispute = shop.stripe.dispute(shop.only("charge")["id"])
        if not is_backwards:
            shop.deliver()
            assert balance(user) == WELCOME
        if outcome:
            shop.stripe.close_dispute(dispute, outcome=outcome)
        shop.deliver([event["id"] for event in shop.stripe.events()][::-1])
        assert balance(user) == WELCOME + left

    @pytest.mark.clause("G-3.3", "A-4.2")
    def test_what_was_spent_before_the_refund_stays_due(self, shop: Shop, user: Actor) -> None:
        shop.pay(user.api.post(PACKS, {"pack": "small"}).json["checkoutUrl"])
        caller = Caller(account_id=user.account_id)
        ledger.settle_hold(hold=ledger.place_hold(caller=caller, ref="work", price=UnitPrice(1, 1), units_max=900), units=900)
        shop.stripe.refund(shop.only("charge")["id"])
        shop.deliver()
        grant = Grant.objects.get(source="pack")
        assert (grant.remaining, grant.revoked, grant.revoke_due) == (0, 600, 1_000)
        assert balance(user) == 0
