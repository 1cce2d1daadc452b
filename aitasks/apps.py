"""The app's registration with Django."""

from django.apps import AppConfig


class AitasksConfig(AppConfig):
    """See docs/architecture.md for what this floor is."""

    name = "aitasks"

    def ready(self) -> None:
        """Register webhooks of tasks (P-2.7), say what the public APIs are called (P-5), contribute to erasure (P-6.2)."""
        from accounts import erasure  # noqa: PLC0415 - models are not loaded before ready()
        from accounts.above import answers  # noqa: PLC0415 - as above
        from aitasks import registry  # noqa: PLC0415 - as above
        from aitasks.api import webhooks  # noqa: PLC0415 - as above
        from aitasks.services import erasing  # noqa: PLC0415 - as above
        from tasks import channels  # noqa: PLC0415 - as above

        channels.register(webhooks.WebhookChannel())
        answers.list_apis = lambda: [feature.name for feature in registry.public_features()]
        erasure.contribute("unfinished tasks", erasing.cancel_tasks)
