"""Contract P, administration: what was used, added up by the database (P-6.1)."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import StaffView
from common import clock, errors
from common.contracts.paging import parse_choice, parse_page, parse_start, render_groups
from common.contracts.platform import PLATFORM
from common.contracts.wire import Int64Field, TimestampField, int64, timestamp
from metrics import selectors

SPAN_DEFAULT, SPAN_MAX = timedelta(days=30), timedelta(days=366)
MOMENT = TimestampField()


class TotalsSerializer(serializers.Serializer[object]):
    """Calls that ended, how they ended, and what they used. ``latencyMs`` is the average from start to end."""

    calls = Int64Field()
    succeeded = Int64Field()
    failed = Int64Field()
    cancelled = Int64Field()
    units = Int64Field()
    credits = Int64Field()
    latencyMs = Int64Field()


class UsageGroupSerializer(TotalsSerializer):
    """The totals of one day (``2026-11-20``), API, user (by the id of their account), app or provider.

    ``email`` is there for users who were not deleted.
    """

    key = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_null=True)


class UsageByGroupSerializer(serializers.Serializer[object]):
    """Usage from ``from`` on and before ``to``: all of it, and a page of its parts, the most expensive first (days: the newest)."""

    by = serializers.ChoiceField(choices=[(name, name) for name in selectors.GROUPS])
    to = TimestampField()
    totals = TotalsSerializer()
    items = UsageGroupSerializer(many=True)
    next = serializers.CharField(allow_blank=True)

    def get_fields(self) -> dict[str, Any]:
        """Add the field whose name Python keeps for itself."""
        return super().get_fields() | {"from": TimestampField()}


class Usage(StaffView):
    """``/api/admin/usage``."""

    dialect = PLATFORM
    permissions = {"GET": "metrics.view_usagerecord"}

    @extend_schema(
        operation_id="admin_usage_get",
        responses={200: UsageByGroupSerializer},
        parameters=[
            OpenApiParameter("by", str, enum=list(selectors.GROUPS), description="What to group by; days if left out."),
            OpenApiParameter("from", str, description="A moment or a day (UTC); 30 days before `to` if left out."),
            OpenApiParameter("to", str, description="A moment or a day (UTC), not included; now if left out."),
            OpenApiParameter("limit", int, description="Groups on a page, 1 to 100."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
    )
    def get(self, request: Request) -> Response:
        """Return what was used in a span of time, in total and by day, API, user, app or provider."""
        by = parse_choice(request, "by", selectors.GROUPS) or "day"
        begin, end = parse_span(request)
        page = parse_page(request)
        found = selectors.list_groups(by=by, begin=begin, end=end, start=parse_start(page), count=page.limit + 1)
        return Response(
            {
                "by": by,
                "from": timestamp(begin),
                "to": timestamp(end),
                "totals": render_totals(selectors.get_totals(begin=begin, end=end)),
                **render_groups(found, page, render_group),
            }
        )


def parse_span(request: Request) -> tuple[datetime, datetime]:
    """Return from when to when; raises ``errors.Invalid`` for what is no moment, and for more than a year."""
    end = _parse_moment(request, "to") or clock.now()
    begin = _parse_moment(request, "from") or end - SPAN_DEFAULT
    if not timedelta(0) < end - begin <= SPAN_MAX:
        raise errors.Invalid(f"from must be before to, by {SPAN_MAX.days} days at most.")
    return begin, end


def _parse_moment(request: Request, name: str) -> datetime | None:
    given = request.query_params.get(name, "")
    if not given:
        return None
    try:
        return MOMENT.to_internal_value(f"{date.fromisoformat(given)}T00:00:00Z" if len(given) == len("2026-11-20") else given)
    except (serializers.ValidationError, ValueError):
        raise errors.Invalid(f"{name} must be a day such as 2026-11-20, or a moment such as 2026-11-20T10:00:00Z.") from None


def render_group(group: selectors.Group) -> dict[str, Any]:
    """Return a group with its totals."""
    key = str(group.key) if isinstance(group.key, (UUID, date)) else group.key
    return {"key": key, "email": group.email, **render_totals(group.totals)}


def render_totals(totals: selectors.Totals) -> dict[str, str]:
    """Return totals."""
    return {
        "calls": int64(totals.calls),
        "succeeded": int64(totals.succeeded),
        "failed": int64(totals.failed),
        "cancelled": int64(totals.cancelled),
        "units": int64(totals.units),
        "credits": int64(totals.credits),
        "latencyMs": int64(totals.latency_ms),
    }
