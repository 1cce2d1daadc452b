"""Billing as a Django app; it contributes the subscription's status to the user's profile."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Credits, prices, plans."""

    name = "billing"

    def ready(self) -> None:
        """Contribute the profile's ``subscriptionStatus`` (G-2.1), plan and limits (P-5), what staff see of users, what is erased (P-6)."""
        from accounts import erasure, overview, profile  # noqa: PLC0415 - models are not loaded before ready()
        from accounts.above import answers  # noqa: PLC0415 - as above
        from billing import checks, selectors  # noqa: F401, PLC0415 - models are not loaded before ready(); checks register themselves
        from billing.services import erasing  # noqa: PLC0415 - models are not loaded before ready()

        profile.contribute("subscriptionStatus", selectors.get_profile_status)
        overview.contribute("plan", selectors.read_plans)
        overview.contribute("credits", selectors.read_balances)
        erasure.contribute("payments", erasing.erase_customer)
        answers.find_plan, answers.describe_limits = selectors.get_plan, selectors.describe_limits
