"""Channels: the ways in which news of a task goes out to its owner's servers, each registered once by the app that speaks it.

One engine delivers for all of them (``tasks.services.delivering``): it claims, sends by the safe fetcher, retries on the schedule, keeps
the order within a task. A channel says only how a delivery looks on the wire and which replies mean that it arrived.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

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
    """One request as it is sent. Composed anew for every attempt, so that links and signatures are fresh."""

    headers: Mapping[str, str]
    content: bytes


class Channel(Protocol):
    """One way out: ``webhook`` (P-2.7), ``marketplace`` (M-3)."""

    name: str

    def compose(self, delivery: "Delivery") -> Outgoing:
        """Return what to send for ``delivery`` now."""

    def judge(self, status: int) -> Verdict:
        """Return what a reply with this HTTP status means."""


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """Make a channel known; its app calls this once, when it is loaded."""
    _channels[channel.name] = channel


def get_channel(name: str) -> Channel:
    """Return the channel of this name; raises KeyError for one that nobody registered."""
    return _channels[name]
