"""Billing periods: where a month or a year after a moment ends, and what a part of a period costs."""

import calendar
from datetime import UTC, datetime
from typing import Any

MONTHS_PER = {"month": 1, "year": 12}
SECONDS_PER = {"day": 86_400, "week": 604_800}


def period_end(start: int, recurring: dict[str, Any], *, anchor: int) -> int:
    """Return when the period that begins at ``start`` ends, both in Unix seconds.

    Months end on the anchor's day, or on their last one where they are shorter, as Stripe has it: 31 January, 28 February, 31 March.
    """
    interval, count = recurring["interval"], recurring["interval_count"]
    if interval in SECONDS_PER:
        return start + int(SECONDS_PER[interval]) * int(count)
    at = datetime.fromtimestamp(start, UTC)
    months = at.year * 12 + at.month - 1 + MONTHS_PER[interval] * count
    year, month = divmod(months, 12)
    day = min(datetime.fromtimestamp(anchor, UTC).day, calendar.monthrange(year, month + 1)[1])
    return int(at.replace(year=year, month=month + 1, day=day).timestamp())


def prorated(amount: int, *, start: int, end: int, now: int) -> int:
    """Return what the rest of a period costs, rounded half up to a whole cent."""
    left = max(0, min(end - now, end - start))
    return (2 * amount * left + (end - start)) // (2 * (end - start))
