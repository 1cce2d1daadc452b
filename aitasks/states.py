"""How a call to a provider can end: plain facts, shared by the rows and by who reads them."""

from enum import StrEnum


class Outcome(StrEnum):
    """Where one try at a provider is, or how it ended."""

    RUNNING = "running"
    """Asked, and not answered yet; where its attempt is over, it was lost with its worker."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """In a way in which another provider, or another attempt, may not."""
    REFUSED = "refused"
    """The provider says that the request is bad; the caller hears it."""
    BROKEN = "broken"
    """After the first piece of text had been handed on, so that nobody else could begin anew."""
    STOPPED = "stopped"
    """The task was cancelled or lost, or the worker was told to end."""
    WAITED = "waited"
    """No provider was asked: each that could was busy or kept out, and the task went back to the queue."""
