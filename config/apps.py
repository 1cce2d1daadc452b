"""The app's registration with Django."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """See docs/architecture.md for what this floor is."""

    name = "config"
