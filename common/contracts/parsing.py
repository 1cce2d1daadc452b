"""A JSON parser that refuses what would break something behind it.

Python's own accepts NaN, endless integers, NUL characters and lone surrogates, which then fail in the database or in the reply, and runs
out of stack on deep nesting. Each is answered here, before anybody has looked at the body, as a malformed request.
"""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from rest_framework.parsers import BaseParser

from common import errors

DEPTH_MAX = 32
INTEGER_DIGITS_MAX = 40


class StrictJsonParser(BaseParser):
    """Reads ``application/json`` in UTF-8."""

    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the body as Python values; raises :class:`errors.Malformed` with what is wrong."""
        return parse_json(stream.read())


def parse_json(raw: bytes) -> Any:
    """Return the JSON document ``raw``; raises :class:`errors.Malformed` for anything that is not one, strictly."""
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant, parse_int=_parse_int, object_pairs_hook=_unique)
    except UnicodeDecodeError:
        raise errors.Malformed("The body is not UTF-8. Send JSON in UTF-8.") from None
    except RecursionError:
        raise errors.Malformed(f"The body is nested deeper than {DEPTH_MAX} levels.") from None
    except ValueError as error:
        raise errors.Malformed(f"The body is not valid JSON: {error}.") from None
    check_json(value)
    return value


def check_json(value: Any) -> None:
    """Refuse values that a database or a reply cannot carry: NUL, lone surrogates, infinite numbers, nesting without end."""
    todo: list[tuple[Any, int]] = [(value, 1)]
    while todo:
        item, depth = todo.pop()
        if depth > DEPTH_MAX:
            raise errors.Malformed(f"The body is nested deeper than {DEPTH_MAX} levels.")
        if isinstance(item, str):
            _check_text(item)
        elif isinstance(item, float) and item in (float("inf"), float("-inf")):
            raise errors.Malformed("A number is too large.")
        elif isinstance(item, dict):
            todo += [(part, depth + 1) for pair in item.items() for part in pair]
        elif isinstance(item, list):
            todo += [(part, depth + 1) for part in item]


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise errors.Malformed("A text contains a NUL character.")
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            raise errors.Malformed("A text contains half a surrogate pair.") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name given twice: readers on the way and behind us would disagree on which value counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise errors.Malformed("A name occurs twice in one object.")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise errors.Malformed(f"{name} is not JSON.")


def _parse_int(digits: str) -> int:
    if len(digits) > INTEGER_DIGITS_MAX:
        raise errors.Malformed("A number has too many digits.")
    return int(digits)
