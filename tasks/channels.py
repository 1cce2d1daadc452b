"""Channels: the ways in which news of a task goes out to its owner's servers, each registered once by the app that speaks it.

One engine delivers for all of them (``tasks.services.delivering``): it claims, sends by the safe fetcher, retries on the schedule, keeps
the order within a task. A channel says only how a delivery looks on the wire and which replies mean that it arrived.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from common.fetch import Allow

if TYPE_CHECKING:
    from tasks.models import Delivery


class Verdict(StrEnum):
    """What a receiver's status means."""

    DELIVERED = "delivered"
    RETRY = "retry"
    GONE = "gone"
    """The receiver wants nothing more, ever (410)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One request as it is sent, by POST. Composed anew for every attempt, so that links and signatures are fresh."""

    headers: Mapping[str, str]
    content: bytes
    allow: Allow | None = None
    """What may be reached. None, for addresses that callers gave: what ``SAFE_FETCH_ALLOW`` says, by plain http only what it names."""


class Channel(Protocol):
    """One way out: ``webhook`` (P-2.7), ``marketplace`` (M-3)."""

    name: str
    retry_seconds: Sequence[float] | None
    """When to try again, counted from the first attempt; None: as ``WEBHOOK_RETRY_SECONDS`` says."""

    def compose(self, delivery: "Delivery") -> Outgoing:
        """Return what to send for ``delivery`` now. May read the database; what it raises counts as an attempt that failed."""

    def judge(self, status: int) -> Verdict:
        """Return what a reply with this HTTP status means."""


WEBHOOK = "webhook"
_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """Make a channel known; its app calls this once, when it is loaded."""
    _channels[channel.name] = channel


def list_names() -> list[str]:
    """Return the names of all channels."""
    return sorted(_channels)


def get_channel(name: str) -> Channel:
    """Return the channel of this name; raises KeyError for one that nobody registered."""
    return _channels[name]
