"""Contract P: the user's credits (A-4.2, P-4.1)."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import CallerView
from billing import selectors
from billing.models import Grant, Transfer
from billing.services import ledger
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
