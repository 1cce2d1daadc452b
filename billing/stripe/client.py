"""The one place that makes Stripe's client, and that turns Stripe's errors into ours.

The version of the API is pinned to the one that the installed client was written for. In demo mode the client talks to the simulation that
``manage.py serve`` has started, whose address is in a file of the data folder.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import stripe
from django.conf import settings

from billing.errors import PaymentDeclined, PaymentsClosed, StripeFailed

API_VERSION = "2026-10-28.endive"
CONNECT_SECONDS, READ_SECONDS = 5, 25
NETWORK_RETRIES_MAX = 2
SIMULATION_FILE = "stripe-simulation.url"


def connect() -> stripe.StripeClient:
    """Return a client; raises :class:`PaymentsClosed` where no key is set, or the simulation has not started yet."""
    if not settings.STRIPE_API_KEY:
        raise PaymentsClosed
    return _make(settings.STRIPE_API_KEY, find_address())


def check_open() -> None:
    """Raise :class:`PaymentsClosed` where nothing can be bought."""
    connect()


def find_address() -> str:
    """Return the API's address, or nothing for Stripe's own; raises :class:`PaymentsClosed` where a simulation is meant and none runs."""
    if settings.STRIPE_API_BASE or not settings.STRIPE_IS_SIMULATED:
        return str(settings.STRIPE_API_BASE)
    try:
        return simulation_file().read_text()
    except FileNotFoundError:
        raise PaymentsClosed from None


def simulation_file() -> Path:
    """Return where the simulation writes its address."""
    return Path(settings.DATA_DIR) / SIMULATION_FILE


@contextmanager
def speaking() -> Iterator[stripe.StripeClient]:
    """Give a client for the calls inside; raises :class:`PaymentDeclined` or :class:`StripeFailed` in place of Stripe's own errors."""
    client = connect()
    try:
        yield client
    except stripe.CardError as error:
        raise PaymentDeclined(error.user_message or "Your card was declined.") from error
    except stripe.StripeError as error:
        raise StripeFailed(problem=str(error.user_message or error), code=error.code or "") from error


@lru_cache(maxsize=4)
def _make(key: str, address: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": address} if address else None,
        stripe_version=API_VERSION,
        max_network_retries=NETWORK_RETRIES_MAX,
        http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
    )
