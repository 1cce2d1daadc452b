"""Staff's view of the marketplace contract: services, methods, calls with what became of them, statistics; the other side's publishers."""

from marketplace.admin import history, hosting, resources

__all__ = ["history", "hosting", "resources"]
