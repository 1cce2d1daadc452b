"""A shop: the product with payments, against the simulation of Stripe."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from billing.services import catalogue
from billing.simulator import server
from tests.fakes.asgi import Client
from tests.fakes.stripe import SECRET, Shop


@pytest.fixture
def shop(api: Client, run_jobs: Callable[[], int], settings: Any) -> Iterator[Shop]:
    """Stripe, with our offers in it."""
    with server.start(mode="test", webhook_url="", webhook_secret=SECRET) as stripe:
        settings.STRIPE_API_BASE, settings.STRIPE_API_KEY = stripe.base_url, server.API_KEY
        settings.STRIPE_WEBHOOK_SECRET = SECRET
        catalogue.sync()
        yield Shop(stripe, api, run_jobs)
