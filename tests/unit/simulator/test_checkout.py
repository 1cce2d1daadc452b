"""Checkout sessions: what paying, declining, leaving and expiring one makes, and which events it sends."""

from typing import Any

import pytest
import stripe

from billing.simulator.refusals import Refused
from billing.simulator.server import Simulator
from tests.unit.simulator.conftest import Inbox, Shop

MADE_BY_SUBSCRIBING = [
    "invoice.created", "invoice.finalized", "customer.subscription.created", "charge.succeeded", "payment_intent.succeeded",
    "invoice_payment.paid", "invoice.paid", "invoice.payment_succeeded", "checkout.session.completed",
]  # fmt: skip


def new_events(simulator: Simulator) -> list[str]:
    """Return the types of what happened after the shop was furnished."""
    return [event["type"] for event in simulator.events() if event["type"].split(".")[0] not in {"product", "price", "customer"}] + [
        event["type"] for event in simulator.events() if event["type"].startswith("customer.subscription")
    ]


def test_an_open_session_has_made_nothing(shop: Shop, simulator: Simulator) -> None:
    session = shop.open(shop.basic, client_reference_id="account-1", metadata={"plan": "basic"})
    assert (session.status, session.payment_status, session.amount_total, session.currency) == ("open", "unpaid", 1000, "usd")
    assert (session.client_reference_id, session.metadata.to_dict(), session.customer) == ("account-1", {"plan": "basic"}, shop.customer)
    assert session.url == f"{simulator.base_url}/pay/{session.id}"
    assert session.payment_intent is session.subscription is session.invoice is None
    assert new_events(simulator) == []


def test_paying_begins_a_subscription(shop: Shop, simulator: Simulator, inbox: Inbox) -> None:
    session = shop.open(shop.basic, subscription_data={"metadata": {"account": "1"}})
    simulator.pay(session.id)
    paid: Any = shop.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription", "invoice.payments", "line_items"]})
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert paid.customer_details.email == "ann@example.com"
    assert [item.price.id for item in paid.line_items.data] == [shop.basic]
    subscription, invoice = paid.subscription, paid.invoice
    (item,) = subscription["items"].data
    assert (subscription.status, subscription.metadata.to_dict(), item.price.id) == ("active", {"account": "1"}, shop.basic)
    assert item.current_period_end - item.current_period_start in {days * 86_400 for days in (28, 29, 30, 31)}
    assert (invoice.status, invoice.amount_paid, invoice.billing_reason) == ("paid", 1000, "subscription_create")
    assert invoice.parent.subscription_details.to_dict() == {"metadata": {"account": "1"}, "subscription": subscription.id}
    (line,) = invoice.lines.data
    assert (line.pricing.price_details.price, line.period.start, line.period.end) == (
        shop.basic, item.current_period_start, item.current_period_end,
    )  # fmt: skip
    payment = invoice.payments.data[0].payment.payment_intent
    charge: Any = shop.client.v1.charges.list({"payment_intent": payment}).data[0]
    assert (charge.paid, charge.amount, charge.customer) == (True, 1000, shop.customer)
    assert simulator.wait_delivered()
    assert inbox.types[-len(MADE_BY_SUBSCRIBING) :] == MADE_BY_SUBSCRIBING


def test_a_payment_leads_back_to_its_invoice(subscribed: Shop) -> None:
    charge = subscribed.latest_charge()
    wanted: Any = {"payment": {"type": "payment_intent", "payment_intent": charge.payment_intent}, "expand": ["data.invoice"]}
    (entry,) = subscribed.client.v1.invoice_payments.list(wanted).data
    assert entry.invoice.parent.subscription_details.subscription == subscribed.subscription().id  # type: ignore[union-attr]  # it was expanded


def test_paying_a_pack_makes_a_payment(shop: Shop, simulator: Simulator) -> None:
    session = shop.open(shop.pack, payment_intent_data={"metadata": {"pack": "small"}})
    simulator.pay(session.id)
    paid: Any = shop.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert (paid.status, paid.subscription, paid.invoice) == ("complete", None, None)
    assert (paid.payment_intent.status, paid.payment_intent.amount_received) == ("succeeded", 500)
    assert paid.payment_intent.metadata.to_dict() == paid.payment_intent.latest_charge.metadata.to_dict() == {"pack": "small"}
    assert [row.id for row in shop.client.v1.checkout.sessions.list({"payment_intent": paid.payment_intent.id}).data] == [session.id]
    assert new_events(simulator) == [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed",
    ]  # fmt: skip


def test_a_guest_becomes_a_customer_by_subscribing(shop: Shop, simulator: Simulator) -> None:
    session = shop.open(shop.basic, customer="", customer_email="guest@example.com")
    simulator.pay(session.id)
    paid = shop.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["customer"]})
    assert paid.customer.email == "guest@example.com"  # type: ignore[union-attr]  # it was expanded


def test_a_guest_who_buys_a_pack_stays_one(shop: Shop, simulator: Simulator) -> None:
    session = shop.open(shop.pack, customer="")
    simulator.pay(session.id)
    assert shop.client.v1.checkout.sessions.retrieve(session.id).customer is None


def test_a_declined_card_makes_no_subscription(shop: Shop, simulator: Simulator) -> None:
    session = shop.open(shop.basic)
    simulator.decline(session.id)
    assert shop.client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert shop.client.v1.subscriptions.list({"customer": shop.customer, "status": "all"}).data == []
    assert new_events(simulator) == []
    simulator.pay(session.id)
    assert shop.subscription().status == "active"


def test_a_declined_card_leaves_a_payment_that_can_be_tried_again(shop: Shop, simulator: Simulator) -> None:
    session = shop.open(shop.pack)
    simulator.decline(session.id)
    (payment,) = shop.client.v1.payment_intents.list().data
    assert payment.status == "requires_payment_method"
    assert payment.last_payment_error is not None
    assert payment.last_payment_error.code == "card_declined"
    assert new_events(simulator) == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]
    simulator.pay(session.id)
    assert shop.client.v1.checkout.sessions.retrieve(session.id).payment_intent == payment.id
    assert shop.client.v1.payment_intents.retrieve(payment.id).status == "succeeded"


def test_an_expired_session_cannot_be_paid(shop: Shop, simulator: Simulator) -> None:
    session = shop.client.v1.checkout.sessions.expire(shop.open(shop.basic).id)
    assert (session.status, session.url) == ("expired", None)
    with pytest.raises(Refused):
        simulator.pay(session.id)
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.checkout.sessions.expire(session.id)
    assert new_events(simulator) == ["checkout.session.expired"]


def test_a_session_is_paid_once(shop: Shop, simulator: Simulator) -> None:
    session = shop.open(shop.basic)
    simulator.pay(session.id)
    with pytest.raises(Refused):
        simulator.pay(session.id)
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.checkout.sessions.expire(session.id)
    assert len(shop.client.v1.charges.list().data) == 1


def test_a_time_that_has_passed_expires_a_session(shop: Shop, simulator: Simulator) -> None:
    session = shop.open(shop.basic, expires_at=1_000_000_000)
    with pytest.raises(Refused):
        simulator.pay(session.id)


def test_modes_and_prices_must_fit(shop: Shop) -> None:
    for price, mode in [(shop.pack, "subscription"), (shop.basic, "payment")]:
        with pytest.raises(stripe.InvalidRequestError):
            shop.open(price, mode=mode)
    with pytest.raises(stripe.InvalidRequestError):
        shop.open(shop.pack, subscription_data={"metadata": {"a": "b"}})
    with pytest.raises(stripe.InvalidRequestError):
        shop.open(shop.basic, line_items=[{"price": shop.basic, "quantity": 0}])
    shop.client.v1.prices.update(shop.basic, {"active": False})
    with pytest.raises(stripe.InvalidRequestError):
        shop.open(shop.basic)


def test_a_price_can_be_made_on_the_spot(shop: Shop, simulator: Simulator) -> None:
    data = {"currency": "eur", "unit_amount": 250, "product_data": {"name": "Mug"}}
    session = shop.open(shop.pack, line_items=[{"price_data": data, "quantity": 3}])
    assert (session.amount_total, session.currency) == (750, "eur")
    items = shop.client.v1.checkout.sessions.line_items.list(session.id).data
    assert [(item.description, item.quantity) for item in items] == [("Mug", 3)]
