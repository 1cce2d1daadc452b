"""The app's registration with Django."""

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    """See docs/architecture.md for what this floor is."""

    name = "marketplace"

    def ready(self) -> None:
        """Have the ends of marketplace tasks counted and told (M-3.1, M-5.2), and their results kept at marketplaces (M-6)."""
        from aitasks.services import ending as tasks_ending  # noqa: PLC0415 - models are not loaded before ready()
        from common import storage  # noqa: PLC0415 - beside the others
        from marketplace.services import callbacks, ending, places  # noqa: PLC0415 - models are not loaded before ready()
        from marketplace.states import CONTRACT  # noqa: PLC0415 - beside the others
        from tasks import channels  # noqa: PLC0415 - models are not loaded before ready()

        tasks_ending.follow_ends(contract=CONTRACT, follow=ending.record_end)
        channels.register(callbacks.MarketplaceChannel())
        storage.register_family(places.FAMILY, places.find_storage)
