"""Billing as a Django app; it contributes the subscription's status to the user's profile."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Credits, prices, plans."""

    name = "billing"

    def ready(self) -> None:
        """Contribute the profile's ``subscriptionStatus`` (G-2.1)."""
        from accounts import profile  # noqa: PLC0415 - models are not loaded before ready()
        from billing import checks, selectors  # noqa: F401, PLC0415 - models are not loaded before ready(); checks register themselves

        profile.contribute("subscriptionStatus", selectors.get_profile_status)
