"""Contract P: webhooks (P-2.7): the secret that signs them, and the log of what was delivered."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import CallerView
from common import errors
from common.contracts.paging import parse_page, render_page
from common.contracts.platform import PLATFORM
from common.contracts.wire import TimestampField, find_timestamp, timestamp
from common.errors import Kind
from tasks import selectors
from tasks.models import Delivery, DeliveryAttempt
from tasks.services import delivering, webhook_secrets
from tasks.states import DeliveryState

FILTERS = [
    OpenApiParameter("state", str, description="States separated by commas: waiting, delivered, failed, skipped; all if left out."),
    OpenApiParameter("task", UUID, description="Only the deliveries of this task."),
    OpenApiParameter("limit", int, description="1 to 100, 20 if left out."),
    OpenApiParameter("cursor", str, description="`next` of the page before."),
]


class SecretSerializer(serializers.Serializer[object]):
    """The secret that signs the account's webhooks."""

    secret = serializers.CharField(help_text="`whsec_` and the base64 of 32 bytes, as libraries of Standard Webhooks take it.")


class DeliveryAttemptSerializer(serializers.Serializer[object]):
    """One try: the receiver's status, or why there was none."""

    number = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True, help_text="The HTTP status; null when there was no answer.")
    problem = serializers.CharField(allow_blank=True)
    reply = serializers.CharField(allow_blank=True, help_text="How the answer's body began.")
    startedAt = TimestampField()
    durationMs = serializers.IntegerField()


class DeliverySerializer(serializers.Serializer[object]):
    """One piece of news and how far it is."""

    id = serializers.UUIDField(help_text="The header `webhook-id`.")
    event = serializers.CharField(help_text="`task.started`, `task.progress`, `task.partial` or `task.completed`.")
    task = serializers.UUIDField(allow_null=True, help_text="The task; null once it was removed.")
    url = serializers.CharField()
    state = serializers.CharField(help_text="waiting, delivered, failed, or skipped for later news.")
    problem = serializers.CharField(allow_blank=True, help_text="Why it failed.")
    createdAt = TimestampField()
    nextAt = TimestampField(allow_null=True, help_text="When it is tried next; null when it has ended.")
    endedAt = TimestampField(allow_null=True)
    attempts = DeliveryAttemptSerializer(many=True)


class DeliveryPageSerializer(serializers.Serializer[object]):
    """A page of deliveries, newest first."""

    items = DeliverySerializer(many=True)
    next = serializers.CharField(allow_blank=True)


class Secret(CallerView):
    """``/api/user/webhook-secret``: for a session, or a key that may do all that its owner may."""

    dialect = PLATFORM
    api = "webhooks"
    error_kinds = (Kind.FORBIDDEN,)

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Refuse keys with scopes: with the secret, news could be forged that were none of the key's business."""
        super().initial(request, *args, **kwargs)
        if self.caller.key_apis:
            raise errors.Forbidden("A key with scopes cannot do this. Use one without, or sign in and use the access token.")

    @extend_schema(responses={200: SecretSerializer})
    def get(self, request: Request) -> Response:
        """Return the secret that signs the account's webhooks; the first call makes it."""
        return Response({"secret": webhook_secrets.ensure_secret(account_id=self.caller.account_id)})

    @extend_schema(request=None, responses={200: SecretSerializer})
    def post(self, request: Request) -> Response:
        """Replace the secret; for a day, webhooks carry a signature of the former one too."""
        return Response({"secret": webhook_secrets.rotate_secret(account_id=self.caller.account_id)})


class Deliveries(CallerView):
    """``/api/user/webhook-deliveries``."""

    dialect = PLATFORM
    api = "webhooks"

    @extend_schema(operation_id="api_user_webhook_deliveries_list", responses={200: DeliveryPageSerializer}, parameters=FILTERS)
    def get(self, request: Request) -> Response:
        """List what was sent to the caller's webhooks or waits to be, newest first, with every attempt."""
        rows = selectors.list_deliveries(account_id=self.caller.account_id, states=parse_states(request), task_id=parse_task(request))
        return Response(render_page(rows, parse_page(request), render_delivery))


class OneDelivery(CallerView):
    """``/api/user/webhook-deliveries/{id}``."""

    dialect = PLATFORM
    api = "webhooks"
    error_kinds = (Kind.NOT_FOUND,)

    @extend_schema(responses={200: DeliverySerializer})
    def get(self, request: Request, delivery_id: UUID) -> Response:
        """Return a delivery with its attempts."""
        return Response(render_delivery(selectors.get_delivery(account_id=self.caller.account_id, delivery_id=delivery_id)))


class Redelivery(CallerView):
    """``/api/user/webhook-deliveries/{id}/redeliver``."""

    dialect = PLATFORM
    api = "webhooks"
    error_kinds = (Kind.NOT_FOUND, Kind.TOO_MANY)

    @extend_schema(request=None, responses={202: DeliverySerializer})
    def post(self, request: Request, delivery_id: UUID) -> Response:
        """Send a delivery once more, now; a URL that was disabled by a 410 is enabled by this."""
        selectors.get_delivery(account_id=self.caller.account_id, delivery_id=delivery_id)
        delivering.redeliver(account_id=self.caller.account_id, delivery_id=delivery_id)
        again = selectors.get_delivery(account_id=self.caller.account_id, delivery_id=delivery_id)
        return Response(render_delivery(again), status=202)


def render_delivery(row: Delivery) -> dict[str, Any]:
    """Return a delivery as its owner sees it; its attempts must have been read as ``tries``."""
    return {
        "id": str(row.pk),
        "event": row.event,
        "task": str(row.task_id) if row.task_id else None,
        "url": row.url,
        "state": row.state,
        "problem": row.problem,
        "createdAt": timestamp(row.created_at),
        "nextAt": timestamp(row.next_at) if row.state == DeliveryState.WAITING else None,
        "endedAt": find_timestamp(row.ended_at),
        "attempts": [render_attempt(attempt) for attempt in row.tries.all()],
    }


def render_attempt(attempt: DeliveryAttempt) -> dict[str, Any]:
    """Return one try as the delivery's owner sees it."""
    return {
        "number": attempt.number,
        "status": attempt.status,
        "problem": attempt.problem,
        "reply": attempt.reply_head,
        "startedAt": timestamp(attempt.started_at),
        "durationMs": attempt.duration_ms,
    }


def parse_states(request: Request) -> tuple[DeliveryState, ...]:
    """Return the states to list; none means all."""
    given = request.query_params.get("state", "")
    try:
        return tuple(DeliveryState(name) for name in given.split(",")) if given else ()
    except ValueError:
        raise errors.Invalid(f"state must be some of {', '.join(DeliveryState)}, separated by commas.") from None


def parse_task(request: Request) -> UUID | None:
    """Return the task whose deliveries to list, or None for all."""
    given = request.query_params.get("task", "")
    try:
        return UUID(given) if given else None
    except ValueError:
        raise errors.Invalid("task must be the id of a task.") from None
