"""An endpoint that is deprecated, and its twin that is not."""

from datetime import date

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import CallerView
from common import errors
from common.contracts.deprecation import Deprecation
from common.contracts.gateway import GATEWAY
from common.contracts.views import StrictSerializer


class GreetingSerializer(StrictSerializer):
    """What to say."""

    words = serializers.CharField(max_length=20)


class Greetings(CallerView):
    """Greets those it knows."""

    dialect = GATEWAY

    @extend_schema(operation_id="greetings_read", responses={200: GreetingSerializer})
    def get(self, request: Request, name: str) -> Response:
        """Return the greeting."""
        if name == "nobody":
            raise errors.NotFound("There is nobody.")
        if name == "trouble":
            raise RuntimeError(name)
        return Response({"words": f"Hello, {name}!"})

    @extend_schema(operation_id="greetings_write", request=GreetingSerializer, responses={200: GreetingSerializer})
    def post(self, request: Request, name: str) -> Response:
        """Say it back."""
        return Response(self.read_body(GreetingSerializer))


class FadingGreetings(Greetings):
    """The same, but not for long."""

    deprecation = Deprecation(
        since=date(2026, 11, 1),
        sunset=date(2027, 6, 1),
        guide="https://example.com/docs/greetings",
        successor="GET /api/v2/greetings/{name}",
    )

    @extend_schema(operation_id="fading_read", responses={200: GreetingSerializer})
    def get(self, request: Request, name: str) -> Response:
        """Return the greeting."""
        return super().get(request, name)

    @extend_schema(operation_id="fading_write", request=GreetingSerializer, responses={200: GreetingSerializer})
    def post(self, request: Request, name: str) -> Response:
        """Say it back."""
        return super().post(request, name)
