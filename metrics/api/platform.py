"""Contract P: what the user's calls were and cost (P-4.1)."""

import re
from datetime import date, timedelta
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.above import answers
from accounts.api.authentication import CallerView
from common import clock, errors
from common.contracts.paging import parse_page, render_sorted
from common.contracts.platform import PLATFORM
from common.contracts.wire import Int64Field, TimestampField, int64
from metrics import selectors
from metrics.selectors import DayUsage, Span

DAYS_DEFAULT, DAYS_MAX = 30, 366
NAME_CHARACTERS_MAX = 100
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class DayUsageSerializer(serializers.Serializer[object]):
    """The calls of one API through one app (empty: through none) that ended on one day (UTC)."""

    day = serializers.DateField()
    api = serializers.CharField()
    appId = serializers.CharField(allow_blank=True)
    calls = Int64Field()
    credits = Int64Field()


class TotalSerializer(serializers.Serializer[object]):
    """All of it together."""

    calls = Int64Field()
    credits = Int64Field()


class UsedQuotaSerializer(serializers.Serializer[object]):
    """A quota of the caller's (``*``: for all APIs together), and how far it is used."""

    api = serializers.CharField()
    period = serializers.CharField()
    limit = serializers.IntegerField()
    used = serializers.IntegerField()
    resetsAt = TimestampField()


class OpenTasksSerializer(serializers.Serializer[object]):
    """How many unfinished tasks there may be (null: any number), and how many there are."""

    limit = serializers.IntegerField(allow_null=True)
    used = serializers.IntegerField()


class UsageReportSerializer(serializers.Serializer[object]):
    """Calls and credits by day, API and app, newest day first; the total of the whole span, whichever page is shown; the limits now."""

    fromDay = serializers.DateField()
    toDay = serializers.DateField()
    total = TotalSerializer()
    items = DayUsageSerializer(many=True)
    next = serializers.CharField(allow_blank=True)
    simultaneousTasks = OpenTasksSerializer()
    quotas = UsedQuotaSerializer(many=True)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields; ``from`` is a word of Python's own and cannot be declared by that name."""
        fields = super().get_fields()
        named = {"fromDay": "from", "toDay": "to"}
        return {named.get(name, name): field for name, field in fields.items()}


class Usage(CallerView):
    """``/api/user/usage``."""

    dialect = PLATFORM
    api = "usage"

    @extend_schema(
        operation_id="api_user_usage_get",
        responses={200: UsageReportSerializer},
        parameters=[
            OpenApiParameter("from", date, description=f"First day; {DAYS_DEFAULT} days in all where it is left out."),
            OpenApiParameter("to", date, description="Last day, included; today where it is left out."),
            OpenApiParameter("api", str, description="Calls of this API only."),
            OpenApiParameter("app", str, description="Calls through this app only."),
            OpenApiParameter("limit", int, description="Rows on a page, 1 to 100."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
    )
    def get(self, request: Request) -> Response:
        """Return the calls that ended and what they cost, by day, API and app."""
        span = parse_span(request)
        rows = selectors.list_usage(
            account_id=self.caller.account_id, span=span, api=parse_name(request, "api"), app_id=parse_name(request, "app")
        )
        total = {"calls": int64(sum(row.calls for row in rows)), "credits": int64(sum(row.credits for row in rows))}
        page = render_sorted(rows, parse_page(request), render_usage, key=usage_key)
        return Response(
            {"from": span.first.isoformat(), "to": span.last.isoformat(), "total": total}
            | page
            | answers.describe_limits(self.caller.account_id)
        )


def parse_span(request: Request) -> Span:
    """Return the days that ``from`` and ``to`` name, by default the last 30; raises ``errors.Invalid``."""
    last = parse_day(request, "to") or clock.now().date()
    earliest = date.min + timedelta(days=DAYS_MAX)
    if last < earliest:
        raise errors.Invalid("to is too long ago.")
    first = parse_day(request, "from") or last - timedelta(days=DAYS_DEFAULT - 1)
    if first > last:
        raise errors.Invalid("from must not be after to.")
    if (last - first).days >= DAYS_MAX:
        raise errors.Invalid(f"from and to may span {DAYS_MAX} days at most.")
    return Span(first, last)


def parse_day(request: Request, name: str) -> date | None:
    """Return the day that a parameter names, or None where it is left out; raises ``errors.Invalid``."""
    given = request.query_params.get(name, "")
    if not given:
        return None
    try:
        if DATE.fullmatch(given) and date.fromisoformat(given) < date.max:
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise errors.Invalid(f"{name} must be a day such as 2026-01-31.")


def parse_name(request: Request, name: str) -> str | None:
    """Return the API or app that a parameter names, or None; raises ``errors.Invalid``."""
    given = request.query_params.get(name)
    if given is not None and len(given) > NAME_CHARACTERS_MAX:
        raise errors.Invalid(f"{name} may have at most {NAME_CHARACTERS_MAX} characters.")
    return given


def usage_key(row: DayUsage) -> str:
    """Return what a page's cursor remembers of a row."""
    return f"{row.day.isoformat()} {row.api} {row.app_id}"


def render_usage(row: DayUsage) -> dict[str, Any]:
    """Return a row as its owner sees it."""
    return {
        "day": row.day.isoformat(), "api": row.api, "appId": row.app_id, "calls": int64(row.calls), "credits": int64(row.credits),
    }  # fmt: skip
