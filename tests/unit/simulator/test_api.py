"""Every call to the simulated API: keys, versions, idempotency, errors, lists and expansion, as Stripe's own client sees them."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from billing.simulator import forms, server
from billing.simulator.refusals import ParameterInvalid
from billing.simulator.server import Simulator
from tests.unit.simulator.conftest import Connect, Inbox, Shop, browse, make_price


@pytest.mark.parametrize("mode", ["", "production", "live", "Demo"])
def test_starts_in_tests_and_the_demo_only(mode: str) -> None:
    with pytest.raises(server.NotAllowed):
        server.start(mode=mode, webhook_url="", webhook_secret="whsec_test")


@pytest.mark.parametrize(("url", "secret"), [("http://127.0.0.1/", " "), ("file:///etc/passwd", "whsec_test")])
def test_refuses_to_start_without_a_secret_or_with_another_kind_of_address(url: str, secret: str) -> None:
    with pytest.raises(ValueError):
        server.start(mode="test", webhook_url=url, webhook_secret=secret)


def test_listens_on_loopback_only(simulator: Simulator) -> None:
    assert simulator.base_url.startswith("http://127.0.0.1:")


def test_another_key_is_refused(simulator: Simulator, connect: Connect) -> None:
    with pytest.raises(stripe.AuthenticationError) as caught:
        connect(simulator, "sk_test_other").v1.customers.create({})
    assert caught.value.http_status == 401
    assert simulator.events() == []


def test_another_version_is_refused(simulator: Simulator, connect: Connect) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        connect(simulator, stripe_version="2024-06-20").v1.customers.create({})
    assert caught.value.http_status == 400


def test_the_client_speaks_the_version_that_is_pinned() -> None:
    assert stripe.api_version == "2026-10-28.endive"


def test_unknown_ids_are_missing(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.customers.retrieve("cus_nobody")
    error = caught.value
    assert (error.http_status, error.code, error.param) == (404, "resource_missing", "id")
    assert error.user_message == "No such customer: 'cus_nobody'"


def test_an_id_of_another_kind_is_missing(client: stripe.StripeClient, shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.products.retrieve(shop.customer)
    assert caught.value.code == "resource_missing"


def test_unknown_urls_are_refused(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.coupons.list()
    assert caught.value.http_status == 404


SUBSCRIBE = {"mode": "subscription", "success_url": "https://x.test"}


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        (SUBSCRIBE | {"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        (SUBSCRIBE | {"colour": "red"}, "parameter_unknown", "colour"),
        ({}, "parameter_missing", "mode"),
        ({"mode": "subscription"}, "parameter_missing", "success_url"),
        (SUBSCRIBE, "parameter_missing", "line_items"),
        (SUBSCRIBE | {"mode": "setup"}, "parameter_invalid", "mode"),
        (SUBSCRIBE | {"line_items": "x"}, "parameter_invalid", "line_items"),
        (SUBSCRIBE | {"line_items": [{"price": "price_none", "quantity": 1}]}, "resource_missing", "line_items[0][price]"),
    ],
)
def test_wrong_parameters_are_refused(client: stripe.StripeClient, params: Any, code: str, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.create(params)
    assert (caught.value.code, caught.value.param) == (code, param)


def test_the_same_idempotency_key_does_things_once(client: stripe.StripeClient, simulator: Simulator) -> None:
    first = client.v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "one"})
    again = client.v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "one"})
    other = client.v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "two"})
    assert again.last_response is not None
    assert (again.id, again.last_response.headers["Idempotent-Replayed"]) == (first.id, "true")
    assert other.id != first.id
    assert [event["request"]["idempotency_key"] for event in simulator.events()] == ["one", "two"]


def test_an_idempotency_key_with_other_parameters_is_refused(client: stripe.StripeClient, simulator: Simulator) -> None:
    client.v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "one"})
    with pytest.raises(stripe.IdempotencyError) as caught:
        client.v1.customers.create({"email": "b@example.com"}, {"idempotency_key": "one"})
    assert caught.value.http_status == 400
    assert len(simulator.events()) == 1


def test_a_call_that_was_refused_does_not_use_up_its_key(client: stripe.StripeClient) -> None:
    wrong: Any = {"colour": "red"}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.create(wrong, {"idempotency_key": "one"})
    assert client.v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "one"}).email == "a@example.com"


def test_customers_are_made_read_changed_listed_and_deleted(client: stripe.StripeClient, simulator: Simulator) -> None:
    made = client.v1.customers.create({"email": "Zoë@example.com", "name": "Zoë", "metadata": {"account": "1", "old": "x"}})
    client.v1.customers.create({"email": "b@example.com"})
    changed = client.v1.customers.update(made.id, {"name": "Zo", "metadata": {"old": "", "new": "y"}})
    assert (changed.name, changed.metadata.to_dict() if changed.metadata else None) == ("Zo", {"account": "1", "new": "y"})
    assert [row.id for row in client.v1.customers.list({"email": "Zoë@example.com"}).data] == [made.id]
    assert client.v1.customers.delete(made.id).deleted is True
    assert client.v1.customers.retrieve(made.id).deleted is True
    assert client.v1.customers.list({"email": "Zoë@example.com"}).data == []
    assert [event["type"] for event in simulator.events()] == [
        "customer.created",
        "customer.created",
        "customer.updated",
        "customer.deleted",
    ]
    assert simulator.events("customer.updated")[0]["data"]["previous_attributes"] == {
        "name": "Zoë", "metadata": {"account": "1", "old": "x"},
    }  # fmt: skip


def test_prices_are_found_by_lookup_key(client: stripe.StripeClient, shop: Shop) -> None:
    found = client.v1.prices.list({"lookup_keys": ["premium", "nothing"], "active": True, "expand": ["data.product"]}).data
    assert [(price.id, price.unit_amount, price.product.name) for price in found] == [(shop.premium, 3000, "Premium")]  # type: ignore[union-attr]  # it was expanded


def test_a_lookup_key_names_one_price(client: stripe.StripeClient, shop: Shop) -> None:
    product = client.v1.prices.retrieve(shop.basic).product
    params: Any = {"product": product, "currency": "usd", "unit_amount": 1100, "lookup_key": "basic"}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.prices.create(params)
    params["transfer_lookup_key"] = True
    moved = client.v1.prices.create(params)
    assert client.v1.prices.retrieve(shop.basic).lookup_key is None
    assert [price.id for price in client.v1.prices.list({"lookup_keys": ["basic"]}).data] == [moved.id]


def test_products_and_prices_can_be_retired(client: stripe.StripeClient, shop: Shop) -> None:
    client.v1.prices.update(shop.basic, {"active": False, "nickname": "old"})
    assert {price.id for price in client.v1.prices.list({"active": True}).data} == {shop.premium, shop.pack}
    product = client.v1.products.create({"name": "Thing", "id": "thing"})
    assert client.v1.products.update("thing", {"name": "Other", "active": False}).name == "Other"
    assert client.v1.products.list({"ids": [product.id], "active": False}).data[0].id == "thing"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.products.create({"name": "Thing", "id": "thing"})
    assert caught.value.code == "resource_already_exists"


def test_lists_have_pages_newest_first(client: stripe.StripeClient) -> None:
    made = [client.v1.customers.create({"name": str(number)}).id for number in range(5)]
    first = client.v1.customers.list({"limit": 2})
    assert ([row.id for row in first.data], first.has_more) == ([made[4], made[3]], True)
    second = client.v1.customers.list({"limit": 3, "starting_after": made[3]})
    assert ([row.id for row in second.data], second.has_more) == ([made[2], made[1], made[0]], False)
    back = client.v1.customers.list({"limit": 1, "ending_before": made[2]})
    assert ([row.id for row in back.data], back.has_more) == ([made[3]], True)
    assert [row.id for row in client.v1.customers.list({"limit": 2}).auto_paging_iter()] == made[::-1]
    assert client.v1.customers.list({"created": {"lt": 1_000_000}}).data == []
    for wrong in (0, 101):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.customers.list({"limit": wrong})


def test_expansion_reaches_into_lists(subscribed: Shop) -> None:
    customer = subscribed.client.v1.customers.retrieve(subscribed.customer, {"expand": ["subscriptions.data.latest_invoice"]})
    assert customer.subscriptions is not None
    assert customer.subscriptions.data[0].latest_invoice.status == "paid"  # type: ignore[union-attr]  # it was expanded


@pytest.mark.parametrize("path", ["nonsense", "email", "invoice_settings.x", "a.b.c.d.e"])
def test_what_cannot_be_expanded_is_refused(client: stripe.StripeClient, shop: Shop, path: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.customers.retrieve(shop.customer, {"expand": [path]})
    assert caught.value.param == "expand"


def test_events_can_be_read_and_listed(client: stripe.StripeClient, shop: Shop, simulator: Simulator) -> None:
    (event,) = client.v1.events.list({"type": "customer.created"}).data
    assert client.v1.events.retrieve(event.id).data.object["id"] == shop.customer
    assert event.api_version == "2026-10-28.endive"
    assert len(client.v1.events.list({"types": ["price.created", "product.created"]}).data) == 6
    assert len(simulator.events()) == 7


def test_bodies_that_are_too_large_are_refused(simulator: Simulator) -> None:
    answer = browse(f"{simulator.base_url}/v1/customers", {"name": "x" * 1_000_000})
    assert answer.status == 413


def test_bodies_that_are_no_form_are_refused(simulator: Simulator) -> None:
    key = {"Authorization": f"Bearer {server.API_KEY}"}
    assert browse(f"{simulator.base_url}/v1/customers", {f"metadata[{number}]": "x" for number in range(1001)}, **key).status == 400


def test_a_key_is_forgotten_after_a_day(client: stripe.StripeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.v1.customers.create({}, {"idempotency_key": "one"})
    later = time.time() + 86_401
    monkeypatch.setattr("billing.simulator.state.time.time", lambda: later)
    assert client.v1.customers.create({}, {"idempotency_key": "one"}).id != first.id


def test_a_mistake_of_the_simulators_is_an_api_error(simulator: Simulator, client: stripe.StripeClient, shop: Shop) -> None:
    del simulator.state.objects[shop.customer]["email"]
    with pytest.raises(stripe.APIError) as caught:
        client.v1.customers.list({"email": "ann@example.com"})
    assert caught.value.http_status == 500


def test_many_calls_at_once_are_all_answered(simulator: Simulator, connect: Connect) -> None:
    clients = [connect(simulator) for _ in range(30)]
    with ThreadPoolExecutor(30) as pool:
        made = list(pool.map(lambda client: client.v1.customers.create({}, {"idempotency_key": "one"}).id, clients))
    assert len(set(made)) == 1
    assert len(simulator.events()) == 1


def test_events_wait_where_there_is_no_endpoint(simulator: Simulator, client: stripe.StripeClient, inbox: Inbox) -> None:
    simulator.webhook_url = ""
    make_price(client, "Basic", 100)
    assert not simulator.wait_delivered(0.05)
    simulator.webhook_url = inbox.url
    assert simulator.wait_delivered()
    assert inbox.types == ["product.created", "price.created"]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", {}),
        ("a=1&b=", {"a": "1", "b": ""}),
        ("a[b][c]=1&a[d]=2", {"a": {"b": {"c": "1"}, "d": "2"}}),
        ("a[]=x&a[]=y", {"a": ["x", "y"]}),
        ("a[0][b]=x&a[1][b]=y", {"a": [{"b": "x"}, {"b": "y"}]}),
        ("a%5B0%5D=%C3%A9+e%26", {"a": ["é e&"]}),
        ("a[7]=x", {"a": {"7": "x"}}),
    ],
)
def test_forms_are_read(text: str, tree: Any) -> None:
    assert forms.decode(text) == tree


@pytest.mark.parametrize("text", ["a[b=1", "[a]=1", "a]b=1", "a=1&a[b]=2"])
def test_broken_forms_are_refused(text: str) -> None:
    with pytest.raises(ParameterInvalid):
        forms.decode(text)
