"""Byte ranges as browsers ask for them to seek in sound and video (RFC 9110, section 14). Pure; one range only."""

import re
from dataclasses import dataclass

_SINGLE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes to send, ``first`` to ``last`` inclusive."""

    first: int
    last: int

    @property
    def length_bytes(self) -> int:
        """Return how many bytes that is."""
        return self.last - self.first + 1


class Unsatisfiable(Exception):
    """The range begins behind the end of the file."""


def parse_range(header: str, *, size_bytes: int) -> Span | None:
    """Return the span that a ``Range`` header asks for, ``None`` when the whole file is to be sent.

    Several ranges, other units and what cannot be read are answered with the whole file, as the RFC allows. Raises :class:`Unsatisfiable`.
    """
    match = _SINGLE.fullmatch(header.replace(" ", "").lower())
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if first == "":
        wanted = int(last)
        span = Span(max(0, size_bytes - wanted), size_bytes - 1)
        if wanted == 0 or size_bytes == 0:
            raise Unsatisfiable
        return span
    if last != "" and int(last) < int(first):
        return None
    if int(first) >= size_bytes:
        raise Unsatisfiable
    return Span(int(first), size_bytes - 1 if last == "" else min(int(last), size_bytes - 1))
