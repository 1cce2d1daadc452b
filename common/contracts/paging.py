"""Lists in pages (A-1.5): ``{"items", "next"}`` with ``limit`` and an opaque ``cursor``, newest first.

The cursor is the last id of the page before, so a page costs the same however deep it lies, and new rows never shift it.
"""

import base64
import binascii
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from rest_framework.request import Request

from common import errors

Row = TypeVar("Row")
LIMIT_DEFAULT, LIMIT_MAX, LIMIT_DIGITS = 20, 100, 3
PLACE_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for."""

    limit: int
    after: str


def parse_page(request: Request) -> Page:
    """Return the page that the query string asks for; raises :class:`errors.Invalid`."""
    limit = request.query_params.get("limit", str(LIMIT_DEFAULT))
    if not (limit.isascii() and limit.isdigit() and len(limit) <= LIMIT_DIGITS and 1 <= int(limit) <= LIMIT_MAX):
        raise errors.Invalid(f"limit must be a whole number from 1 to {LIMIT_MAX}.")
    return Page(int(limit), _decode(request.query_params.get("cursor", "")))


def parse_choice(request: Request, name: str, choices: Collection[str]) -> str:
    """Return the query parameter ``name``, which is left out or one of ``choices``; raises :class:`errors.Invalid`."""
    given = request.query_params.get(name, "")
    if given and given not in choices:
        raise errors.Invalid(f"{name} must be one of {', '.join(choices)}.")
    return given


def parse_id(request: Request, name: str) -> UUID | None:
    """Return the query parameter ``name`` as an id, or None where it is left out; raises :class:`errors.Invalid`."""
    given = request.query_params.get(name, "")
    try:
        return UUID(given) if given else None
    except ValueError:
        raise errors.Invalid(f"{name} must be an id.") from None


def parse_start(page: Page) -> int:
    """Return at which place a page of :func:`render_groups` begins."""
    if not page.after:
        return 0
    if not (page.after.isdigit() and len(page.after) <= PLACE_DIGITS):
        raise _bad_cursor()
    return int(page.after)


def render_groups(found: Sequence[Any], page: Page, item: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """Return a page of rows that have no id, such as sums: ``found`` begins at :func:`parse_start` and holds one more than is shown.

    Its cursor is a place, so what changes meanwhile may move a row from one page to the next.
    """
    more = len(found) > page.limit
    end = str(parse_start(page) + page.limit)
    return {"items": [item(row) for row in found[: page.limit]], "next": _encode(end) if more else ""}


def render_page(rows: "QuerySet[Any]", page: Page, item: Callable[[Any], dict[str, Any]], *, key: type = UUID) -> dict[str, Any]:
    """Return one page of ``rows``, which has to be ordered by ``-pk``; ``item`` renders a row, ``key`` is the type of its id."""
    if page.after:
        rows = rows.filter(pk__lt=_key(page.after, key))
    found: Sequence[Model] = list(rows[: page.limit + 1])
    shown = found[: page.limit]
    more = len(found) > page.limit
    return {"items": [item(row) for row in shown], "next": _encode(str(shown[-1].pk)) if more else ""}


def render_sorted(found: Sequence[Row], page: Page, item: Callable[[Row], dict[str, Any]], *, key: Callable[[Row], str]) -> dict[str, Any]:
    """Return one page of rows that are computed as a whole, in their own order; ``key`` is what tells a row from all others."""
    keys = [key(row) for row in found]
    if page.after and page.after not in keys:
        raise _bad_cursor()
    start = keys.index(page.after) + 1 if page.after else 0
    shown = found[start : start + page.limit]
    more = start + page.limit < len(found)
    return {"items": [item(row) for row in shown], "next": _encode(key(shown[-1])) if more else ""}


def _key(text: str, key: type) -> Any:
    try:
        return key(text)
    except ValueError:
        raise _bad_cursor() from None


def _encode(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str) -> str:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise _bad_cursor() from None


def _bad_cursor() -> errors.Invalid:
    return errors.Invalid("cursor is not one that this list gave out. Leave it out to begin at the start.")
