"""The simulator's objects against Stripe's published example objects: no key that Stripe's have not, no value of another type.

The examples are not ours to copy; ``REFERENCE_DIR`` names the folder that has ``stripe-fixtures3.json``, and without it this is skipped.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from billing.simulator import server
from billing.simulator.server import Simulator
from billing.simulator.state import Thing
from tests.unit.simulator.conftest import SECRET, Shop, make_price

BEYOND_THE_EXAMPLES = {
    "invoice.lines.data.pricing.price_details": "the examples leave it out; https://docs.stripe.com/api/invoice-line-item/object has it",
    "invoice_payment.payment.payment_intent": "the example names the type only; https://docs.stripe.com/api/invoice-payment/object has it",
    "event.data.previous_attributes": "sent with updates only; https://docs.stripe.com/api/events/object has it",
    "payment_intent.last_payment_error.code": "the example is of another type of error; https://docs.stripe.com/api/errors has it",
    "payment_intent.last_payment_error.message": "as above",
    "invoice.payments": "included when it is asked for; https://docs.stripe.com/api/invoices/object has it",
}
"""Keys that we send and the examples lack, each with where it comes from."""

FREE = {"metadata", "previous_attributes", "payment_method_options"}
"""Hashes whose keys are not fixed."""

READ = {
    "customer": "id email metadata",
    "deleted_customer": "id deleted",
    "product": "id name metadata active",
    "price": "id product currency unit_amount recurring lookup_key metadata active type",
    "checkout.session": """id url status payment_status mode customer subscription payment_intent invoice amount_total currency metadata
        client_reference_id expires_at created""",
    "subscription": "id status customer items cancel_at_period_end cancel_at canceled_at ended_at metadata latest_invoice created",
    "invoice": "id status customer amount_paid amount_due currency lines parent billing_reason created status_transitions total",
    "invoice_payment": "id invoice payment status amount_paid",
    "payment_intent": "id status amount customer latest_charge metadata currency",
    "charge": "id amount amount_refunded refunded disputed paid payment_intent customer currency created status",
    "refund": "id amount charge payment_intent status",
    "dispute": "id charge payment_intent amount status",
    "payment_method": "id type card customer",
    "billing_portal.session": "id url customer return_url",
    "event": "id type created data api_version livemode",
}
"""What a product on Stripe reads of each object; these keys must be there."""


@pytest.fixture(scope="module")
def examples() -> dict[str, Thing]:
    """Stripe's example objects by their kind."""
    folder = os.environ.get("REFERENCE_DIR")
    if not folder:
        pytest.skip("REFERENCE_DIR does not name the folder with stripe-fixtures3.json.")
    found: dict[str, Thing] = json.loads((Path(folder) / "stripe-fixtures3.json").read_text(encoding="utf-8"))["resources"]
    return found


@pytest.fixture(scope="module")
def everything() -> Iterator[Simulator]:
    """A simulator in which everything has happened once."""
    transport = stripe.RequestsClient()
    with server.start(mode="test", webhook_url="", webhook_secret=SECRET) as simulator:
        addresses: Any = {"api": simulator.base_url}
        client = stripe.StripeClient(server.API_KEY, base_addresses=addresses, http_client=transport)
        recurring = {"recurring": {"interval": "month"}}
        basic, premium = make_price(client, "Basic", 1000, **recurring), make_price(client, "Premium", 3000, **recurring)
        pack, customer = make_price(client, "Pack", 500), client.v1.customers.create({"email": "ann@example.com"}).id
        shop = Shop(client=client, basic=basic, premium=premium, pack=pack, customer=customer)
        simulator.decline(shop.open(pack).id)
        simulator.pay(shop.open(pack, metadata={"pack": "small"}).id)
        simulator.dispute(shop.latest_charge().id)
        simulator.pay(shop.open(basic).id)
        simulator.refund(shop.latest_charge().id)
        subscription = shop.subscription()
        change: Any = {"items": [{"id": subscription["items"].data[0].id, "price": premium}], "proration_behavior": "always_invoice"}
        client.v1.subscriptions.update(subscription.id, change)
        simulator.advance(subscription.id, outcome="failed")
        client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
        client.v1.billing_portal.sessions.create({"customer": customer})
        shop.open(basic)
        client.v1.customers.delete(client.v1.customers.create({}).id)
        yield simulator
    transport.close()  # type: ignore[no-untyped-call]  # the library leaves it so


def differences(ours: Any, theirs: Any, path: str) -> Iterator[str]:
    """Say where an object of ours has a key that the example has not, or a value of another type."""
    if path in BEYOND_THE_EXAMPLES or ours is None or theirs is None or path.rpartition(".")[2] in FREE:
        return
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            where = f"{path}.{key}"
            if key in theirs:
                yield from differences(value, theirs[key], where)
            elif where not in BEYOND_THE_EXAMPLES and theirs:
                yield f"{where} is not Stripe's"
    elif isinstance(ours, list) and isinstance(theirs, list):
        for value in ours:
            yield from differences(value, theirs[0] if theirs else None, path)
    elif type(ours) is not type(theirs):
        yield f"{path} is {type(ours).__name__} and Stripe's is {type(theirs).__name__}"


def objects_of(simulator: Simulator) -> dict[str, list[Thing]]:
    found: dict[str, list[Thing]] = {}
    for thing in simulator.state.objects.values():
        kind = f"deleted_{thing['object']}" if thing.get("deleted") else thing["object"]
        found.setdefault(kind, []).append(thing)
    return found


def test_every_kind_of_object_was_made(everything: Simulator) -> None:
    assert set(objects_of(everything)) == set(READ)


@pytest.mark.parametrize("kind", READ)
def test_objects_are_those_of_stripe(everything: Simulator, examples: dict[str, Thing], kind: str) -> None:
    example = examples[kind] if kind != "event" else {**examples["event"], "data": {"object": None}}
    found = {line for thing in objects_of(everything)[kind] for line in differences(thing, example, kind)}
    assert sorted(found) == []


@pytest.mark.parametrize("kind", READ)
def test_what_is_read_is_there(everything: Simulator, kind: str) -> None:
    for thing in objects_of(everything)[kind]:
        assert set(READ[kind].split()) - set(thing) == set()


def test_what_events_carry_is_those_of_stripe(everything: Simulator, examples: dict[str, Thing]) -> None:
    carried = [event["data"]["object"] for event in everything.events()]
    found = {line for thing in carried for line in differences(thing, examples[thing["object"]], thing["object"])}
    assert sorted(found) == []


def test_items_of_a_session_are_those_of_stripe(everything: Simulator, examples: dict[str, Thing]) -> None:
    items = [item for facts in everything.state.notes.values() for item in facts.get("line_items", [])]
    assert len(items) == 4
    assert sorted({line for item in items for line in differences(item, examples["item"], "item")}) == []


def test_the_comparison_finds_differences() -> None:
    example = {"id": "x", "count": 1, "rows": [{"a": "b"}], "metadata": {}}
    ours = {"id": 5, "count": "1", "rows": [{"a": "b", "c": 1}], "metadata": {"k": "v"}, "colour": "red"}
    assert list(differences(ours, example, "thing")) == [
        "thing.id is int and Stripe's is str",
        "thing.count is str and Stripe's is int",
        "thing.rows.c is not Stripe's",
        "thing.colour is not Stripe's",
    ]
