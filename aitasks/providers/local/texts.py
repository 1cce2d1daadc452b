"""Texts in and out: reads the source whatever form it has, hands results over piece by piece, counts characters for the price.

Invariant: the pieces sent as they come, joined, are the result; neither is longer than ``maxCharacters``.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from aitasks.features import units
from aitasks.providers.local.errors import BrokenFile, SourceMissing, TooBig
from aitasks.providers.port import Delta, Event, Media, Output, Progress, Usage, Work

TEXT_CHARACTERS_MAX = 200_000


def read_source(work: Work) -> str:
    """Return the source's text; raises if there is none, or if it is no text or too long."""
    if work.source is None:
        raise SourceMissing("This needs a text as its source.")
    return read_text(work.source)


def get_path(work: Work) -> Path:
    """Return where the source's file is; raises when the source is a text where a file is needed."""
    return _require(work.source.path if work.source else None)


def read_text(media: Media) -> str:
    """Return the text of a text or of a text file: UTF-8 (with or without its mark), UTF-16 with its mark, else Windows-1252."""
    if media.text is not None:
        text = media.text
    else:
        with _require(media.path).open("rb") as file:
            text = _decode(file.read(4 * TEXT_CHARACTERS_MAX + 4))
    if len(text) > TEXT_CHARACTERS_MAX:
        raise TooBig(f"The text is longer than {TEXT_CHARACTERS_MAX:,} characters. Send it in parts.")
    return text


def _require(path: Path | None) -> Path:
    if path is None:
        raise SourceMissing("This needs a file as its source.")
    return path


def _decode(raw: bytes) -> str:
    encoding = "utf-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    if "\0" in text:
        raise BrokenFile("text")
    return text


def deliver(work: Work, pieces: Iterable[str], *, percent: float, stream: bool = True) -> Iterator[Event]:
    """Hand over a text in pieces, cut at ``maxCharacters``, then as a whole, with what it counts as; progress goes on from ``percent``."""
    left = int(work.parameters["maxCharacters"])
    sent: list[str] = []
    for number, whole in enumerate(pieces):
        piece = whole[:left]
        if piece:
            sent.append(piece)
            left -= len(piece)
            if stream:
                yield Delta(piece)
            yield Progress(98 - (98 - percent) / (number + 2))
        if not left:
            break
    text = "".join(sent)
    yield Progress(100)
    yield Output(0, Media(type="text/plain", text=text))
    yield Usage(len(text) + count_input(work))


def count_input(work: Work) -> int:
    """Return the characters that the work's own text counts as."""
    source_type = work.source.type if work.source else ""
    characters = len(work.source.text or "") if work.source else 0
    return units.count_input(source_type=source_type, source_characters=characters, prompt=work.prompt, negative=work.negative)


def split_words_apart(text: str, *, words: int = 4) -> Iterator[str]:
    """Return a text in groups of a few words, spaces kept, as a typist would send it."""
    start, seen = 0, 0
    for place, character in enumerate(text):
        if character.isspace() and place + 1 < len(text) and not text[place + 1].isspace():
            seen += 1
            if seen % words == 0:
                yield text[start : place + 1]
                start = place + 1
    yield text[start:]
