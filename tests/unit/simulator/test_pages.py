"""The pages that people see, and the same powers over HTTP that tests have in Python."""

import json
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from billing.simulator import pages, server
from billing.simulator.server import Simulator
from tests.unit.simulator.conftest import SECRET, Connect, Inbox, Shop, browse, make_price

SIMULATION = "Simulation: this is not Stripe, and no money moves."


def control(simulator: Simulator, path: str, **params: str) -> Any:
    """Use the simulator over HTTP."""
    return json.loads(browse(f"{simulator.base_url}/simulator/{path}", params).text)


def portal(shop: Shop) -> str:
    """Open the customer's portal, and return its address."""
    return shop.client.v1.billing_portal.sessions.create({"customer": shop.customer, "return_url": "http://product.test/plan"}).url


def test_the_checkout_page_shows_what_is_bought(shop: Shop) -> None:
    page = browse(shop.open(shop.premium, line_items=[{"price": shop.premium, "quantity": 2}]).url)
    assert page.status == 200
    for words in (SIMULATION, "For ann@example.com", "2 × Premium", "60.00 USD", "every month", "Card declined", "Back without paying"):
        assert words in page.text
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "<script" not in page.text


def test_paying_on_the_page_leads_back_to_the_product(shop: Shop, inbox: Inbox, simulator: Simulator) -> None:
    session = shop.open(shop.basic)
    answer = browse(session.url, {"action": "pay"})
    assert (answer.status, answer.headers["Location"]) == (303, f"http://product.test/done?session={session.id}")
    assert browse(session.url, {"action": "pay"}).headers["Location"] == answer.headers["Location"]
    assert "This is already paid" in browse(session.url).text
    assert len(shop.client.v1.charges.list().data) == 1
    assert simulator.wait_delivered()
    assert inbox.types[-1] == "checkout.session.completed"


def test_declining_shows_the_error_and_lets_try_again(shop: Shop) -> None:
    session = shop.open(shop.basic)
    answer = browse(session.url, {"action": "decline"})
    assert (answer.status, answer.headers["Location"]) == (303, "?declined=1")
    page = browse(f"{session.url}?declined=1")
    assert "Your card was declined. Nothing was paid. You can try again." in page.text
    assert 'role="alert"' in page.text
    assert browse(session.url, {"action": "pay"}).status == 303
    assert shop.subscription().status == "active"


def test_leaving_changes_nothing(shop: Shop) -> None:
    session = shop.open(shop.basic)
    assert browse(session.url, {"action": "leave"}).headers["Location"] == "http://product.test/plans"
    assert shop.client.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_an_expired_checkout_says_so(shop: Shop, simulator: Simulator) -> None:
    session = shop.open(shop.basic)
    simulator.expire(session.id)
    page = browse(session.url)
    assert (page.status, "This checkout has expired" in page.text, "http://product.test/plans" in page.text) == (410, True, True)
    assert "That did not work" in browse(session.url, {"action": "pay"}).text


def test_names_cannot_bring_markup(shop: Shop) -> None:
    price = make_price(shop.client, '<b>"Plan"</b>', 100)
    page = browse(shop.open(shop.pack, line_items=[{"price": price, "quantity": 1}]).url)
    assert '<b>"Plan"</b>' not in page.text
    assert '<b>"Plan"</b>' in unescape(page.text)


def test_unknown_pages_are_not_found(simulator: Simulator) -> None:
    for path in ("pay/cs_test_none", "portal/bps_none", "elsewhere", "simulator/nothing"):
        assert browse(f"{simulator.base_url}/{path}").status == 404


def test_a_form_on_another_website_does_nothing(shop: Shop, simulator: Simulator) -> None:
    session = shop.open(shop.basic)
    assert browse(session.url, {"action": "pay"}, Origin="http://evil.test").status == 400
    assert browse(f"{simulator.base_url}/simulator/pay/{session.id}", {}, Origin="null").status == 400
    assert shop.client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert browse(session.url, {"action": "pay"}, Host="evil.test", Origin="http://evil.test").status == 400
    assert browse(session.url).status == 200
    assert browse(session.url, {"action": "pay"}, Origin=simulator.base_url).status == 303


def test_the_portal_cancels_and_resumes(subscribed: Shop) -> None:
    url, subscription = portal(subscribed), subscribed.subscription().id
    page = browse(url).text
    for words in (
        SIMULATION,
        "Basic",
        "10.00 USD every month",
        "Renews on",
        "Cancel at the period&#x27;s end",
        "paid",
        "http://product.test/plan",
    ):
        assert words in page
    assert browse(url, {"action": "cancel", "subscription": subscription}).status == 303
    assert subscribed.subscription().cancel_at_period_end is True
    assert "it can be used until" in browse(url).text
    assert browse(url, {"action": "resume", "subscription": subscription}).status == 303
    assert subscribed.subscription().cancel_at_period_end is False


def test_the_portal_is_for_ones_own_subscriptions(subscribed: Shop) -> None:
    stranger = subscribed.client.v1.customers.create({}).id
    url = subscribed.client.v1.billing_portal.sessions.create({"customer": stranger}).url
    page = browse(url).text
    assert "There is no subscription." in page
    assert "There are no invoices." in page
    answer = browse(url, {"action": "cancel", "subscription": subscribed.subscription().id})
    assert (answer.status, subscribed.subscription().cancel_at_period_end) == (400, False)
    assert browse(url, {"action": "destroy", "subscription": subscribed.subscription().id}).status == 400


def test_the_portal_lets_time_pass_and_tells_what_came_of_it(subscribed: Shop) -> None:
    url, subscription = portal(subscribed), subscribed.subscription().id
    assert browse(url, {"action": "fail", "subscription": subscription}).status == 303
    assert subscribed.subscription().status == "past_due"
    assert "The last payment failed." in browse(url).text
    assert browse(url, {"action": "settle", "subscription": subscription}).status == 303
    assert subscribed.subscription().status == "active"
    assert browse(url, {"action": "renew", "subscription": subscription}).status == 303
    assert [invoice.status for invoice in subscribed.client.v1.invoices.list().data] == ["paid", "paid", "paid"]
    subscribed.client.v1.subscriptions.cancel(subscribed.subscription().id)
    assert "Ended on" in browse(portal(subscribed)).text


def test_pages_can_stand_behind_another_address(connect: Connect) -> None:
    with server.start(mode="test", webhook_url="", webhook_secret=SECRET, public_url="https://pay.test/simulation/") as simulator:
        client = connect(simulator)
        shop = Shop(client=client, basic="", premium="", pack=make_price(client, "Pack", 500), customer=client.v1.customers.create({}).id)
        session = shop.open(shop.pack)
        assert session.url == f"https://pay.test/simulation/pay/{session.id}"
        assert 'action="/' not in browse(f"{simulator.base_url}/pay/{session.id}").text


def test_everything_can_be_done_over_http(subscribed: Shop, simulator: Simulator, inbox: Inbox) -> None:
    assert simulator.wait_delivered()
    assert control(simulator, "deliveries", paused="true") == {"paused": True, "waiting": []}
    control(simulator, f"advance/{subscribed.subscription().id}", outcome="failed")
    control(simulator, f"card/{subscribed.customer}", declines="true")
    assert control(simulator, f"refund/{subscribed.client.v1.charges.list().data[1].id}", amount="10")["amount"] == 10
    waiting = control(simulator, "deliveries", shuffle="3")["waiting"]
    events = json.loads(browse(f"{simulator.base_url}/simulator/events?{urlencode({'type': 'charge.refunded'})}").text)["events"]
    assert [event["id"] in waiting for event in events] == [True]
    received = len(inbox.events)
    assert control(simulator, f"redeliver/{events[0]['id']}", times="3") == {"statuses": [200, 200, 200]}
    assert len(inbox.events) == received + 3
    control(simulator, "deliveries", paused="false")
    assert simulator.wait_delivered()
    assert len(inbox.events) == received + 3 + len(waiting)


@pytest.mark.parametrize(
    ("path", "params"),
    [("explode/cs_test_x", {}), ("pay/cs_test_x", {}), ("deliveries", {"colour": "red"}), ("redeliver/evt_x", {"times": "1000"})],
)
def test_what_the_simulator_cannot_do_is_refused(simulator: Simulator, path: str, params: dict[str, str]) -> None:
    assert browse(f"{simulator.base_url}/simulator/{path}", params).status in {400, 404}


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [(0, "usd", "0.00 USD"), (123456, "eur", "1,234.56 EUR"), (-205, "usd", "-2.05 USD"), (500, "jpy", "500 JPY")],
)
def test_amounts_are_written_for_people(amount: int, currency: str, words: str) -> None:
    assert pages.money(amount, currency) == words
