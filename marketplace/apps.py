"""The app's registration with Django."""

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    """See docs/architecture.md for what this floor is."""

    name = "marketplace"
