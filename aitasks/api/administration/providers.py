"""How each provider is doing; credentials are shown nowhere."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import StaffView
from aitasks import selectors as providers
from aitasks.selectors import CLOSED, OPEN, TRIAL_DUE, WAITING, ProviderState
from common.contracts.platform import PLATFORM
from common.contracts.wire import Int64Field, TimestampField, find_timestamp, int64

BREAKERS = [(state, state) for state in (CLOSED, OPEN, TRIAL_DUE, WAITING)]


class ProviderStateSerializer(serializers.Serializer[object]):
    """How a provider is doing. ``errorRate`` is of its recent calls, 0 to 1; ``problem`` says why it cannot be asked at all.

    The embedded provider, which cannot be away, is not watched unless it is limited: its calls are counted in the usage only.
    """

    name = serializers.CharField()
    kind = serializers.CharField()
    isOn = serializers.BooleanField()
    problem = serializers.CharField(allow_blank=True)
    priority = serializers.IntegerField()
    weight = serializers.IntegerField()
    concurrencyMax = serializers.IntegerField(allow_null=True)
    breaker = serializers.ChoiceField(choices=BREAKERS)
    keptOutUntil = TimestampField(allow_null=True)
    failuresInRow = serializers.IntegerField()
    calls = Int64Field()
    errorRate = serializers.FloatField()
    latencyMs = Int64Field(allow_null=True)
    running = serializers.IntegerField()
    lastError = serializers.CharField(allow_blank=True)
    lastErrorAt = TimestampField(allow_null=True)


class ProviderListSerializer(serializers.Serializer[object]):
    """All providers, in the order in which they are asked."""

    items = ProviderStateSerializer(many=True)
    next = serializers.CharField(allow_blank=True)


class Providers(StaffView):
    """``/api/admin/providers``."""

    dialect = PLATFORM
    permissions = {"GET": "aitasks.view_provider"}

    @extend_schema(operation_id="admin_providers_list", responses={200: ProviderListSerializer})
    def get(self, request: Request) -> Response:
        """List the providers in the order in which they are asked; credentials are shown nowhere."""
        return Response({"items": [render_provider(state) for state in providers.list_provider_health()], "next": ""})


def render_provider(state: ProviderState) -> dict[str, Any]:
    """Return how a provider is doing."""
    return {
        "name": state.name,
        "kind": state.kind,
        "isOn": state.is_on,
        "problem": state.problem,
        "priority": state.priority,
        "weight": state.weight,
        "concurrencyMax": state.concurrency_max,
        "breaker": state.breaker,
        "keptOutUntil": find_timestamp(state.kept_out_until),
        "failuresInRow": state.failures_in_row,
        "calls": int64(state.calls),
        "errorRate": state.error_rate,
        "latencyMs": None if state.latency_ms is None else int64(state.latency_ms),
        "running": state.running,
        "lastError": state.last_error,
        "lastErrorAt": find_timestamp(state.last_error_at),
    }
