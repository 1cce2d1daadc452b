"""What keeps a chat's thread outside this installation: makes it, continues it, reads it back, deletes it.

It stands beside :mod:`port` because a thread lives longer than any piece of work: chat opens and closes threads (``create``, ``delete``,
``list``) in its own services, while a message is work like any other: a ``Work`` of step ``chat`` whose ``context["thread"]`` names
it, routed to the keeper's provider, which calls ``send``. The thread's id is the vendor's, and is written once.

Every method raises the kinds of :mod:`port`: ``ProviderFailed`` when trying again may help, ``ThreadGone`` when the vendor knows no such
thread, ``Invalid`` when it refuses what was sent.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aitasks.providers.port import Event
from common import errors


class ThreadGone(errors.NotFound):
    """The vendor has no such thread: it was deleted there, or belongs to another key."""

    def __init__(self, thread_id: str) -> None:
        super().__init__(f"The chat's provider has no thread {thread_id[:60]} any more. Open a new chat.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadMessage:
    """One message of a thread, as the vendor keeps it."""

    id: str
    role: str
    """``user`` or ``assistant``."""
    content: str
    created_at: datetime | None = None
    """None where the vendor does not tell (Conversations)."""


class ThreadKeeper(Protocol):
    """One kind of thread at one vendor. Each call is one piece of work with its own connection; safe to share between threads."""

    kind: str
    """The value of ``CHAT_PROVIDER`` that chooses it: ``openai``, ``openai-assistants``."""

    def create(self) -> str:
        """Make an empty thread and return the vendor's id of it."""

    def delete(self, thread_id: str) -> None:
        """Delete the thread; one that is gone already is deleted."""

    def send(self, thread_id: str, content: str, *, characters_max: int) -> Generator[Event, None, None]:
        """Add the user's message and yield the reply: ``Delta`` and ``Usage`` as it is generated, then ``Output`` with all of it.

        The reply ends at ``characters_max``. Closing the generator ends the request at the vendor at once.
        """

    def list(self, thread_id: str) -> Sequence[ThreadMessage]:
        """Return the thread's messages, oldest first."""
