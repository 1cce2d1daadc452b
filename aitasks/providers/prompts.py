"""What a language model is told: a step's work as chat messages, in the same words for every vendor.

It stands beside :mod:`port` because what our features mean is the same at every vendor. How one is shown a picture is its room's affair.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aitasks.features import units
from aitasks.providers.port import Work
from common import errors

TEXT_CHARACTERS_MAX = 200_000
"""The most that a source may hold, as everywhere."""

FILE_BYTES_MAX = 20_000_000
"""The largest file that is sent along: vendors refuse more, and it is held in memory while it is sent."""

DOCUMENT = "application/pdf"

Message = Mapping[str, str]

INSPIRE = (
    "Answer the question. Use the context alone, and no more than {sentences} of its sentences. If the context does not hold the answer, "
    "say that it does not. Reply with the answer only, in the question's language."
)
TRANSFORM = "Change the text exactly as wished, wish by wish in order. Reply with the changed text only: no introduction, no quotes."
DO = "Do what is wished; if there is a text, the wish is about it. Reply with the result only, in the language of the wish."

EXTRACT = (
    "Read the file and reply with what is wanted from it, and nothing else: no introduction, no remarks. Copy what is written there word "
    "for word. If it does not hold what is wanted, say that it does not."
)
EXTRACT_USUAL = "All of its text, word for word; without any, what is to be seen."


class FileTooLarge(errors.Oversized):
    """The source is larger than a language model is shown."""

    def __init__(self) -> None:
        super().__init__(f"The source is larger than {FILE_BYTES_MAX // 1_000_000} MB. Send a smaller one.")


class NoText(errors.Invalid):
    """The source is no text, or too much of it."""


def write_messages(work: Work) -> list[Message]:
    """Return the messages for a step; raises :class:`NoText`."""
    return WRITERS[work.step](work)


def count_input(work: Work) -> int:
    """Return the characters that the work's own text counts as, by the rule that all providers share."""
    return units.count_input(
        source_type=work.source.type if work.source else "",
        source_characters=len(work.source.text or "") if work.source else 0,
        prompt=work.prompt,
        negative=work.negative,
    )


def _inspire(work: Work) -> list[Message]:
    parts = [("Context", work.prompt), ("Question", read_source(work)), ("Avoid", work.negative)]
    return _tell(INSPIRE.format(sentences=work.parameters.get("sentences", 3)), parts)


def _transform(work: Work) -> list[Message]:
    return _tell(TRANSFORM, [("Wishes", work.prompt), ("Avoid", work.negative), ("Text", read_source(work))])


def _do(work: Work) -> list[Message]:
    return _tell(DO, [("Wish", work.prompt), ("Avoid", work.negative), ("Text", read_source(work))])


def encode_source(work: Work) -> str:
    """Return the source file's bytes in base64; raises :class:`FileTooLarge`, or :class:`NoText` without a file."""
    path = work.source.path if work.source else None
    if path is None:
        raise NoText("The source has no file. Send one.")
    if path.stat().st_size > FILE_BYTES_MAX:
        raise FileTooLarge
    return b64encode(path.read_bytes()).decode()


def _extract(work: Work) -> list[Message]:
    is_document = work.source is not None and work.source.type == DOCUMENT
    pages = f"the first {work.parameters['pages']}, if there are more" if is_document and "pages" in work.parameters else ""
    return _tell(EXTRACT, [("Wanted", work.prompt.strip() or EXTRACT_USUAL), ("Avoid", work.negative), ("Pages", pages)])


def _chat(work: Work) -> list[Message]:
    """Return the conversation as it is, the new message last."""
    said: Sequence[Any] = work.context.get("messages") or [{"role": "user", "content": work.prompt}]
    return [{"role": str(message["role"]), "content": str(message["content"])} for message in said]


def _tell(rule: str, parts: Sequence[tuple[str, str]]) -> list[Message]:
    body = "\n\n".join(f"{name}:\n{text}" for name, text in parts if text)
    return [{"role": "system", "content": rule}, {"role": "user", "content": body}]


def read_source(work: Work) -> str:
    """Return the source's text, or an empty one without a source; raises :class:`NoText`."""
    if work.source is None:
        return ""
    if work.source.text is not None:
        return work.source.text
    if work.source.path is None:
        raise NoText("The source has no text. Send a text, or a text file.")
    with work.source.path.open(encoding="utf-8-sig", errors="replace") as file:
        text = file.read(TEXT_CHARACTERS_MAX + 1)
    if "\0" in text or len(text) > TEXT_CHARACTERS_MAX:
        raise NoText(f"The source is no text, or longer than {TEXT_CHARACTERS_MAX:,} characters. Send another, or send it in parts.")
    return text


WRITERS: Mapping[str, Callable[[Work], list[Message]]] = {
    "inspire": _inspire,
    "intent2text": _do,
    "transform": _transform,
    "chat": _chat,
    "extract": _extract,
}
"""By step; what is not here is not served. ``text2intent`` is missing on purpose: a language model needs nobody to find out the wish."""
