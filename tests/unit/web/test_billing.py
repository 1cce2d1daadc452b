"""The page for plan and billing: what it shows, what its buttons do, what it says when a payment comes to nothing."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from billing.models import Subscription
from billing.services import catalogue, reconciling
from billing.simulator import server
from billing.simulator.server import Simulator
from tests.fakes.stripe import SECRET, session_of

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


@pytest.fixture
def stripe(db: None, settings: Any) -> Iterator[Simulator]:
    """Stripe, with our offers in it."""
    with server.start(mode="test", webhook_url="", webhook_secret=SECRET) as running:
        settings.STRIPE_API_BASE, settings.STRIPE_API_KEY = running.base_url, server.API_KEY
        catalogue.sync()
        yield running


def text(reply: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", reply.content.decode()))


def url_of(reply: Any) -> str:
    assert reply.status_code == 200
    (url,) = re.findall(r'id="leave" href="([^"]+)"', reply.content.decode())
    return str(url)


def mend(account: Account) -> None:
    """Do what Stripe's events would."""
    customer = account.stripe_customer.customer_id
    reconciling.reconcile_account(account_id=account.pk, customer_id=customer)


def test_nothing_is_for_sale_without_offers(signed_in: Any) -> None:
    page = text(signed_in.get("/billing"))
    assert "Plan Free Status Inactive Credits 500" in page
    assert "Nothing is for sale on this server." in page


@pytest.mark.parametrize("path", ["/billing", "/billing/left"])
def test_it_is_closed_to_others(db: None, path: str) -> None:
    assert Client().get(path)["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("path", ["/billing/plan", "/billing/pack", "/billing/cancel", "/billing/resume", "/billing/portal"])
def test_forms_need_their_token(signed_in: Any, path: str) -> None:
    assert signed_in.client.post(path, {"plan": "basic"}).status_code == 403
    assert signed_in.get(path).status_code == 405


@pytest.mark.clause("G-3.2", "G-3.4")
def test_a_plan_is_bought_kept_after_cancelling_and_left(stripe: Simulator, signed_in: Any, account: Account) -> None:
    assert "9.00 USD a month · 5,000 credits every month Choose Basic" in text(signed_in.get("/billing"))
    leaving = signed_in.send("/billing/plan", plan="premium")
    assert "unsafe" not in leaving["Content-Security-Policy"]
    url = url_of(leaving)
    assert "Plan Free Status Pending" in text(signed_in.get("/billing?paid=premium"))
    stripe.pay(session_of(url))
    mend(account)
    page = text(signed_in.get("/billing?paid=premium"))
    assert "Your payment is confirmed." in page
    assert "Plan Premium Status Active Credits 25500" in page
    assert "Premium 29.00 USD a month · 25,000 credits every month This is your plan." in page
    assert signed_in.send("/billing/cancel")["Location"] == "/billing"
    page = text(signed_in.get("/billing"))
    assert "Plan Premium Status Cancelled" in page
    assert "You keep it until the end of what is paid." in page
    signed_in.send("/billing/resume")
    page = text(signed_in.get("/billing"))
    assert "Your plan goes on." in page
    assert "Plan Premium Status Active" in page
    signed_in.send("/billing/resume")
    assert "There is no cancelled subscription that could be kept." in text(signed_in.get("/billing"))


@pytest.mark.clause("G-3.2")
def test_who_leaves_the_checkout_is_as_before(stripe: Simulator, signed_in: Any, account: Account) -> None:
    url = url_of(signed_in.send("/billing/plan", plan="basic"))
    stripe.decline(session_of(url))
    assert signed_in.get("/billing/left")["Location"] == "/billing"
    page = text(signed_in.get("/billing"))
    assert "Nothing was charged, and nothing has changed." in page
    assert "Plan Free Status Inactive Credits 500" in page
    assert Subscription.objects.get().pending_plan == ""


@pytest.mark.clause("G-3.2")
def test_a_declined_change_says_so(stripe: Simulator, signed_in: Any, account: Account) -> None:
    stripe.pay(session_of(url_of(signed_in.send("/billing/plan", plan="basic"))))
    mend(account)
    stripe.set_card(account.stripe_customer.customer_id, declines=True)
    signed_in.send("/billing/plan", plan="premium")
    page = text(signed_in.get("/billing"))
    assert "Your card was declined." in page
    assert "Plan Basic Status Active Credits 5500" in page


@pytest.mark.clause("G-3.4")
def test_packs_and_the_portal_lead_to_stripe(stripe: Simulator, signed_in: Any, account: Account) -> None:
    stripe.pay(session_of(url_of(signed_in.send("/billing/pack", pack="small"))))
    mend(account)
    page = text(signed_in.get("/billing"))
    assert "Credits 1500" in page
    assert "Pack: 1,000 credits never 1000 1000" in page
    assert "/portal/" in url_of(signed_in.send("/billing/portal"))
    for path, fields in (("/billing/pack", {"pack": "none"}), ("/billing/plan", {"plan": "free"}), ("/billing/cancel", {})):
        assert signed_in.send(path, **fields)["Location"] == "/billing"
    page = text(signed_in.get("/billing"))
    for words in ("Invalid pack selected.", "Invalid plan selected.", "There is no running subscription to cancel."):
        assert words in page


def test_stripe_down_is_said_on_the_page(stripe: Simulator, signed_in: Any, settings: Any) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    signed_in.send("/billing/plan", plan="basic")
    assert "The payment service did not answer as expected." in text(signed_in.get("/billing"))
