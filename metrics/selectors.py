"""Reads about usage: calls and credits by day, whom a deprecation concerns."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Sum
from django.db.models.functions import TruncDate

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
