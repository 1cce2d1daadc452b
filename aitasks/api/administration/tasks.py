"""Tasks as staff see them: whose they are and how they went; what was said in them is not here."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import StaffView
from aitasks import registry
from aitasks import selectors as providers
from aitasks.models import ProviderCall
from aitasks.services import administering
from aitasks.states import Outcome
from common.contracts.paging import parse_choice, parse_id, parse_page, render_page
from common.contracts.platform import PLATFORM, task_error
from common.contracts.registry import DIALECTS
from common.contracts.wire import Int64Field, TimestampField, find_timestamp, int64, timestamp
from common.errors import Kind
from tasks import selectors
from tasks.models import Task, TaskEvent
from tasks.states import EventKind, State

PAGES = [
    OpenApiParameter("limit", int, description="How many on a page, 1 to 100."),
    OpenApiParameter("cursor", str, description="`next` of the page before."),
]
FILTERS = [
    OpenApiParameter("status", str, enum=list(State), description="Only tasks that are so."),
    OpenApiParameter("feature", str, description="Only calls of this feature."),
    OpenApiParameter("contract", str, description="Only calls that came through this contract."),
    OpenApiParameter("user", str, description="Only calls of this user."),
]
EVENTS_SHOWN = 200
OUTCOMES = [(outcome.value, outcome.value) for outcome in Outcome]


class OwnerSerializer(serializers.Serializer[object]):
    """Whose it is: a user, unless they were deleted or the account is no person's."""

    id = serializers.UUIDField()
    email = serializers.CharField()


class TaskUsageSerializer(serializers.Serializer[object]):
    """What the task has cost, or reserves."""

    credits = Int64Field()
    reserved = Int64Field()


class TaskFailureSerializer(serializers.Serializer[object]):
    """Why it failed (A-2)."""

    code = serializers.IntegerField()
    message = serializers.CharField()


class AdministeredTaskSerializer(serializers.Serializer[object]):
    """A task as staff see it."""

    id = serializers.UUIDField()
    feature = serializers.CharField()
    status = serializers.CharField()
    progress = serializers.IntegerField()
    contract = serializers.CharField()
    account = serializers.UUIDField()
    user = OwnerSerializer(allow_null=True)
    app = serializers.CharField(allow_blank=True)
    provider = serializers.CharField(allow_blank=True)
    model = serializers.CharField(allow_blank=True)
    attempt = serializers.IntegerField()
    usage = TaskUsageSerializer()
    createdAt = TimestampField()
    startedAt = TimestampField(allow_null=True)
    finishedAt = TimestampField(allow_null=True)
    error = TaskFailureSerializer(allow_null=True)


class AdministeredTaskPageSerializer(serializers.Serializer[object]):
    """A page of tasks, newest first."""

    items = AdministeredTaskSerializer(many=True)
    next = serializers.CharField(allow_blank=True)


class TaskEventSerializer(serializers.Serializer[object]):
    """Something that happened to the task; of a text that it made, only how long it is."""

    seq = serializers.IntegerField()
    kind = serializers.CharField()
    data = serializers.JSONField()  # type: ignore[assignment]  # the contract's name for it; the base has an attribute of that name
    at = TimestampField()


class ConsideredSerializer(serializers.Serializer[object]):
    """A provider that was not asked, and why."""

    provider = serializers.CharField()
    reason = serializers.CharField()


class TaskTrySerializer(serializers.Serializer[object]):
    """One try at a provider for a step of the task, and who else was considered."""

    attempt = serializers.IntegerField()
    step = serializers.CharField()
    provider = serializers.CharField(allow_blank=True)
    model = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    startedAt = TimestampField()
    endedAt = TimestampField(allow_null=True)
    error = serializers.CharField(allow_blank=True)
    considered = ConsideredSerializer(many=True)


class TaskDetailSerializer(AdministeredTaskSerializer):
    """A task with its last events and every try at a provider."""

    events = TaskEventSerializer(many=True)
    tries = TaskTrySerializer(many=True)


class Tasks(StaffView):
    """``/api/admin/tasks``."""

    dialect = PLATFORM
    permissions = {"GET": "tasks.view_task"}

    @extend_schema(operation_id="admin_tasks_list", responses={200: AdministeredTaskPageSerializer}, parameters=[*FILTERS, *PAGES])
    def get(self, request: Request) -> Response:
        """List everybody's tasks, newest first."""
        wanted: dict[str, Any] = {
            "state": parse_choice(request, "status", list(State)),
            "kind": parse_choice(request, "feature", list(registry.all_features())),
            "contract": parse_choice(request, "contract", [dialect.name for dialect in DIALECTS]),
            "account__user_id": parse_id(request, "user"),
        }
        rows = selectors.list_all_tasks(**{name: value for name, value in wanted.items() if value})
        return Response(render_page(rows, parse_page(request), render_task))


class OneTask(StaffView):
    """``/api/admin/tasks/{id}``."""

    dialect = PLATFORM
    permissions = {"GET": "tasks.view_task"}
    error_kinds = (Kind.NOT_FOUND,)

    @extend_schema(operation_id="admin_tasks_get", responses={200: TaskDetailSerializer})
    def get(self, request: Request, task_id: UUID) -> Response:
        """Return a task with its last events and its tries."""
        return Response(render_detail(selectors.get_any_task(task_id)))


class CancelTask(StaffView):
    """``/api/admin/tasks/{id}/cancel``."""

    dialect = PLATFORM
    permissions = {"POST": "tasks.change_task"}
    error_kinds = (Kind.NOT_FOUND, Kind.CONFLICT)
    error_examples = {"ended": administering.TaskEnded()}

    @extend_schema(operation_id="admin_tasks_cancel", request=None, responses={200: AdministeredTaskSerializer})
    def post(self, request: Request, task_id: UUID) -> Response:
        """Cancel a task; its owner is charged for what it delivered."""
        if not administering.cancel(task_id=task_id, staff=self.staff):
            raise administering.TaskEnded
        return Response(render_task(selectors.get_any_task(task_id)))


class RetryTask(StaffView):
    """``/api/admin/tasks/{id}/retry``."""

    dialect = PLATFORM
    permissions = {"POST": "tasks.change_task"}
    error_kinds = (Kind.NOT_FOUND, Kind.CONFLICT, Kind.PAYMENT_REQUIRED)
    error_examples = {"running": administering.NotFailed("running")}

    @extend_schema(operation_id="admin_tasks_retry", request=None, responses={201: AdministeredTaskSerializer})
    def post(self, request: Request, task_id: UUID) -> Response:
        """Make a failed call again as a new task of its owner, at the price of today; the failed one stays as it is. Once for each task."""
        again = administering.retry(task_id=task_id, staff=self.staff)
        return Response(render_task(selectors.get_any_task(again.pk)), status=201)


def render_task(task: Task) -> dict[str, Any]:
    """Return a task as staff see it."""
    user, charged = task.account.user, task.hold.charged
    return {
        "id": str(task.pk),
        "feature": task.kind,
        "status": task.state,
        "progress": task.progress,
        "contract": task.contract,
        "account": str(task.account_id),
        "user": {"id": str(user.pk), "email": user.email} if user else None,
        "app": task.app_id,
        "provider": task.provider,
        "model": task.model,
        "attempt": task.attempt,
        "usage": {"credits": int64(charged or 0), "reserved": int64(0 if charged is not None else task.hold.amount)},
        "createdAt": timestamp(task.created_at),
        "startedAt": find_timestamp(task.started_at),
        "finishedAt": find_timestamp(task.finished_at),
        "error": task_error(task.error_kind, task.error_message) if task.state == State.FAILED else None,
    }


def render_detail(task: Task) -> dict[str, Any]:
    """Return a task with its last events, oldest first, and its tries."""
    events = selectors.list_last_events(task_id=task.pk, count=EVENTS_SHOWN)
    tries = providers.list_decisions(task_id=task.pk)
    return render_task(task) | {"events": [render_event(event) for event in events], "tries": [render_try(row) for row in tries]}


def render_event(event: TaskEvent) -> dict[str, Any]:
    """Return an event without what it says."""
    data: Mapping[str, Any] = event.data if event.kind != EventKind.DELTA else {"characters": len(event.data["text"])}
    return {"seq": event.seq, "kind": event.kind, "data": data, "at": timestamp(event.created_at)}


def render_try(row: ProviderCall) -> dict[str, Any]:
    """Return a try at a provider."""
    return {
        "attempt": row.attempt,
        "step": row.step,
        "provider": row.provider,
        "model": row.model,
        "outcome": row.outcome,
        "startedAt": timestamp(row.started_at),
        "endedAt": find_timestamp(row.ended_at),
        "error": f"{row.error_kind}: {row.error_message}" if row.error_kind else "",
        "considered": row.considered,
    }
