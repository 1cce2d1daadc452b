"""Reads about usage: what was used in a span of time, and whom a deprecation concerns.

Sums are made by the database, over an indexed range of time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncHour

from accounts.models import User
from common import clock
from metrics.models import DeprecatedCall, DeprecationNotice, UsageRecord

CALLED_WITHIN = timedelta(days=90)
"""G-7.2: whoever called it in the last 90 days."""


@dataclass(frozen=True, slots=True)
class Developer:
    """Somebody who calls a deprecated endpoint."""

    account_id: UUID
    email: str
    first_name: str


@dataclass(frozen=True, slots=True)
class Span:
    """Days in UTC, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class DayUsage:
    """The calls of one API through one app (empty: through none) that ended on one day."""

    day: date
    api: str
    app_id: str
    calls: int
    credits: int


def list_usage(*, account_id: UUID, span: Span, api: str | None = None, app_id: str | None = None) -> list[DayUsage]:
    """Return the account's calls that ended in ``span``, by day (newest first), API and app; one statement over the account's index."""
    begin = datetime.combine(span.first, time.min, UTC)
    end = datetime.combine(span.last, time.min, UTC) + timedelta(days=1)
    records = UsageRecord.objects.filter(account_id=account_id, created_at__gte=begin, created_at__lt=end)
    if api is not None:
        records = records.filter(api=api)
    if app_id is not None:
        records = records.filter(app_id=app_id)
    grouped = records.annotate(day=TruncDate("created_at", tzinfo=UTC)).values("day", "api", "app_id")
    rows = grouped.annotate(calls=Count("pk"), spent=Sum("credits")).order_by("-day", "api", "app_id")
    return [DayUsage(*row) for row in rows.values_list("day", "api", "app_id", "calls", "spent")]


def list_untold(endpoint: str) -> list[Developer]:
    """Return the people who called a deprecated endpoint in the last 90 days and were not told yet, by address.

    Accounts without a person (a marketplace's users, machines) and disabled people get no mail.
    """
    since = (clock.now() - CALLED_WITHIN).date()
    told = DeprecationNotice.objects.filter(endpoint=endpoint, account_id=OuterRef("account_id"))
    calls = DeprecatedCall.objects.filter(~Exists(told), endpoint=endpoint, day__gte=since)
    people = User.objects.filter(account__id__in=calls.values("account_id"), is_active=True).order_by("email")
    return [Developer(*facts) for facts in people.values_list("account__id", "email", "first_name")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What calls that ended have used; ``latency_ms`` is the average, ``wait_ms`` the longest wait for a worker."""

    calls: int = 0
    succeeded: int = 0
    failed: int = 0
    cancelled: int = 0
    units: int = 0
    credits: int = 0
    latency_ms: int = 0
    wait_ms: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """The totals of what has one ``key``; ``email`` is the person's where the key is an account."""

    key: Any
    totals: Totals
    email: str | None = None


GROUPS: dict[str, Any] = {
    "day": TruncDate("created_at"),
    "api": F("api"),
    "user": F("account_id"),
    "app": F("app_id"),
    "provider": F("provider"),
}
"""What usage can be grouped by."""
SUMS: dict[str, Any] = {
    "calls": Count("pk"),
    "succeeded": Count("pk", filter=Q(outcome="succeeded")),
    "failed": Count("pk", filter=Q(outcome="failed")),
    "cancelled": Count("pk", filter=Q(outcome="cancelled")),
    "sum_units": Sum("units"),
    "sum_credits": Sum("credits"),
    "average_ms": Avg("latency_ms"),
    "longest_ms": Max("wait_ms"),
}


def get_totals(*, begin: datetime, end: datetime) -> Totals:
    """Return what was used from ``begin`` on and before ``end``."""
    return _totals(_within(begin, end).aggregate(**SUMS))


def list_groups(*, by: str, begin: datetime, end: datetime, start: int, count: int) -> list[Group]:
    """Return ``count`` groups from place ``start`` on: days newest first, everything else the most expensive first."""
    order = ("-key",) if by == "day" else ("-sum_credits", "key")
    found = list(_within(begin, end).values(key=GROUPS[by]).annotate(**SUMS).order_by(*order)[start : start + count])
    people = User.objects.filter(account__id__in=[row["key"] for row in found]) if by == "user" else User.objects.none()
    emails = dict(people.values_list("account__id", "email"))
    return [Group(row["key"], _totals(row), emails.get(row["key"])) for row in found]


def get_by_hour(*, begin: datetime) -> dict[datetime, Totals]:
    """Return what was used since ``begin``, by the hour in which it ended."""
    return {row["key"]: _totals(row) for row in _within(begin, None).values(key=TruncHour("created_at")).annotate(**SUMS).order_by("key")}


def get_by_day(*, begin: datetime) -> dict[date, Totals]:
    """Return what was used since ``begin``, by day (UTC)."""
    return {row["key"]: _totals(row) for row in _within(begin, None).values(key=TruncDate("created_at")).annotate(**SUMS).order_by("key")}


def _within(begin: datetime, end: datetime | None) -> QuerySet[UsageRecord]:
    rows = UsageRecord.objects.filter(created_at__gte=begin)
    return rows if end is None else rows.filter(created_at__lt=end)


def _totals(row: Mapping[str, Any]) -> Totals:
    return Totals(
        calls=row["calls"],
        succeeded=row["succeeded"],
        failed=row["failed"],
        cancelled=row["cancelled"],
        units=row["sum_units"] or 0,
        credits=row["sum_credits"] or 0,
        latency_ms=round(row["average_ms"] or 0),
        wait_ms=row["longest_ms"] or 0,
    )
