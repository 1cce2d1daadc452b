"""Staff's view of the marketplace contract: services and their methods, calls with what became of them, statistics."""

from marketplace.admin import history, hosting

__all__ = ["history", "hosting"]
