"""Contract P: the user's API keys (A-3.1, P-4.1)."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors
from accounts.api.authentication import SessionView
from accounts.models import ApiKey
from accounts.services import keys
from common.contracts.paging import parse_page, render_page
from common.contracts.platform import PLATFORM
from common.contracts.views import StrictSerializer
from common.contracts.wire import INT64_MAX, Int64Field, TimestampField, find_timestamp, int64, timestamp
from common.errors import Kind


class NewKeySerializer(StrictSerializer):
    """What a new key may do. Empty ``apis``: whatever its owner may; ``creditLimit`` 0 or left out: no limit of its own."""

    name = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    apis = serializers.ListField(child=serializers.CharField(max_length=100), max_length=100, required=False, default=list)
    appId = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    expiresAt = TimestampField(required=False, allow_null=True, default=None)
    creditLimit = Int64Field(required=False, default=0)

    def validate_creditLimit(self, value: int) -> int:  # noqa: N802 - DRF names the method after the field
        """Refuse a negative limit."""
        if not 0 <= value <= INT64_MAX:
            message = "Must not be negative."
            raise serializers.ValidationError(message)
        return value


class KeySerializer(serializers.Serializer[object]):
    """A key as its owner sees it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    apis = serializers.ListField(child=serializers.CharField())
    appId = serializers.CharField()
    createdAt = TimestampField()
    expiresAt = TimestampField(allow_null=True)
    lastUsedAt = TimestampField(allow_null=True)
    creditLimit = Int64Field()
    usedCredits = Int64Field()


class CreatedKeySerializer(KeySerializer):
    """A key with the key itself, in this reply only."""

    key = serializers.CharField()


class KeyPageSerializer(serializers.Serializer[object]):
    """A page of keys."""

    items = KeySerializer(many=True)
    next = serializers.CharField(allow_blank=True)


class Keys(SessionView):
    """``/api/user/keys``."""

    dialect = PLATFORM

    @extend_schema(responses={200: KeyPageSerializer})
    def get(self, request: Request) -> Response:
        """List the caller's API keys, newest first."""
        return Response(render_page(selectors.list_keys(self.caller.account_id), parse_page(request), render_key))

    @extend_schema(request=NewKeySerializer, responses={201: CreatedKeySerializer})
    def post(self, request: Request) -> Response:
        """Create an API key; this reply is the only one that shows it."""
        body = self.read_body(NewKeySerializer)
        row, text = keys.create_key(
            account_id=self.caller.account_id,
            name=body["name"],
            apis=body["apis"],
            app_id=body["appId"],
            expires_at=body["expiresAt"],
            credit_limit=body["creditLimit"] or None,
        )
        return Response(render_key(row) | {"key": text}, status=201)


class Key(SessionView):
    """``/api/user/keys/{id}``."""

    dialect = PLATFORM
    error_kinds = (Kind.NOT_FOUND,)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key_id: UUID) -> Response:
        """Revoke an API key at once."""
        keys.revoke_key(account_id=self.caller.account_id, key_id=key_id)
        return Response(status=204)


def render_key(row: ApiKey) -> dict[str, Any]:
    """Return a key as its owner sees it."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "prefix": row.prefix,
        "apis": row.apis,
        "appId": row.app_id,
        "createdAt": timestamp(row.created_at),
        "expiresAt": find_timestamp(row.expires_at),
        "lastUsedAt": find_timestamp(row.last_used_at),
        "creditLimit": int64(row.credit_limit or 0),
        "usedCredits": int64(row.used_credits),
    }
