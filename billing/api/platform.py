"""Contract P: the user's credits (A-4.2, P-4.1), and the plans with what each includes."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import CallerView
from accounts.services import access
from billing import selectors
from billing.models import Grant, Offer, Transfer
from billing.services import catalogue, ledger
from billing.states import PLANS, SUBSCRIPTION_STATUSES, Plan
from common.contracts.paging import parse_page, render_page
from common.contracts.platform import PLATFORM
from common.contracts.wire import Int64Field, TimestampField, find_timestamp, int64, timestamp


class GrantSerializer(serializers.Serializer[object]):
    """Credits given once, and what is left of them."""

    source = serializers.CharField()  # type: ignore[assignment]  # the contract's name for it; the base has an attribute of that name
    amount = Int64Field()
    remaining = Int64Field()
    expiresAt = TimestampField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class MovementSerializer(serializers.Serializer[object]):
    """One movement of credits. ``reference`` is the hold, grant or task it belongs to."""

    id = serializers.CharField()
    kind = serializers.CharField()
    amount = Int64Field()
    reference = serializers.CharField()
    createdAt = TimestampField()


class HistorySerializer(serializers.Serializer[object]):
    """A page of movements, newest first."""

    items = MovementSerializer(many=True)
    next = serializers.CharField(allow_blank=True)


class CreditsSerializer(serializers.Serializer[object]):
    """What can be spent, what is reserved, where it came from and where it went."""

    balance = Int64Field()
    reserved = Int64Field()
    grants = GrantSerializer(many=True)
    history = HistorySerializer()


class PlanPriceSerializer(serializers.Serializer[object]):
    """What a plan costs: ``amount`` in the currency's smallest unit, every ``interval``."""

    amount = Int64Field()
    currency = serializers.CharField()
    interval = serializers.CharField()


class QuotaSerializer(serializers.Serializer[object]):
    """How many calls of an API (``*``: of all together) may be made in a period."""

    api = serializers.CharField()
    period = serializers.CharField()
    limit = serializers.IntegerField()


class QuotaUseSerializer(QuotaSerializer):
    """A quota of the caller's, and how far it is used."""

    used = serializers.IntegerField()
    resetsAt = TimestampField()


class SimultaneousSerializer(serializers.Serializer[object]):
    """How many unfinished tasks there may be (null: any number), and how many there are."""

    limit = serializers.IntegerField(allow_null=True)
    used = serializers.IntegerField()


class PlanSerializer(serializers.Serializer[object]):
    """A plan and what it includes; ``credits`` come with every paid period."""

    name = serializers.ChoiceField(choices=PLANS)
    title = serializers.CharField()
    current = serializers.BooleanField()
    offered = serializers.BooleanField()
    price = PlanPriceSerializer()
    credits = Int64Field()
    simultaneousTasks = serializers.IntegerField()
    apis = serializers.ListField(child=serializers.CharField())
    quotas = QuotaSerializer(many=True)


class PlansSerializer(serializers.Serializer[object]):
    """All plans, which one the caller has, and what limits the caller now."""

    current = serializers.ChoiceField(choices=PLANS)
    status = serializers.ChoiceField(choices=SUBSCRIPTION_STATUSES)
    expiresAt = TimestampField(allow_null=True)
    simultaneousTasks = SimultaneousSerializer()
    quotas = QuotaUseSerializer(many=True)
    items = PlanSerializer(many=True)
    next = serializers.CharField(allow_blank=True)


class Plans(CallerView):
    """``/api/user/plans``."""

    dialect = PLATFORM
    api = "plans"

    @extend_schema(operation_id="api_user_plans_get", responses={200: PlansSerializer})
    def get(self, request: Request) -> Response:
        """Return the plans with what each includes, the caller's own among them, and the caller's limits."""
        standing = selectors.get_standing(self.caller.account_id)
        free = Offer(name=Plan.FREE.value, title="Free", credits=0, amount=0)
        quotas = selectors.list_quotas()
        plans = [render_plan(offer, quotas.get(offer.name, {}), standing.plan) for offer in (free, *catalogue.list_plans())]
        return Response(
            {"current": standing.plan.value, "status": standing.status.value, "expiresAt": find_timestamp(standing.expires_at)}
            | selectors.describe_limits(self.caller.account_id)
            | {"items": plans, "next": ""}
        )


class Credits(CallerView):
    """``/api/user/credits``."""

    dialect = PLATFORM
    api = "credits"

    @extend_schema(
        responses={200: CreditsSerializer},
        parameters=[
            OpenApiParameter("limit", int, description="Movements on a page, 1 to 100."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
    )
    def get(self, request: Request) -> Response:
        """Return the balance, the grants that it consists of, and a page of its history."""
        account_id, page = self.caller.account_id, parse_page(request)
        ledger.open_wallet(account_id=account_id)
        balance = selectors.get_balance(account_id)
        return Response(
            {
                "balance": int64(balance.available),
                "reserved": int64(balance.reserved),
                "grants": [render_grant(row) for row in selectors.list_grants(account_id)],
                "history": render_page(selectors.list_transfers(account_id), page, render_transfer, key=int),
            }
        )


def render_plan(offer: Offer, limits: selectors.Limits, current: Plan) -> dict[str, Any]:
    """Return a plan with what it includes."""
    return {
        "name": offer.name,
        "title": offer.title,
        "current": offer.name == current,
        "offered": offer.is_offered,
        "price": {"amount": int64(offer.amount), "currency": offer.currency, "interval": "month"},
        "credits": int64(offer.credits),
        "simultaneousTasks": settings.PLAN_SIMULTANEOUS_TASKS[offer.name],
        "apis": access.list_plan_apis(plan=offer.name),
        "quotas": [{"api": api, "period": period, "limit": limit} for (api, period), limit in sorted(limits.items())],
    }


def render_grant(row: Grant) -> dict[str, Any]:
    """Return a grant as its owner sees it."""
    return {
        "source": row.source,
        "amount": int64(row.amount),
        "remaining": int64(row.remaining),
        "expiresAt": find_timestamp(row.expires_at),
        "reason": row.reason,
    }


def render_transfer(row: Transfer) -> dict[str, Any]:
    """Return a movement as the account's owner sees it."""
    return {
        "id": int64(row.pk),
        "kind": row.kind,
        "amount": int64(row.amount),
        "reference": row.ref,
        "createdAt": timestamp(row.created_at),
    }
