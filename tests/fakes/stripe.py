"""The product's own simulation of Stripe, as tests use it: real HTTP, the real client, and events that the test delivers itself.

Events wait at the simulation until :meth:`Shop.deliver` posts them, signed, to the product's endpoint, in the order that the test wants.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from billing.simulator.server import Simulator
from tests.fakes.asgi import Client, Reply

WEBHOOK = "/api/v1/subscriptions/webhook"
SECRET = "whsec_of_the_tests"


@dataclass(slots=True)
class Shop:
    """The simulation, the product's endpoint, and a worker for what follows."""

    stripe: Simulator
    api: Client
    run_jobs: Callable[[], int]
    delivered: set[str] = field(default_factory=set)

    def post(self, event_id: str) -> Reply:
        """Post one event to the product, signed now."""
        body, signature = self.stripe.signed(event_id)
        return self.api.post(WEBHOOK, raw=body, headers={"Stripe-Signature": signature})

    def waiting(self) -> list[str]:
        """Return the events that were not delivered yet, oldest first."""
        return [event["id"] for event in self.stripe.events() if event["id"] not in self.delivered]

    def deliver(self, event_ids: Iterable[str] | None = None) -> None:
        """Deliver events, all that wait unless the caller names some, and have them handled one after the other."""
        for event_id in self.waiting() if event_ids is None else event_ids:
            assert self.post(event_id).status == 200
            self.delivered.add(event_id)
            self.run_jobs()

    def pay(self, url: str) -> None:
        """Pay at a checkout's address, and deliver what follows."""
        self.stripe.pay(session_of(url))
        self.deliver()

    def only(self, kind: str) -> dict[str, Any]:
        """Return the one object of a kind that Stripe has."""
        with self.stripe.state.lock:
            (found,) = self.stripe.state.find(kind)
        return found

    def count(self, kind: str) -> int:
        """Return how many objects of a kind Stripe has."""
        with self.stripe.state.lock:
            return len(self.stripe.state.find(kind))


def session_of(url: str) -> str:
    """Return the checkout that an address is of."""
    return urlsplit(url).path.rpartition("/")[2]
