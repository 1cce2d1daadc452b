"""Staff's view of what this floor does, a file for each sort of thing."""

from aitasks.admin import prices, providers, tasks

__all__ = ["prices", "providers", "tasks"]
