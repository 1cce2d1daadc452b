"""Contract G, section 3: subscriptions, credit packs, and Stripe's webhook."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import CallerView
from billing import selectors
from billing.selectors import Standing
from billing.services import checkout, inbox, subscriptions
from billing.states import Plan, SubscriptionStatus
from common.contracts.gateway import GATEWAY
from common.contracts.views import ContractView, StrictSerializer
from common.contracts.wire import TimestampField, timestamp
from common.errors import Kind

EXAMPLE_URL = "https://checkout.stripe.com/c/pay/cs_test_a1b2c3"


class SubscriptionStatusSerializer(serializers.Serializer[object]):
    """How the subscription stands. ``expiresOn`` is the end of what is paid; the free plan has none."""

    subscriptionStatus = serializers.ChoiceField(choices=[status.value for status in SubscriptionStatus])
    plan = serializers.ChoiceField(choices=[plan.value for plan in Plan])
    expiresOn = TimestampField(required=False)


class UpgradeSerializer(StrictSerializer):
    """The plan to pay for: ``basic`` or ``premium``."""

    plan = serializers.CharField(max_length=40, trim_whitespace=False)


class UpgradedSerializer(serializers.Serializer[object]):
    """Where to pay."""

    message = serializers.CharField()
    checkoutUrl = serializers.URLField()


class PackSerializer(StrictSerializer):
    """The pack of credits to buy, by its name."""

    pack = serializers.CharField(max_length=40, trim_whitespace=False)


class CheckoutSerializer(serializers.Serializer[object]):
    """Where to pay."""

    checkoutUrl = serializers.URLField()


class PortalSerializer(serializers.Serializer[object]):
    """Where cards are changed and invoices are found."""

    portalUrl = serializers.URLField()


class SubscriptionEndingSerializer(SubscriptionStatusSerializer):
    """How the subscription stands after it was cancelled."""

    message = serializers.CharField()


class ReceivedSerializer(serializers.Serializer[object]):
    """The event is stored."""

    received = serializers.BooleanField()


class Status(CallerView):
    """G-3.1."""

    dialect = GATEWAY
    api = "subscriptions"

    @extend_schema(
        responses={200: SubscriptionStatusSerializer},
        examples=[
            OpenApiExample("A new user", {"subscriptionStatus": "inactive", "plan": "free"}, response_only=True, status_codes=["200"]),
            OpenApiExample(
                "Paid",
                {"subscriptionStatus": "active", "plan": "premium", "expiresOn": "2026-12-20T10:00:00.000Z"},
                response_only=True,
                status_codes=["200"],
            ),
        ],
    )
    def get(self, request: Request) -> Response:
        """Return the caller's plan and how it stands."""
        return Response(render_standing(selectors.get_standing(self.caller.account_id)))


class Upgrade(CallerView):
    """G-3.2."""

    dialect = GATEWAY
    api = "subscriptions"
    error_kinds = (Kind.PAYMENT_REQUIRED, Kind.CONFLICT, Kind.PROVIDER_FAILED)

    @extend_schema(
        request=UpgradeSerializer,
        responses={200: UpgradedSerializer},
        examples=[
            OpenApiExample("To premium", {"plan": "premium"}, request_only=True),
            OpenApiExample(
                "Where to pay",
                {"message": "Subscription upgrade initiated.", "checkoutUrl": EXAMPLE_URL},
                response_only=True,
                status_codes=["200"],
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Begin to pay for a plan; a running subscription changes its plan at once, the difference in price with it."""
        url = checkout.upgrade(account_id=self.caller.account_id, plan=self.read_body(UpgradeSerializer)["plan"])
        return Response({"message": "Subscription upgrade initiated.", "checkoutUrl": url})


class Cancel(CallerView):
    """G-3.4: cancellation at the end of what is paid."""

    dialect = GATEWAY
    api = "subscriptions"
    error_kinds = (Kind.CONFLICT, Kind.PROVIDER_FAILED)

    @extend_schema(request=None, responses={200: SubscriptionEndingSerializer})
    def post(self, request: Request) -> Response:
        """Cancel the subscription at the end of what is paid, or drop a checkout that was not paid."""
        row = subscriptions.cancel(account_id=self.caller.account_id)
        return Response({"message": "Subscription cancelled."} | render_standing(selectors.describe(row)))


class Portal(CallerView):
    """G-3.4: Stripe's customer portal."""

    dialect = GATEWAY
    api = "subscriptions"
    error_kinds = (Kind.PROVIDER_FAILED,)

    @extend_schema(request=None, responses={200: PortalSerializer})
    def post(self, request: Request) -> Response:
        """Return the address of the customer portal, good for a short time."""
        return Response({"portalUrl": subscriptions.open_portal(account_id=self.caller.account_id)})


class Packs(CallerView):
    """G-3.4: packs of credits, paid once."""

    dialect = GATEWAY
    api = "subscriptions"
    error_kinds = (Kind.PROVIDER_FAILED,)

    @extend_schema(
        request=PackSerializer,
        responses={200: CheckoutSerializer},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key begins one checkout.")],
        examples=[OpenApiExample("A small pack", {"pack": "small"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Begin to pay for a pack of credits."""
        key = request.headers.get("Idempotency-Key", "")
        url = checkout.buy_pack(account_id=self.caller.account_id, pack=self.read_body(PackSerializer)["pack"], key=key)
        return Response({"checkoutUrl": url})


class Webhook(ContractView):
    """G-3.3. The body is read as it came: the signature is over its bytes."""

    dialect = GATEWAY
    authentication_classes = ()
    error_kinds = (Kind.STORAGE_DOWN,)

    @extend_schema(
        request={"application/json": {"type": "object", "description": "An event of Stripe's."}},
        responses={200: ReceivedSerializer},
        parameters=[
            OpenApiParameter("Stripe-Signature", str, OpenApiParameter.HEADER, required=True, description="Over the body's bytes.")
        ],
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Take an event of Stripe's; it is handled in the background."""
        inbox.receive(payload=request._request.body, signature=request.headers.get("Stripe-Signature", ""))  # noqa: SLF001 - DRF's only way to the raw body
        return Response({"received": True})


def render_standing(standing: Standing) -> dict[str, Any]:
    """Return a subscription as G-3.1 writes it."""
    shown = {"subscriptionStatus": standing.status.value, "plan": standing.plan.value}
    return shown if standing.expires_at is None else shown | {"expiresOn": timestamp(standing.expires_at)}
