"""How much a fetch may cost: bytes, seconds, redirects. Stands alone so that callers can state limits without loading the network code."""

import time
from dataclasses import dataclass

from common.fetch.errors import TookTooLong


@dataclass(frozen=True, slots=True)
class Limits:
    """The caps of one exchange. ``seconds_max`` covers everything from the name lookup to the last byte, over all redirects."""

    bytes_max: int
    seconds_max: float = 60.0
    connect_seconds_max: float = 5.0
    read_seconds_max: float = 15.0
    redirects_max: int = 3


class Deadline:
    """The moment at which an exchange ends, whatever the host does."""

    def __init__(self, *, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def seconds_left(self, *, at_most: float) -> float:
        """Return how long the next wait may last, never zero; raises :class:`TookTooLong` once the deadline has passed."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TookTooLong
        return min(left, at_most)
