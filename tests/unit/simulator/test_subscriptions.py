"""Subscriptions after their beginning: renewals, failed ones, changes with proration, cancellation."""

from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from billing.simulator.periods import period_end, prorated
from billing.simulator.refusals import Refused
from billing.simulator.server import Simulator
from tests.unit.simulator.conftest import Shop

MONTHLY = {"interval": "month", "interval_count": 1}


def change(shop: Shop, price: str, **more: Any) -> Any:
    """Change the subscription's price."""
    subscription = shop.subscription()
    items = [{"id": subscription["items"].data[0].id, "price": price}]
    params: Any = {"items": items, "proration_behavior": "always_invoice", **more}
    return shop.client.v1.subscriptions.update(subscription.id, params)


def amounts(invoice: Any) -> list[int]:
    return [line.amount for line in invoice.lines.data]


def test_a_renewal_is_paid_for_the_next_period(subscribed: Shop, simulator: Simulator) -> None:
    before = subscribed.subscription()["items"].data[0]
    simulator.advance(subscribed.subscription().id)
    after, invoice = subscribed.subscription()["items"].data[0], subscribed.latest_invoice()
    assert after.current_period_start == before.current_period_end
    assert (invoice.status, invoice.amount_paid, invoice.billing_reason) == ("paid", 1000, "subscription_cycle")
    assert (invoice.lines.data[0].period.start, invoice.lines.data[0].period.end) == (after.current_period_start, after.current_period_end)
    assert [event["type"] for event in simulator.events()][-1] == "customer.subscription.updated"


def test_a_renewal_that_fails_is_past_due_until_it_is_paid(subscribed: Shop, simulator: Simulator) -> None:
    simulator.advance(subscribed.subscription().id, outcome="failed")
    invoice = subscribed.latest_invoice()
    assert (subscribed.subscription().status, invoice.status, invoice.attempt_count, invoice.amount_paid) == ("past_due", "open", 1, 0)
    assert simulator.events("invoice.payment_failed")[0]["data"]["object"]["id"] == invoice.id
    paid = subscribed.client.v1.invoices.pay(invoice.id)
    assert (paid.status, paid.attempt_count, subscribed.subscription().status) == ("paid", 2, "active")
    (entry,) = subscribed.latest_invoice().payments.data
    assert (entry.status, entry.amount_paid) == ("paid", 1000)
    with pytest.raises(stripe.InvalidRequestError):
        subscribed.client.v1.invoices.pay(invoice.id)


def test_an_open_invoice_can_be_given_up(subscribed: Shop, simulator: Simulator) -> None:
    simulator.advance(subscribed.subscription().id, outcome="failed")
    invoice = subscribed.latest_invoice()
    assert subscribed.client.v1.invoices.void_invoice(invoice.id).status == "void"
    with pytest.raises(stripe.InvalidRequestError):
        subscribed.client.v1.invoices.void_invoice(invoice.id)


def test_a_retry_with_a_bad_card_fails_again(subscribed: Shop, simulator: Simulator) -> None:
    simulator.advance(subscribed.subscription().id, outcome="failed")
    simulator.set_card(subscribed.customer, declines=True)
    with pytest.raises(stripe.CardError):
        subscribed.client.v1.invoices.pay(subscribed.latest_invoice().id)
    assert subscribed.latest_invoice().attempt_count == 2


def test_an_upgrade_is_invoiced_at_once(subscribed: Shop, simulator: Simulator) -> None:
    before = subscribed.subscription()
    changed, invoice = change(subscribed, subscribed.premium), subscribed.latest_invoice()
    assert changed.id == before.id
    assert changed["items"].data[0].price.id == subscribed.premium
    assert changed["items"].data[0].current_period_end == before["items"].data[0].current_period_end
    # The test runs within the first seconds of the period, of which no cent is left over.
    assert (amounts(invoice), invoice.amount_paid, invoice.billing_reason) == ([-1000, 3000], 2000, "subscription_update")
    assert [line.parent.subscription_item_details.proration for line in invoice.lines.data] == [True, True]
    updated = simulator.events("customer.subscription.updated")[-1]["data"]
    assert (updated["object"]["status"], set(updated["previous_attributes"])) == ("active", {"items", "latest_invoice"})


def test_a_downgrade_becomes_the_customers_balance(subscribed: Shop, simulator: Simulator) -> None:
    change(subscribed, subscribed.premium)
    change(subscribed, subscribed.basic)
    invoice = subscribed.latest_invoice()
    assert (invoice.total, invoice.amount_due, invoice.status, invoice.ending_balance) == (-2000, 0, "paid", -2000)
    simulator.advance(subscribed.subscription().id)
    renewal = subscribed.latest_invoice()
    assert (renewal.total, renewal.amount_due, renewal.starting_balance, renewal.ending_balance) == (1000, 0, -2000, -1000)
    assert subscribed.client.v1.customers.retrieve(subscribed.customer).balance == -1000


def test_proration_can_wait_for_the_next_invoice_or_be_left_out(subscribed: Shop, simulator: Simulator) -> None:
    first = subscribed.latest_invoice().id
    change(subscribed, subscribed.premium, proration_behavior="create_prorations")
    assert subscribed.latest_invoice().id == first
    simulator.advance(subscribed.subscription().id)
    assert amounts(subscribed.latest_invoice()) == [-1000, 3000, 3000]
    change(subscribed, subscribed.basic, proration_behavior="none")
    simulator.advance(subscribed.subscription().id)
    assert amounts(subscribed.latest_invoice()) == [1000]


def test_a_new_anchor_begins_a_new_period(subscribed: Shop) -> None:
    change(subscribed, subscribed.premium, billing_cycle_anchor="now")
    assert amounts(subscribed.latest_invoice()) == [-1000, 3000]


def test_a_declined_upgrade_changes_nothing_when_it_must_be_paid(subscribed: Shop, simulator: Simulator) -> None:
    before, count = subscribed.subscription().to_dict(), len(simulator.events())
    simulator.set_card(subscribed.customer, declines=True)
    with pytest.raises(stripe.CardError) as caught:
        change(subscribed, subscribed.premium, payment_behavior="error_if_incomplete")
    assert (caught.value.http_status, caught.value.code) == (402, "card_declined")
    assert (subscribed.subscription().to_dict(), len(simulator.events())) == (before, count)


def test_a_declined_upgrade_is_past_due_otherwise(subscribed: Shop, simulator: Simulator) -> None:
    simulator.set_card(subscribed.customer, declines=True)
    assert change(subscribed, subscribed.premium).status == "past_due"
    assert subscribed.latest_invoice().status == "open"


def test_a_declined_answer_is_kept_under_its_key(subscribed: Shop, simulator: Simulator) -> None:
    item = subscribed.subscription()["items"].data[0].id
    params: Any = {
        "items": [{"id": item, "price": subscribed.premium}],
        "proration_behavior": "always_invoice",
        "payment_behavior": "error_if_incomplete",
    }
    for declines in (True, False):
        simulator.set_card(subscribed.customer, declines=declines)
        with pytest.raises(stripe.CardError):
            subscribed.client.v1.subscriptions.update(subscribed.subscription().id, params, {"idempotency_key": "one"})


def test_an_item_without_its_id_is_a_second_item(subscribed: Shop) -> None:
    params: Any = {"items": [{"price": subscribed.premium}], "proration_behavior": "always_invoice"}
    changed = subscribed.client.v1.subscriptions.update(subscribed.subscription().id, params)
    assert [item.price.id for item in changed["items"].data] == [subscribed.basic, subscribed.premium]
    assert amounts(subscribed.latest_invoice()) == [3000]


def test_cancelling_at_the_periods_end_can_be_taken_back(subscribed: Shop, simulator: Simulator) -> None:
    id = subscribed.subscription().id
    until = subscribed.subscription()["items"].data[0].current_period_end
    scheduled = subscribed.client.v1.subscriptions.update(id, {"cancel_at_period_end": True})
    assert (scheduled.status, scheduled.cancel_at_period_end, scheduled.cancel_at) == ("active", True, until)
    resumed = subscribed.client.v1.subscriptions.update(id, {"cancel_at_period_end": False})
    assert (resumed.cancel_at_period_end, resumed.cancel_at, resumed.canceled_at) == (False, None, None)
    subscribed.client.v1.subscriptions.update(id, {"cancel_at_period_end": True})
    simulator.advance(id)
    ended = subscribed.subscription()
    assert (ended.status, ended.ended_at) == ("canceled", until)
    assert [event["type"] for event in simulator.events()][-1] == "customer.subscription.deleted"
    assert len(subscribed.client.v1.invoices.list({"customer": subscribed.customer}).data) == 1


def test_a_subscription_that_ended_stays_ended(subscribed: Shop, simulator: Simulator) -> None:
    id = subscribed.subscription().id
    assert subscribed.client.v1.subscriptions.cancel(id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        subscribed.client.v1.subscriptions.cancel(id)
    assert caught.value.code == "resource_missing"
    with pytest.raises(stripe.InvalidRequestError):
        change(subscribed, subscribed.premium)
    with pytest.raises(Refused):
        simulator.advance(id)
    assert subscribed.client.v1.subscriptions.update(id, {"metadata": {"note": "x"}}).status == "canceled"
    lists = {
        status: len(subscribed.client.v1.subscriptions.list({"status": status}).data) for status in ("all", "active", "canceled", "ended")
    }
    assert lists == {"all": 1, "active": 0, "canceled": 1, "ended": 1}
    assert subscribed.client.v1.subscriptions.list({"customer": subscribed.customer}).data == []


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-01-31", "2026-02-28"), ("2026-02-28", "2026-03-31"), ("2028-01-31", "2028-02-29"), ("2026-12-31", "2027-01-31")],
)
def test_months_end_on_the_anchors_day(start: str, end: str) -> None:
    first, last, anchor = (int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) for text in (start, end, "2026-01-31"))
    assert period_end(first, MONTHLY, anchor=anchor) == last


def test_other_intervals() -> None:
    leap = int(datetime(2028, 2, 29, tzinfo=UTC).timestamp())
    assert period_end(leap, {"interval": "year", "interval_count": 1}, anchor=leap) == int(datetime(2029, 2, 28, tzinfo=UTC).timestamp())
    assert period_end(leap, {"interval": "week", "interval_count": 2}, anchor=leap) == leap + 14 * 86_400


@pytest.mark.parametrize(("now", "cost"), [(-5, 999), (0, 999), (50, 500), (99, 10), (100, 0), (101, 0)])
def test_a_part_of_a_period_costs_a_part(now: int, cost: int) -> None:
    assert prorated(999, start=0, end=100, now=now) == cost
