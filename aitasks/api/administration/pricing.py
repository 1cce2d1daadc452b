"""Prices by version: what everything costs now, what it has cost, and a new price."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import StaffView
from aitasks import registry
from aitasks.services import administering
from billing import selectors as billing_selectors
from billing.models import Price
from common.contracts.paging import parse_page, render_page
from common.contracts.platform import PLATFORM
from common.contracts.views import StrictSerializer
from common.contracts.wire import Int64Field, TimestampField, int64, timestamp
from common.errors import Kind

PAGES = [
    OpenApiParameter("limit", int, description="How many on a page, 1 to 100."),
    OpenApiParameter("cursor", str, description="`next` of the page before."),
]
PRICE_MAX = 10**12
PRICED = [
    OpenApiParameter("feature", str, description="Only prices of this feature."),
    OpenApiParameter("target", str, description="Only prices of this target."),
]


class NewPriceSerializer(StrictSerializer):
    """A price from ``validFrom`` on, from now on where it is left out: ``credits`` for every ``per`` units or part of them."""

    feature = serializers.CharField(max_length=60)
    target = serializers.CharField(max_length=60)
    credits = Int64Field()
    per = Int64Field(required=False, default=1)
    validFrom = TimestampField(required=False, allow_null=True, default=None)

    def validate_credits(self, value: int) -> int:
        """Refuse to pay for calls."""
        return _checked(value, least=0)

    def validate_per(self, value: int) -> int:
        """Refuse no units."""
        return _checked(value, least=1)


class PriceVersionSerializer(serializers.Serializer[object]):
    """A price that was set; it holds from ``validFrom`` until the next one of the same feature and target."""

    id = serializers.CharField()
    feature = serializers.CharField()
    target = serializers.CharField()
    credits = Int64Field()
    per = Int64Field()
    validFrom = TimestampField()
    setBy = serializers.UUIDField(allow_null=True)


class CurrentPriceSerializer(serializers.Serializer[object]):
    """What a call costs now. ``isDeclared``: nobody has set a price, the feature's own holds."""

    feature = serializers.CharField()
    target = serializers.CharField()
    unit = serializers.CharField()
    credits = Int64Field()
    per = Int64Field()
    isDeclared = serializers.BooleanField()


class PriceHistorySerializer(serializers.Serializer[object]):
    """A page of prices that were set, newest first."""

    items = PriceVersionSerializer(many=True)
    next = serializers.CharField(allow_blank=True)


class PricingSerializer(serializers.Serializer[object]):
    """What everything costs now, all on one page, and every price that was ever set."""

    items = CurrentPriceSerializer(many=True)
    next = serializers.CharField(allow_blank=True)
    history = PriceHistorySerializer()


class Pricing(StaffView):
    """``/api/admin/pricing``."""

    dialect = PLATFORM
    permissions = {"GET": "billing.view_price", "POST": "billing.add_price"}
    error_kinds = (Kind.NOT_FOUND, Kind.CONFLICT)
    error_examples = {"unknown": registry.UnknownFeature("dream"), "taken": administering.PriceTaken()}

    @extend_schema(operation_id="admin_pricing_get", responses={200: PricingSerializer}, parameters=[*PRICED, *PAGES])
    def get(self, request: Request) -> Response:
        """Return what everything costs now, and a page of every price that was ever set."""
        feature, target = (request.query_params.get(name, "") for name in ("feature", "target"))
        rows = billing_selectors.list_price_versions(feature=feature, target=target)
        history = render_page(rows, parse_page(request), render_price, key=int)
        return Response({"items": list(render_current(feature, target)), "next": "", "history": history})

    @extend_schema(operation_id="admin_pricing_set", request=NewPriceSerializer, responses={201: PriceVersionSerializer})
    def post(self, request: Request) -> Response:
        """Set a price: a new version, no older one is changed; a task is charged what was valid when it was made."""
        body = self.read_body(NewPriceSerializer)
        row = administering.set_price(
            staff=self.staff,
            feature=body["feature"],
            target=body["target"],
            credits=body["credits"],
            per=body["per"],
            valid_from=body["validFrom"],
        )
        return Response(render_price(row), status=201)


def render_price(row: Price) -> dict[str, Any]:
    """Return a price that was set."""
    return {
        "id": int64(row.pk),
        "feature": row.feature,
        "target": row.target,
        "credits": int64(row.credits),
        "per": int64(row.per),
        "validFrom": timestamp(row.valid_from),
        "setBy": str(row.created_by_id) if row.created_by_id else None,
    }


def render_current(feature: str, target: str) -> Iterable[dict[str, Any]]:
    """Yield what everything costs now, or what is asked for."""
    valid = billing_selectors.list_prices()
    for declared in registry.all_features().values():
        for name, price in declared.prices.items():
            now = valid.get((declared.name, name))
            if feature in {"", declared.name} and target in {"", name}:
                yield {
                    "feature": declared.name,
                    "target": name,
                    "unit": price.unit,
                    "credits": int64(now.credits if now else price.credits),
                    "per": int64(now.per if now else price.per),
                    "isDeclared": now is None,
                }


def _checked(value: int, *, least: int) -> int:
    if not least <= value <= PRICE_MAX:
        message = f"Must be from {least} to {PRICE_MAX}."
        raise serializers.ValidationError(message)
    return value
