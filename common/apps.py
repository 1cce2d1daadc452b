"""The ground floor as a Django app: the rows of jobs, letters and rate limits live here."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Common knows no domain."""

    name = "common"

    def ready(self) -> None:
        """Register the checks."""
        import common.checks  # noqa: F401, PLC0415 - importing registers them; Django's registry is not ready before
