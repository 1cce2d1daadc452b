"""What payments need besides the contract: checks, commands, reconciliation, the ledger's way back."""

from collections.abc import Callable
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from billing import checks
from billing.models import Grant, Hold, Offer, Subscription, Transfer, Wallet
from billing.services import catalogue, ledger, subscriptions
from billing.simulator import server
from billing.stripe import calls
from tests.conftest import Actor
from tests.fakes.stripe import SECRET, Shop, session_of


@pytest.fixture
def shop(api: Any, run_jobs: Callable[[], int], settings: Any) -> Any:
    """Stripe, with our offers in it."""
    with server.start(mode="test", webhook_url="", webhook_secret=SECRET) as stripe:
        settings.STRIPE_API_BASE, settings.STRIPE_API_KEY = stripe.base_url, server.API_KEY
        settings.STRIPE_WEBHOOK_SECRET = SECRET
        catalogue.sync()
        yield Shop(stripe, api, run_jobs)


def run(command: str) -> list[str]:
    output = StringIO()
    call_command(command, stdout=output)
    return output.getvalue().splitlines()


@pytest.mark.parametrize(
    ("secret", "key", "found"), [("", "", ["billing.E001", "billing.W001"]), (" ", "k", ["billing.E001"]), ("w", "k", [])]
)
def test_a_deployment_without_secrets_fails_its_check(settings: Any, secret: str, key: str, found: list[str]) -> None:
    settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_API_KEY = secret, key
    messages = checks.check_stripe(None)
    assert [message.id for message in messages] == found
    assert all(message.hint for message in messages)


def test_the_first_purchase_brings_the_offers_to_stripe(shop: Shop, user: Actor) -> None:
    Offer.objects.all().delete()
    assert user.api.post("/api/v1/subscriptions/upgrade", {"plan": "basic"}).status == 200
    assert Offer.objects.exclude(price_id="").count() == 4


def test_where_payments_are_closed_nothing_is_sold(live_database: None, user: Actor, settings: Any) -> None:
    settings.STRIPE_API_KEY = ""
    assert user.api.post("/api/v1/subscriptions/upgrade", {"plan": "basic"}).status == 400
    assert Offer.objects.count() == 0


def test_an_older_answer_never_replaces_a_newer_one(shop: Shop, user: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job that asked Stripe before another one, and writes after it, writes nothing: it asks again."""
    shop.pay(user.api.post("/api/v1/subscriptions/upgrade", {"plan": "basic"}).json["checkoutUrl"])
    ask, answers = subscriptions.find_current, []

    def slow(customer_id: str) -> Any:
        answer = ask(customer_id)
        answers.append(answer)
        if len(answers) == 1:
            # While this answer is under way, another job asks, after a cancellation, and writes.
            calls.end_subscription(answer.id if answer else "")
            subscriptions.refresh(account_id=user.account_id)
        return answer

    monkeypatch.setattr(subscriptions, "find_current", slow)
    assert subscriptions.refresh(account_id=user.account_id).status == "cancelled"
    assert [answer is not None and answer.is_ending for answer in answers] == [False, True, True]


def test_offers_are_made_once_and_follow_a_new_amount(shop: Shop) -> None:
    assert sorted(Offer.objects.values_list("name", flat=True)) == ["basic", "large", "premium", "small"]
    assert run("sync_stripe") == ["0 offers changed."]
    assert shop.count("price") == 4
    before = Offer.objects.get(name="basic").price_id
    Offer.objects.filter(name="basic").update(amount=1_100)
    after = run("sync_stripe")
    offer = Offer.objects.get(name="basic")
    assert after == [f"basic: {offer.price_id}, 1100 usd", "1 offers changed."]
    assert offer.price_id != before


def test_a_named_price_is_taken_as_it_is(shop: Shop, settings: Any) -> None:
    premium = Offer.objects.get(name="premium")
    Offer.objects.filter(name="premium").update(price_id="", amount=1)
    settings.STRIPE_PRICES = {"premium": premium.price_id}
    assert run("sync_stripe") == [f"premium: {premium.price_id}, 2900 usd", "1 offers changed."]


def test_a_subscriber_of_an_older_price_keeps_the_plan(shop: Shop, user: Actor) -> None:
    url = user.api.post("/api/v1/subscriptions/upgrade", {"plan": "basic"}).json["checkoutUrl"]
    Offer.objects.filter(name="basic").update(amount=1_100)
    run("sync_stripe")
    shop.pay(url)
    assert user.api.get("/api/v1/subscriptions/status").json["plan"] == "basic"
    assert Grant.objects.get(source="plan").amount == 5_000


def test_reconciling_mends_what_no_event_told(shop: Shop, user: Actor) -> None:
    shop.stripe.pay(session_of(user.api.post("/api/v1/subscriptions/upgrade", {"plan": "basic"}).json["checkoutUrl"]))
    shop.stripe.pay(session_of(user.api.post("/api/v1/subscriptions/credits", {"pack": "small"}).json["checkoutUrl"]))
    charges = shop.stripe.state.find("charge", lambda charge: charge["amount"] == 500)
    shop.stripe.refund(charges[0]["id"])
    mended = run("reconcile_stripe")
    assert mended[-1] == "8 differences mended."
    assert run("reconcile_stripe") == ["0 differences mended."]
    assert sorted(Grant.objects.values_list("source", "amount", "remaining")) == [
        ("pack", 1_000, 0),
        ("plan", 5_000, 5_000),
        ("welcome", 500, 500),
    ]
    assert Subscription.objects.get().status == "active"
    shop.deliver()
    assert Grant.objects.count() == 3


def test_without_a_key_the_commands_say_so(live_database: None, settings: Any) -> None:
    settings.STRIPE_API_KEY = ""
    with pytest.raises(CommandError, match="Payments are not set up on this server"):
        run("sync_stripe")


class TestRevoke:
    def test_takes_what_is_left_once(self, account_id: UUID, give: Callable[..., bool]) -> None:
        give(100)
        ref = Grant.objects.get().ref
        assert [ledger.revoke(ref=ref, amount=amount) for amount in (30, 30, 50, 20, 500)] == [30, 0, 20, 0, 50]
        grant = Grant.objects.get()
        assert (grant.remaining, grant.revoked, grant.revoke_due) == (0, 100, 100)
        assert list(Transfer.objects.filter(kind="revoke").order_by("pk").values_list("debit", "credit", "amount")) == [
            ("available", "issued", 30),
            ("available", "issued", 20),
            ("available", "issued", 50),
        ]
        assert Wallet.objects.get().available == 0

    def test_what_was_spent_stays_due(self, account_id: UUID, give: Callable[..., bool], hold: Callable[..., Hold]) -> None:
        give(100)
        ledger.settle_hold(hold=hold(70), units=70)
        assert ledger.revoke(ref=Grant.objects.get().ref, amount=100) == 30
        grant = Grant.objects.get()
        assert (grant.remaining, grant.revoked, grant.revoke_due) == (0, 30, 100)

    def test_what_is_reserved_is_taken_when_it_comes_back(
        self, account_id: UUID, give: Callable[..., bool], hold: Callable[..., Hold]
    ) -> None:
        give(100)
        reserved, ref = hold(70), Grant.objects.get().ref
        assert ledger.revoke(ref=ref, amount=100) == 30
        ledger.settle_hold(hold=reserved, units=10)
        assert ledger.revoke(ref=ref, amount=100) == 60
        assert (Wallet.objects.get().available, Grant.objects.get().remaining) == (0, 0)

    def test_of_an_unknown_grant_takes_nothing(self, account_id: UUID) -> None:
        assert ledger.revoke(ref="invoice:none", amount=10) == 0
