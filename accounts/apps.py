"""Accounts as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, accounts, sessions, keys."""

    name = "accounts"

    def ready(self) -> None:
        """Register the authentication with the OpenAPI document, the checks, and what is erased with a user (P-6.2)."""
        import accounts.api.schema  # noqa: PLC0415 - importing registers it; models are not loaded before ready()
        import accounts.checks  # noqa: F401, PLC0415 - as above
        from accounts import erasure  # noqa: PLC0415 - as above
        from accounts.services import erasing  # noqa: PLC0415 - as above

        erasure.contribute("settings, apps and picture", erasing.erase_own)
