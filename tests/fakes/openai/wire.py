"""What a reply of the fake is made of, and how it goes wrong on request."""

import itertools
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Json:
    """A whole reply."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sse:
    """One server-sent event; ``text`` marks those that carry a piece of the reply. A ``data`` of text is sent as it is."""

    data: Any
    name: str = ""
    text: bool = False

    def encode(self, body: str) -> bytes:
        """Return the event's bytes."""
        head = f"event: {self.name}\n" if self.name else ""
        return f"{head}data: {body}\n\n".encode()


@dataclass(slots=True)
class Trouble:
    """What goes wrong, how often: with a ``status`` at once; otherwise ``how``, when ``after`` pieces of text have been sent.

    ``hang`` says nothing more; ``drip`` sends a byte a second; ``garbage`` sends what is no JSON; ``truncate`` cuts the connection; ``cut``
    ends the stream properly but without an end of the reply; ``error`` sends the dialect's error event; ``filter`` stops for the content.
    """

    status: int = 0
    how: str = ""
    code: str | None = None
    message: str = "Something is wrong."
    headers: Mapping[str, str] = field(default_factory=dict)
    after: int = 0
    times: int = 1


class Refused(Exception):
    """The fake refuses a request, with a status."""

    def __init__(self, status: int, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.reply = Json(error_body(status, message, code=code, param=param), status)


def error_body(status: int, message: str, *, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    """Return the body of an error."""
    kinds = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
    kind = kinds.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def make_id(prefix: str) -> str:
    """Return a new id, as the vendor's look."""
    return f"{prefix}_{next(_numbers):024x}"


def now() -> int:
    """Return the time as the vendor writes it."""
    return int(time.time())


def split(text: str) -> Iterator[str]:
    """Return a text in words, spaces kept: the tokens of the fake."""
    words = text.split(" ")
    for number, word in enumerate(words):
        yield word + (" " if number < len(words) - 1 else "")


def count_tokens(text: str) -> int:
    """Return how many tokens a text is."""
    return len(text.split())


def page(rows: list[dict[str, Any]], query: Mapping[str, str]) -> Json:
    """Return the page of a list that the query asks for: ``order`` (newest first by default), ``after``, ``limit``."""
    ordered = rows if query.get("order") == "asc" else rows[::-1]
    ids = [row["id"] for row in ordered]
    start = ids.index(query["after"]) + 1 if query.get("after") in ids else 0
    shown = ordered[start : start + int(query.get("limit", "20"))]
    ends = (shown[0]["id"], shown[-1]["id"]) if shown else ("", "")
    more = bool(shown) and ids[-1] != ends[1]
    return Json({"object": "list", "data": shown, "first_id": ends[0], "last_id": ends[1], "has_more": more})
