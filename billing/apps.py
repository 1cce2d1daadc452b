"""Billing as a Django app; it contributes the subscription's status to the user's profile."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Credits, prices, plans."""

    name = "billing"

    def ready(self) -> None:
        """Contribute the profile's ``subscriptionStatus`` (G-2.1), and say which plan an account is on and what limits it (P-5)."""
        from accounts import profile  # noqa: PLC0415 - models are not loaded before ready()
        from accounts.above import answers  # noqa: PLC0415 - as above
        from billing import checks, selectors  # noqa: F401, PLC0415 - models are not loaded before ready(); checks register themselves

        profile.contribute("subscriptionStatus", selectors.get_profile_status)
        answers.find_plan, answers.describe_limits = selectors.get_plan, selectors.describe_limits
