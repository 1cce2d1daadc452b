"""Webhooks: signed, repeated until they are taken, and in the demo unruly."""

import json
from pathlib import Path
from typing import Any

import pytest
import stripe

from billing.simulator import server
from billing.simulator.server import Simulator
from tests.unit.simulator.conftest import SECRET, Connect, Inbox, Shop, make_price


def test_events_arrive_signed_and_in_order(shop: Shop, simulator: Simulator, inbox: Inbox) -> None:
    assert simulator.wait_delivered()
    assert inbox.types == ["product.created", "price.created"] * 3 + ["customer.created"]
    event: Any = inbox.events[-1]
    assert (event.data.object.id, event.api_version, event.livemode) == (shop.customer, "2026-10-28.endive", False)
    assert shop.client.v1.events.retrieve(event.id).pending_webhooks == 0


def test_an_event_is_sent_again_until_it_is_taken(simulator: Simulator, client: stripe.StripeClient, inbox: Inbox) -> None:
    inbox.statuses[:] = [500, 302, 400]
    client.v1.customers.create({})
    assert simulator.wait_delivered()
    assert inbox.types == ["customer.created"] * 4
    assert len({event.id for event in inbox.events}) == 1


def test_an_event_that_nobody_takes_is_given_up(simulator: Simulator, client: stripe.StripeClient, inbox: Inbox) -> None:
    inbox.statuses[:] = [500] * 10
    customer = client.v1.customers.create({})
    assert simulator.wait_delivered()
    assert len(inbox.events) == 6
    assert client.v1.events.list().data[0].pending_webhooks == 1
    assert client.v1.customers.retrieve(customer.id).id == customer.id


def test_nobody_listening_is_no_error(connect: Connect) -> None:
    with server.start(mode="test", webhook_url="http://127.0.0.1:1/", webhook_secret=SECRET, retry_seconds=(0.0,)) as simulator:
        connect(simulator).v1.customers.create({})
        assert simulator.wait_delivered()


def test_an_event_can_be_sent_many_times_at_once(simulator: Simulator, client: stripe.StripeClient, inbox: Inbox) -> None:
    client.v1.customers.create({})
    assert simulator.wait_delivered()
    assert simulator.redeliver(simulator.events()[0]["id"], times=10) == [200] * 10
    assert len(inbox.events) == 11


def test_deliveries_can_be_held_back_and_shuffled(simulator: Simulator, client: stripe.StripeClient, inbox: Inbox) -> None:
    simulator.pause()
    made = [client.v1.customers.create({}).id for _ in range(6)]
    simulator.shuffle(seed=1)
    assert not simulator.wait_delivered(0.05)
    assert inbox.events == []
    simulator.resume()
    assert simulator.wait_delivered()
    arrived = [event.data.object["id"] for event in inbox.events]
    assert arrived != made
    assert sorted(arrived) == sorted(made)


def test_unruly_deliveries_come_last_first_and_every_third_twice(inbox: Inbox, connect: Connect) -> None:
    with server.start(mode="demo", webhook_url=inbox.url, webhook_secret=SECRET) as simulator:
        simulator.pause()
        make_price(connect(simulator), "Basic", 100)
        connect(simulator).v1.customers.create({})
        simulator.resume()
        assert simulator.wait_delivered()
    assert inbox.types == ["customer.created", "price.created", "product.created", "product.created"]


def test_a_test_can_deliver_by_itself(simulator: Simulator, client: stripe.StripeClient) -> None:
    client.v1.customers.create({"name": "Zoë ☂"})
    body, signature = simulator.signed(simulator.events()[0]["id"])
    event: Any = stripe.Webhook.construct_event(body, signature, SECRET)
    assert event.data.object["name"] == "Zoë ☂"
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signature, "whsec_other")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(json.dumps(json.loads(body)), signature, SECRET)


def test_everything_survives_a_restart(tmp_path: Path, inbox: Inbox, connect: Connect) -> None:
    facts: Any = {"mode": "test", "webhook_secret": SECRET, "state_file": tmp_path / "deep" / "stripe.json"}
    with server.start(webhook_url="", **facts) as simulator:
        shop = _furnish(connect(simulator))
        session = shop.open(shop.basic)
        key = shop.client.v1.customers.create({}, {"idempotency_key": "one"}).id
        port = int(simulator.base_url.rpartition(":")[2])
    with server.start(webhook_url=inbox.url, port=port, **facts) as simulator:
        client = connect(simulator)
        assert client.v1.customers.create({}, {"idempotency_key": "one"}).id == key
        assert client.v1.checkout.sessions.retrieve(session.id).url == session.url
        simulator.pay(session.id)
        assert simulator.wait_delivered()
        assert inbox.types[:5] == ["product.created", "price.created"] * 2 + ["customer.created"]
        assert inbox.types[-1] == "checkout.session.completed"
    inbox.events.clear()
    with server.start(webhook_url=inbox.url, **facts) as simulator:
        assert simulator.wait_delivered()
        assert inbox.events == []
        assert connect(simulator).v1.subscriptions.list({"customer": shop.customer}).data[0].status == "active"


def _furnish(client: stripe.StripeClient) -> Shop:
    basic, pack = make_price(client, "Basic", 1000, recurring={"interval": "month"}), make_price(client, "Pack", 500)
    return Shop(client=client, basic=basic, premium="", pack=pack, customer=client.v1.customers.create({}).id)
