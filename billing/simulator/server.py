"""The simulator as a server: starts it, stops it, and what a test or the demo can make it do.

It stands by itself: standard library and Stripe's SDK (for its signatures), no Django, nothing of the product, so that it runs in a
test, under ``make run``'s supervisor or alone. It listens on loopback only, and refuses to start unless its caller says that this is a test
or the demo: a simulation that takes "payments" has no place beside real ones.
"""

import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, Self, cast
from urllib.parse import urlsplit

from billing.simulator import actions, sites
from billing.simulator.api import Request
from billing.simulator.deliveries import RETRY_SECONDS, Deliveries, sign
from billing.simulator.state import State, Thing

API_KEY = "sk_test_simulation"
BODY_BYTES_MAX = 1_000_000
DRAINED_BYTES_MAX = 8_388_608
Outcome = Literal["paid", "failed"]


class NotAllowed(Exception):
    """The simulator was to be started where real payments may be made."""


class Simulator:
    """A running simulator. Everything that it can be made to do is a method here, and over HTTP under ``/simulator/``."""

    def __init__(self, state: State, deliveries: Deliveries, *, port: int, api_key: str, public_url: str | None) -> None:
        self.state = state
        self.deliveries = deliveries
        self._server = _Server(("127.0.0.1", port), _Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._server.site = sites.Site(state, deliveries, api_key=api_key, public_url=(public_url or self.base_url).rstrip("/"))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="simulator", daemon=True)
        self._thread.start()
        deliveries.start()

    def stop(self) -> None:
        """Stop answering and sending; what was not delivered is sent after the next start, if there is a state file."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.deliveries.stop()
        with self.state.lock:
            self.state.keep()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def webhook_url(self) -> str:
        """Return where events are sent; empty while they wait."""
        return self.deliveries.url

    @webhook_url.setter
    def webhook_url(self, url: str) -> None:
        with self.state.changed:
            self.deliveries.url = url
            self.state.changed.notify_all()

    def pay(self, session_id: str) -> None:
        """Pay a checkout session."""
        self._act("pay", session_id)

    def decline(self, session_id: str) -> None:
        """Try to pay a checkout session with a card that is declined."""
        self._act("decline", session_id)

    def expire(self, session_id: str) -> None:
        """Let a checkout session expire."""
        self._act("expire", session_id)

    def advance(self, subscription_id: str, *, outcome: Outcome = "paid") -> None:
        """Go to a subscription's next period; a renewal that failed is tried again by ``invoices.pay``."""
        self._act("advance", subscription_id, outcome=outcome)

    def refund(self, charge_id: str, *, amount: int | None = None) -> str:
        """Refund a charge or a part of it, and return the refund's id."""
        facts = {} if amount is None else {"amount": str(amount)}
        return str(self._act("refund", charge_id, **facts)["id"])

    def dispute(self, charge_id: str) -> str:
        """Let the card's owner dispute a charge, and return the dispute's id."""
        return str(self._act("dispute", charge_id)["id"])

    def close_dispute(self, dispute_id: str, *, outcome: Literal["won", "lost"]) -> None:
        """End a dispute."""
        self._act("close", dispute_id, outcome=outcome)

    def set_card(self, customer_id: str, *, declines: bool) -> None:
        """Say whether what is taken from a customer without them, as for a change of plan, is declined."""
        self._act("card", customer_id, declines=str(declines).lower())

    def redeliver(self, event_id: str, *, times: int = 1) -> list[int]:
        """Send an event again, so many times at once, and return the statuses."""
        with self.state.lock:
            event = self.state.get("event", event_id)
        return self.deliveries.redeliver(event, times=times)

    def pause(self) -> None:
        """Hold deliveries back."""
        self.deliveries.pause(paused=True)

    def resume(self) -> None:
        """Let deliveries go again."""
        self.deliveries.pause(paused=False)

    def shuffle(self, seed: int = 0) -> None:
        """Put the deliveries that wait into another order."""
        self.deliveries.shuffle(seed)

    def wait_delivered(self, seconds: float = 10.0) -> bool:
        """Wait until every event was taken, and return whether that came to be in time."""
        return self.deliveries.wait_delivered(seconds)

    def events(self, type: str | None = None) -> list[Thing]:
        """Return the events so far, oldest first, all or those of one type."""
        with self.state.lock:
            return self.state.find("event", lambda event: type in {None, event["type"]})[::-1]

    def signed(self, event_id: str) -> tuple[bytes, str]:
        """Return the body and the signature header of a delivery of an event, to be sent by the caller."""
        with self.state.lock:
            return sign(self.state.get("event", event_id), self.deliveries.secret)

    def _act(self, name: str, id: str, **params: str) -> Thing:
        return actions.perform(self.state, name, id, params)


def start(
    *,
    mode: str,
    webhook_url: str,
    webhook_secret: str,
    port: int = 0,
    public_url: str | None = None,
    state_file: Path | None = None,
    api_key: str = API_KEY,
    retry_seconds: Sequence[float] = RETRY_SECONDS,
    unruly: bool | None = None,
) -> Simulator:
    """Start a simulator and return it.

    ``mode`` must be ``"test"`` or ``"demo"``, or :class:`NotAllowed` is raised. Port 0 takes a free one. Events go to ``webhook_url`` and
    wait while it is empty. ``public_url`` is how browsers reach the pages, where that is not ``base_url``. Deliveries are ``unruly`` in the
    demo unless the caller says otherwise.
    """
    if mode not in {"test", "demo"}:
        raise NotAllowed("The payments simulator runs in tests and in the demo only. Set STRIPE_API_KEY to use Stripe.")
    if not webhook_secret.strip():
        raise ValueError("The simulator needs a webhook secret to sign with.")
    if webhook_url and urlsplit(webhook_url).scheme not in {"http", "https"}:
        raise ValueError(f"The webhook URL must be http or https, and is {webhook_url!r}.")
    state = State(file=state_file, deliver=True)
    restless = mode == "demo" if unruly is None else unruly
    deliveries = Deliveries(state, url=webhook_url, secret=webhook_secret, retry_seconds=retry_seconds, unruly=restless)
    return Simulator(state, deliveries, port=port, api_key=api_key, public_url=public_url)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Tests knock with dozens of calls at once; the standard five make clients wait a second and try again.
    request_queue_size = 128
    site: sites.Site

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A reply leaves as a whole: sent in two pieces, the second would wait for the first to be acknowledged, 40 ms a call.
    wbufsize = 65_536
    timeout = 30

    def log_message(self, format: str, *args: object) -> None:
        """Keep the output of tests and of ``make run`` to what matters."""

    def answer(self) -> None:
        """Read the request, let the site answer it, and write the reply."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_BYTES_MAX:
            self.close_connection = True
            # A client that is still sending would see a broken pipe instead of the answer.
            self.rfile.read(min(length, DRAINED_BYTES_MAX))
            self.send_error(413)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(method=self.command, target=self.path, headers=headers, body=self.rfile.read(length))
        page = cast(_Server, self.server).site.answer(request)
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        self.wfile.write(page.body)

    do_GET = do_POST = do_DELETE = answer  # noqa: N815 - named by the standard library
