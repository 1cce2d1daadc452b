"""A simulator in test mode, Stripe's own client for it, and a web server that takes its webhooks."""

import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import urlencode

import pytest
import stripe

from billing.simulator import server
from billing.simulator.server import Simulator

SECRET = "whsec_test"


@dataclass
class Inbox:
    """What a webhook endpoint received: every event verified, in order; it answers with ``statuses`` in turn, then with 200."""

    url: str = ""
    events: list[Any] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.events]


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        inbox = cast(Any, self.server).inbox
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = inbox.statuses.pop(0) if inbox.statuses else 200
        inbox.events.append(stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], SECRET))
        self.send_response(status)
        self.send_header("Location", inbox.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """A webhook endpoint that verifies what it gets."""
    receiver: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    receiver.daemon_threads = True
    inbox = receiver.inbox = Inbox(url=f"http://127.0.0.1:{receiver.server_address[1]}/webhook")
    thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield inbox
    receiver.shutdown()
    receiver.server_close()
    thread.join()


@pytest.fixture
def simulator(inbox: Inbox) -> Iterator[Simulator]:
    """A simulator that sends its events to the inbox, and again at once where they were refused."""
    with server.start(mode="test", webhook_url=inbox.url, webhook_secret=SECRET, retry_seconds=(0.0,) * 5) as simulator:
        yield simulator


Connect = Callable[..., stripe.StripeClient]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes clients of Stripe's own library, closed after the test. They do not try again by themselves."""
    transports = []

    def make(simulator: Simulator, key: str = server.API_KEY, **options: Any) -> stripe.StripeClient:
        transport = stripe.RequestsClient()
        transports.append(transport)
        addresses: Any = {"api": simulator.base_url}
        return stripe.StripeClient(key, base_addresses=addresses, http_client=transport, max_network_retries=0, **options)

    yield make
    for transport in transports:
        transport.close()  # type: ignore[no-untyped-call]  # the library leaves it so


@pytest.fixture
def client(simulator: Simulator, connect: Connect) -> stripe.StripeClient:
    """Stripe's own client, talking to the simulator."""
    return connect(simulator)


@dataclass(frozen=True)
class Shop:
    """What is sold in the tests, and who buys: ids."""

    client: stripe.StripeClient
    basic: str
    premium: str
    pack: str
    customer: str

    def open(self, price: str, **more: Any) -> Any:
        """Open a checkout for a price."""
        given: Any = {
            "mode": "payment" if price == self.pack else "subscription",
            "customer": self.customer,
            "line_items": [{"price": price, "quantity": 1}],
            "success_url": "http://product.test/done?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://product.test/plans",
        }
        params: Any = given | more
        return self.client.v1.checkout.sessions.create(params)

    def subscription(self) -> Any:
        """Return the customer's only subscription."""
        (found,) = self.client.v1.subscriptions.list({"customer": self.customer, "status": "all"}).data
        return found

    def latest_invoice(self) -> Any:
        """Return the customer's newest invoice, with its payments."""
        return self.client.v1.invoices.list({"customer": self.customer, "limit": 1, "expand": ["data.payments"]}).data[0]

    def latest_charge(self) -> Any:
        """Return what was charged last."""
        return self.client.v1.charges.list({"limit": 1}).data[0]


def make_price(client: stripe.StripeClient, name: str, amount: int, **facts: Any) -> str:
    """Make a product and its price, and return the price's id."""
    product = client.v1.products.create({"name": name})
    params: Any = {"product": product.id, "currency": "usd", "unit_amount": amount, "lookup_key": name.lower(), **facts}
    return client.v1.prices.create(params).id


@pytest.fixture
def shop(client: stripe.StripeClient) -> Shop:
    """Two plans, a pack, and a customer."""
    monthly = {"recurring": {"interval": "month"}}
    return Shop(
        client=client,
        basic=make_price(client, "Basic", 1000, **monthly),
        premium=make_price(client, "Premium", 3000, **monthly),
        pack=make_price(client, "Pack", 500),
        customer=client.v1.customers.create({"email": "ann@example.com", "name": "Ann"}).id,
    )


@pytest.fixture
def subscribed(shop: Shop, simulator: Simulator) -> Shop:
    """The same, with a paid subscription to the basic plan."""
    simulator.pay(shop.open(shop.basic).id)
    return shop


@dataclass(frozen=True)
class Answer:
    """What a browser got."""

    status: int
    text: str
    headers: Any


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Show redirects instead of following them."""


def browse(url: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
    """Fetch a page, or send a form."""
    data = None if form is None else urlencode(form).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _StayHere())
    try:
        with opener.open(urllib.request.Request(url, data=data, headers=headers)) as answer:
            return Answer(answer.status, answer.read().decode(), answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read().decode(), error.headers)
