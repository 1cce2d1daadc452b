"""What it means that an endpoint is deprecated: one declaration, and the reply headers that follow from it (G-7.2).

An endpoint says ``deprecation = Deprecation(…)`` on its view, a whole version in ``common/contracts/versions.py``. Nothing else is written
by hand: headers, OpenAPI document, documentation page, checks, records of who still calls and the notices to them follow.

Invariant: nothing happens to what is not deprecated, and a deprecated endpoint works as before until it is removed.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.http import http_date

NOTICE_MONTHS_MIN = 6
"""G-7.2: a sunset less than six months after the notice is refused."""


class Listener(Protocol):
    """Who is told of calls to deprecated endpoints; ``endpoint`` is a method and a path, as in ``POST /api/v1/things``."""

    def __call__(self, *, account_id: UUID, endpoint: str) -> None:
        """Take note."""


_listeners: list[Listener] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """A notice: given on ``since``, good until ``sunset``, from which day on (UTC) the endpoint may be gone.

    ``guide`` is the absolute address of a page that says how to move; ``successor`` names what replaces the endpoint, such as
    ``POST /api/v2/things``.
    """

    since: date
    sunset: date
    guide: str
    successor: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of every reply: ``Deprecation`` (RFC 9745), ``Sunset`` (RFC 8594) and ``Link`` (RFC 8288)."""
        return {
            "Deprecation": f"@{_midnight(self.since)}",
            "Sunset": http_date(_midnight(self.sunset)),
            "Link": f'<{self.guide}>; rel="deprecation"; type="text/html", <{self.guide}>; rel="sunset"; type="text/html"',
        }

    @property
    def sentence(self) -> str:
        """Return the notice in words."""
        instead = f" Use `{self.successor}` instead." if self.successor else ""
        return f"Deprecated since {self.since}; works until {self.sunset}.{instead} How to move: {self.guide}"

    @property
    def sunset_min(self) -> date:
        """Return the first day that is far enough from the notice."""
        return add_months(self.since, NOTICE_MONTHS_MIN)


def mark(response: HttpResponseBase, deprecation: Deprecation | None) -> None:
    """Add the headers of ``deprecation``, if there is one; links that the reply has already stay."""
    for name, value in deprecation.headers.items() if deprecation else ():
        earlier = response.headers.get(name) if name == "Link" else None
        response.headers[name] = f"{earlier}, {value}" if earlier else value


def listen(listener: Listener) -> None:
    """Register a listener of a higher floor, at start (``AppConfig.ready``), so that neither the contracts nor accounts need to know it."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(*, account_id: UUID, endpoint: str) -> None:
    """Tell the listeners that an account has called a deprecated endpoint."""
    for listener in _listeners:
        listener(account_id=account_id, endpoint=endpoint)


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
