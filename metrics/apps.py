"""The app's registration with Django."""

from django.apps import AppConfig


class MetricsConfig(AppConfig):
    """See docs/architecture.md for what this floor is."""

    name = "metrics"

    def ready(self) -> None:
        """Listen to calls of deprecated endpoints (G-7.2)."""
        from common.contracts import deprecation  # noqa: PLC0415 - models are not loaded before ready()
        from metrics import services  # noqa: PLC0415 - models are not loaded before ready()

        deprecation.listen(services.record_deprecated_call)
