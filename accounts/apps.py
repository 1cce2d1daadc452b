"""Accounts as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, accounts, sessions, keys."""

    name = "accounts"

    def ready(self) -> None:
        """Register the authentication with the OpenAPI document, and the checks."""
        import accounts.api.schema  # noqa: PLC0415 - importing registers it; models are not loaded before ready()
        import accounts.checks  # noqa: F401, PLC0415 - as above
