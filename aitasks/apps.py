"""The app's registration with Django."""

from django.apps import AppConfig


class AitasksConfig(AppConfig):
    """See docs/architecture.md for what this floor is."""

    name = "aitasks"

    def ready(self) -> None:
        """Say what the public APIs are called (P-5), and how a task's webhook looks on the wire (P-2.7)."""
        from accounts.above import answers  # noqa: PLC0415 - models are not loaded before ready()
        from aitasks import registry  # noqa: PLC0415 - as above
        from aitasks.api import webhooks  # noqa: PLC0415 - as above
        from tasks import channels  # noqa: PLC0415 - as above

        answers.list_apis = lambda: [feature.name for feature in registry.public_features()]
        channels.register(webhooks.WebhookChannel())
