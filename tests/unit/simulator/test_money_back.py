"""Refunds and disputes."""

from typing import Any

import pytest
import stripe

from billing.simulator.refusals import Refused
from billing.simulator.server import Simulator
from tests.unit.simulator.conftest import Shop


def test_a_refund_in_two_parts(subscribed: Shop, simulator: Simulator) -> None:
    charge = subscribed.latest_charge()
    first = subscribed.client.v1.refunds.create({"charge": charge.id, "amount": 400, "metadata": {"why": "late"}})
    assert (first.amount, first.status, first.payment_intent) == (400, "succeeded", charge.payment_intent)
    assert (subscribed.latest_charge().amount_refunded, subscribed.latest_charge().refunded) == (400, False)
    with pytest.raises(stripe.InvalidRequestError):
        subscribed.client.v1.refunds.create({"charge": charge.id, "amount": 601})
    second = subscribed.client.v1.refunds.create({"payment_intent": str(charge.payment_intent)})
    assert (second.amount, subscribed.latest_charge().refunded) == (600, True)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        subscribed.client.v1.refunds.create({"charge": charge.id})
    assert caught.value.code == "charge_already_refunded"
    events = simulator.events("charge.refunded")
    assert [event["data"]["object"]["amount_refunded"] for event in events] == [400, 1000]
    assert events[1]["data"]["previous_attributes"] == {"amount_refunded": 400, "refunded": False}
    expanded = subscribed.client.v1.charges.retrieve(charge.id, {"expand": ["refunds"]})
    assert expanded.refunds is not None
    assert [row.id for row in expanded.refunds.data] == [second.id, first.id]


def test_what_was_not_paid_cannot_be_refunded(shop: Shop, simulator: Simulator) -> None:
    simulator.decline(shop.open(shop.pack).id)
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.refunds.create({"charge": shop.latest_charge().id})
    nothing: Any = {}
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.refunds.create(nothing)


@pytest.mark.parametrize(
    ("outcome", "last"), [("won", ["charge.dispute.funds_reinstated", "charge.dispute.closed"]), ("lost", ["charge.dispute.closed"])]
)
def test_a_dispute_is_won_or_lost(subscribed: Shop, simulator: Simulator, outcome: Any, last: list[str]) -> None:
    charge = subscribed.latest_charge()
    id = simulator.dispute(charge.id)
    dispute = subscribed.client.v1.disputes.retrieve(id)
    assert (dispute.charge, dispute.amount, dispute.status) == (charge.id, 1000, "needs_response")
    assert subscribed.latest_charge().disputed is True
    with pytest.raises(Refused):
        simulator.dispute(charge.id)
    with pytest.raises(Refused):
        simulator.refund(charge.id)
    simulator.close_dispute(id, outcome=outcome)
    assert subscribed.client.v1.disputes.list({"charge": charge.id}).data[0].status == outcome
    with pytest.raises(Refused):
        simulator.close_dispute(id, outcome=outcome)
    types = [event["type"] for event in simulator.events()]
    assert types[-2 - len(last) :] == ["charge.dispute.created", "charge.dispute.funds_withdrawn", *last]


def test_the_hook_refunds_too(subscribed: Shop, simulator: Simulator) -> None:
    id = simulator.refund(subscribed.latest_charge().id, amount=1)
    assert subscribed.client.v1.refunds.retrieve(id).amount == 1
