"""Checks of the settings for payments: mistakes are named before the first customer finds them."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage

HINT = "Set STRIPE_WEBHOOK_SECRET to the signing secret that Stripe shows for the endpoint <PUBLIC_URL>/api/v1/subscriptions/webhook."


@checks.register(deploy=True)
def check_stripe(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Return what is missing before money can be taken."""
    found: list[CheckMessage] = []
    if not settings.STRIPE_WEBHOOK_SECRET.strip():
        found.append(checks.Error("Without STRIPE_WEBHOOK_SECRET no event of Stripe's is accepted.", hint=HINT, id="billing.E001"))
    if not settings.STRIPE_API_KEY:
        found.append(
            checks.Warning(
                "Without STRIPE_API_KEY nothing can be bought.", hint="Set STRIPE_API_KEY to Stripe's secret key.", id="billing.W001"
            )
        )
    return found
