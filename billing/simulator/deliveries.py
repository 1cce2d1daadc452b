"""Webhooks: a thread that sends what is in the outbox, signed as Stripe signs, until it is taken.

A delivery is taken by any 2xx answer; anything else, redirects included, is tried again after the next delay. ``unruly`` deliveries show
what Stripe allows itself: the events of one step arrive last first, and every third event arrives twice. Both are by count, not by chance.
"""

import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

import stripe

from billing.simulator.state import State, Thing

RETRY_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, *[60.0] * 4_320)
"""Stripe tries for three days, at longer intervals than anybody at a demo would wait."""
TIMEOUT_SECONDS = 20.0
REFUSED_CONNECTION = 0
TWICE_EVERY = 3


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is a failure: Stripe does not follow one."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse to follow."""


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())


def sign(event: Thing, secret: str) -> tuple[bytes, str]:
    """Return an event's body and its ``Stripe-Signature`` header, both made now."""
    text = json.dumps(event, indent=2, ensure_ascii=False)
    return text.encode(), stripe.WebhookSignature.generate_signature_header(text, secret)


def post(url: str, event: Thing, secret: str) -> int:
    """Send an event once, and return the HTTP status, or 0 when nobody answered."""
    body, signature = sign(event, secret)
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature, "User-Agent": "Stripe/1.0 (simulation)"}
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - start() checked the scheme
    try:
        with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return int(error.code)
    except (OSError, ValueError):
        return REFUSED_CONNECTION


class Deliveries:
    """The running sender of one simulator. ``url`` may be changed while it runs; without one, events wait."""

    def __init__(self, state: State, *, url: str, secret: str, retry_seconds: Sequence[float], unruly: bool) -> None:
        self.state = state
        self.url = url
        self.secret = secret
        self.paused = False
        self.unruly = unruly
        self._retry_seconds = retry_seconds
        self._sent = 0
        self._busy = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="simulated-webhooks", daemon=True)

    def start(self) -> None:
        """Begin to send, first of all what an earlier run could not."""
        for entry in self.state.outbox:
            entry["due"] = 0.0
        self._thread.start()

    def stop(self) -> None:
        """End after the delivery that is under way."""
        with self.state.changed:
            self._stopping = True
            self.state.changed.notify_all()
        self._thread.join()

    def pause(self, *, paused: bool) -> None:
        """Hold deliveries back, or let them go."""
        with self.state.changed:
            self.paused = paused
            self.state.changed.notify_all()

    def shuffle(self, seed: int) -> None:
        """Put what waits into another order, always the same one for a seed."""
        with self.state.changed:
            random.Random(seed).shuffle(self.state.outbox)  # noqa: S311 - an order of events is no secret

    def wait_delivered(self, seconds: float) -> bool:
        """Wait until nothing is left to send, and return whether that came to be in time."""
        with self.state.changed:
            return self.state.changed.wait_for(lambda: not self.state.outbox and not self._busy, timeout=seconds)

    def _run(self) -> None:
        while batch := self._next_batch():
            for entry in batch:
                self._deliver(entry)
            with self.state.changed:
                self._busy = False
                self.state.keep()
                self.state.changed.notify_all()

    def _next_batch(self) -> list[dict[str, Any]]:
        """Wait for deliveries that are due, and return them; empty when it is time to end."""
        with self.state.changed:
            while not self._stopping:
                now = time.time()
                due = [] if self.paused or not self.url else [entry for entry in self.state.outbox if entry["due"] <= now]
                if due:
                    self._busy = True
                    return self._upset(due) if self.unruly else due
                waiting = [entry["due"] - now for entry in self.state.outbox if entry["due"] > now]
                self.state.changed.wait(timeout=min(waiting, default=None))
            return []

    def _upset(self, due: list[dict[str, Any]]) -> list[dict[str, Any]]:
        upset = []
        for entry in reversed(due):
            self._sent += 1
            upset += [entry] * (2 if self._sent % TWICE_EVERY == 0 else 1)
        return upset

    def _deliver(self, entry: dict[str, Any]) -> None:
        with self.state.lock:
            if self._stopping or self.paused or entry["event"] not in self.state.objects:
                return
            event = dict(self.state.objects[entry["event"]])
        status = post(self.url, event, self.secret)
        with self.state.changed:
            self._note(entry, taken=200 <= status < 300)  # noqa: PLR2004 - the bounds of "2xx"

    def _note(self, entry: dict[str, Any], *, taken: bool) -> None:
        outbox = self.state.outbox
        if not taken and entry["attempts"] < len(self._retry_seconds):
            entry["due"] = time.time() + self._retry_seconds[entry["attempts"]]
            entry["attempts"] += 1
            return
        if entry in outbox:
            outbox.remove(entry)
        if taken:
            self.state.objects[entry["event"]]["pending_webhooks"] = 0

    def redeliver(self, event: Thing, *, times: int) -> list[int]:
        """Send an event so many times at once, and return the statuses."""
        statuses: list[int] = []
        threads = [threading.Thread(target=lambda: statuses.append(post(self.url, event, self.secret))) for _ in range(times)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return statuses
