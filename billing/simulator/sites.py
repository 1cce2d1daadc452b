"""Which part answers a path: ``/v1/`` the API, ``/pay/`` and ``/portal/`` the pages, ``/simulator/`` what tests and the demo can do.

Forms that another website's page sends are refused: the browser says where a form comes from, and it must be from here. So are requests
under a name that is not ours, which is how a website makes a browser take a loopback address for its own.
"""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from billing.simulator import actions, api, forms, pages
from billing.simulator.api import Request
from billing.simulator.deliveries import Deliveries
from billing.simulator.forms import Params
from billing.simulator.refusals import ParameterInvalid, Refused, UnknownUrl
from billing.simulator.state import State, Thing

log = logging.getLogger(__name__)
REDELIVERIES_MAX = 100


@dataclass(frozen=True, slots=True)
class Page:
    """A reply, ready to be written."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Site:
    """Everything that one simulator serves. ``public_url`` is how browsers reach it."""

    def __init__(self, state: State, deliveries: Deliveries, *, api_key: str, public_url: str) -> None:
        self.state = state
        self.deliveries = deliveries
        self.api_key = api_key
        self.public_url = public_url

    def answer(self, request: Request) -> Page:
        """Return the reply to a request; a mistake of ours is logged and answered as Stripe answers one of theirs."""
        try:
            return self._answer(request)
        except Refused as refused:
            return _json(refused.status, refused.body(), {})
        except Exception:
            log.exception("The payments simulator failed on %s %s", request.method, request.target)
            return _json(500, {"error": {"type": "api_error", "message": "The simulation failed; its log says why."}}, {})

    def _answer(self, request: Request) -> Page:
        path = urlsplit(request.target).path
        if path.startswith("/v1/"):
            reply = api.handle(self.state, request, api_key=self.api_key, public_url=self.public_url)
            return _json(reply.status, reply.body, reply.headers)
        self._check_origin(request)
        if match := re.fullmatch(r"/(pay|portal)/(\w+)", path):
            return self._page(match[1], match[2], request)
        if path.startswith("/simulator/"):
            return self._control(request.method, path.removeprefix("/simulator/"), _params(request))
        raise UnknownUrl(f"Unrecognized request URL ({request.method}: {path}).")

    def _check_origin(self, request: Request) -> None:
        host = request.headers.get("host", "")
        if urlsplit(f"//{host}").hostname not in {"127.0.0.1", "localhost", urlsplit(self.public_url).hostname}:
            raise Refused("This is not an address of the simulation.")
        origin = request.headers.get("origin")
        if request.method == "POST" and origin is not None and urlsplit(origin).netloc != host:
            raise Refused("This form comes from another website, and nothing was done.")

    def _page(self, kind: str, id: str, request: Request) -> Page:
        show = pages.checkout_page if kind == "pay" else pages.portal_page
        with self.state.lock:
            try:
                shown = show(self.state, id, _params(request), posted=request.method == "POST")
            except Refused as refused:
                shown = pages.refusal_page(refused)
            if request.method == "POST":
                self.state.keep()
        return Page(shown.status, shown.headers, shown.html.encode())

    def _control(self, method: str, path: str, params: Params) -> Page:
        name, _, id = path.partition("/")
        if (method, path) == ("GET", "events"):
            return _json(200, {"events": self._events(params)}, {})
        if method != "POST":
            raise UnknownUrl(f"Unrecognized request URL ({method}: /simulator/{path}).")
        if path == "deliveries":
            return _json(200, self._steer(params), {})
        if name == "redeliver":
            times = forms.integer(params, "times", 1)
            if not 1 <= times <= REDELIVERIES_MAX:
                raise ParameterInvalid(f"times must be between 1 and {REDELIVERIES_MAX}.", param="times")
            with self.state.lock:
                event = self.state.get("event", id)
            return _json(200, {"statuses": self.deliveries.redeliver(event, times=times)}, {})
        return _json(200, actions.perform(self.state, name, id, params), {})

    def _events(self, params: Params) -> list[Thing]:
        with self.state.lock:
            found = self.state.find("event", lambda event: params.get("type") in {None, event["type"]})
            facts = ("id", "type", "created", "pending_webhooks")
            return [{**{name: event[name] for name in facts}, "object": event["data"]["object"].get("id")} for event in found]

    def _steer(self, params: Params) -> Thing:
        forms.check_names(params, allowed="paused shuffle")
        if "paused" in params:
            self.deliveries.pause(paused=forms.boolean(params, "paused", default=True))
        if "shuffle" in params:
            self.deliveries.shuffle(forms.integer(params, "shuffle"))
        with self.state.lock:
            return {"paused": self.deliveries.paused, "waiting": [entry["event"] for entry in self.state.outbox]}


def _params(request: Request) -> Params:
    return forms.decode(request.body if request.method == "POST" else urlsplit(request.target).query)


def _json(status: int, body: Thing, headers: Mapping[str, str]) -> Page:
    return Page(status, {"Content-Type": "application/json", **headers}, json.dumps(body, indent=2, ensure_ascii=False).encode())
