"""A text as it comes, from any vendor in any dialect, to the port's events.

Invariants: what is sent piece by piece, joined, is the result; it is never longer than asked; each piece is counted before it is sent, so
that whenever the work stops, what was sent is what is charged. A failure after the first piece is final (``StreamBroken``).
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from aitasks.providers import faults
from aitasks.providers.port import Delta, Event, Media, Output, Progress, StepResult, Usage
from common import errors


@dataclass(frozen=True, slots=True)
class Ended:
    """The vendor's own last word: the reply is whole. Without it, a stream that ends has broken off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What the vendor says that the request cost."""

    input: int
    output: int


Piece = str | Tokens | Ended | None
"""Text, in order; None: nothing new, and still there."""


def deliver(pieces: Generator[Piece, None, None], *, counted: int, characters_max: int) -> Iterator[Event]:
    """Yield the events of a reply; ``counted`` is what the request's own text counts as. Closes ``pieces`` however it ends."""
    sent: list[str] = []
    left = characters_max
    is_whole = False
    percent = 0.0
    try:
        for piece in pieces:
            if isinstance(piece, Ended):
                is_whole = True
            elif isinstance(piece, Tokens):
                yield StepResult({"tokens": {"input": piece.input, "output": piece.output}})
            elif piece:
                text = piece[:left]
                left -= len(text)
                sent.append(text)
                yield Usage(counted + characters_max - left)
                yield Delta(text)
                percent = 98 * (1 - left / characters_max)
            if not left:
                break
            yield Progress(percent)
    except errors.ProviderFailed as error:
        if sent:
            raise faults.StreamBroken(faults.BROKEN) from error
        raise
    finally:
        pieces.close()
    yield from _end("".join(sent), is_whole=is_whole or not left, counted=counted)


def _end(text: str, *, is_whole: bool, counted: int) -> Iterator[Event]:
    if not text:
        raise faults.Garbled(faults.GARBLED)
    if not is_whole:
        raise faults.StreamBroken(faults.BROKEN)
    yield Progress(100)
    yield Usage(counted + len(text))
    yield Output(0, Media(type="text/plain", text=text))
