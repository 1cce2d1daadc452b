"""The AI APIs in the OpenAPI document (G-6.1), from the declarations."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers

from aitasks.calls import request_schema
from aitasks.feature import Feature
from common.contracts.schema import EVENT
from common.contracts.wire import Int64Field, TimestampField

View = TypeVar("View", bound=type)
Method = Callable[..., Any]
STREAM = OpenApiResponse(EVENT, description="Server-sent events: JSON chunks, then `data: [DONE]`.")


class MediaDataSerializer(serializers.Serializer[object]):
    """A text, or a signed link to a file."""

    type = serializers.CharField(help_text="MIME type.")
    text = serializers.CharField(required=False)
    src = serializers.URLField(required=False, help_text="A link that works for a while; ask for the task again for a fresh one.")
    file = serializers.UUIDField(required=False, help_text="The stored file's id, good as a source of other calls.")
    size = Int64Field(required=False)


class TargetSerializer(serializers.Serializer[object]):
    """What was made."""

    type = serializers.CharField()
    data = MediaDataSerializer()  # type: ignore[assignment]  # the contract's name for it; the base has a property of that name


class NumberedTargetSerializer(TargetSerializer):
    """One result of several."""

    index = serializers.IntegerField()


class UsageSerializer(serializers.Serializer[object]):
    """What the task has cost, and what is still reserved for it."""

    credits = Int64Field()
    reserved = Int64Field()


class TaskErrorSerializer(serializers.Serializer[object]):
    """Why the task failed (A-2)."""

    code = serializers.IntegerField()
    message = serializers.CharField()


class TaskSerializer(serializers.Serializer[object]):
    """A task, as every endpoint of a feature shows it (P-2.3)."""

    id = serializers.UUIDField()
    feature = serializers.CharField()
    status = serializers.CharField(help_text="queued, running, succeeded, failed or cancelled.")
    progress = serializers.IntegerField(min_value=0, max_value=100)
    target = TargetSerializer(allow_null=True)
    targets = NumberedTargetSerializer(many=True)
    usage = UsageSerializer()
    provider = serializers.CharField(allow_blank=True)
    model = serializers.CharField(allow_blank=True)
    attempt = serializers.IntegerField()
    createdAt = TimestampField()
    startedAt = TimestampField(allow_null=True)
    finishedAt = TimestampField(allow_null=True)
    error = TaskErrorSerializer(allow_null=True)


class TaskPageSerializer(serializers.Serializer[object]):
    """A page of tasks, newest first."""

    items = TaskSerializer(many=True)
    next = serializers.CharField(allow_blank=True)


class PriceSerializer(serializers.Serializer[object]):
    """So many credits for every so many units, or part of them."""

    credits = Int64Field()
    per = Int64Field()
    unit = serializers.CharField()


class FeatureTargetSerializer(serializers.Serializer[object]):
    """Something that a feature makes."""

    type = serializers.CharField()
    streams = serializers.BooleanField()
    price = PriceSerializer()


class FeatureSerializer(serializers.Serializer[object]):
    """A feature, with the JSON Schema of its calls."""

    name = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    sources = serializers.ListField(child=serializers.CharField())
    sourceRequired = serializers.BooleanField()
    promptRequired = serializers.BooleanField()
    targets = FeatureTargetSerializer(many=True)
    longRunning = serializers.BooleanField()
    schema = serializers.DictField()
    examples = serializers.ListField(child=serializers.DictField())


class CatalogueSerializer(serializers.Serializer[object]):
    """All features."""

    items = FeatureSerializer(many=True)
    next = serializers.CharField(allow_blank=True)


HEADERS = [
    OpenApiParameter("Prefer", str, OpenApiParameter.HEADER, description="`wait=<seconds>`, at most 60: how long to wait for the result."),
    OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key and body give the same task."),
]
PAGE = [
    OpenApiParameter("status", str, description="`all`, or states separated by commas; unfinished ones if left out."),
    OpenApiParameter("limit", int, description="1 to 100, 20 if left out."),
    OpenApiParameter("cursor", str, description="`next` of the page before."),
]


def document_calls(view: View, feature: Feature) -> View:
    """Return the feature's view with its own request schema, examples and replies."""
    schema = request_schema(feature)
    inline = {key: value for key, value in _without_references(schema, schema.get("$defs", {})).items() if key != "$defs"}
    examples = [
        OpenApiExample(f"Example {number + 1}", dict(example), request_only=True) for number, example in enumerate(feature.examples)
    ]
    post = extend_schema(
        operation_id=f"{feature.name}_call",
        summary=feature.title,
        description=feature.summary,
        tags=["ai"],
        request={"application/json": inline},
        responses={200: TaskSerializer, 202: TaskSerializer, (200, "text/event-stream"): STREAM},
        parameters=HEADERS,
        examples=examples,
    )
    get = extend_schema(operation_id=f"{feature.name}_list", tags=["ai"], responses={200: TaskPageSerializer}, parameters=PAGE)
    return extend_schema_view(post=post, get=get)(view)


def catalogue(method: Method) -> Method:
    """Document ``GET /api/ai``."""
    return extend_schema(operation_id="features_list", tags=["ai"], responses={200: CatalogueSerializer}, auth=[])(method)


def document_task(view: View, feature: Feature) -> View:
    """Return the view of one task of the feature, with operations named after it."""
    get = extend_schema(operation_id=f"{feature.name}_read", tags=["ai"], responses={200: TaskSerializer})
    delete = extend_schema(operation_id=f"{feature.name}_end", tags=["ai"], responses={200: TaskSerializer, 204: None})
    return extend_schema_view(get=get, delete=delete)(view)


def document_events(view: View, feature: Feature) -> View:
    """Return the view of a task's event stream, with an operation named after the feature."""
    resume = OpenApiParameter("Last-Event-ID", str, OpenApiParameter.HEADER, description="Resume after this event.")
    responses = {(200, "text/event-stream"): STREAM}
    get = extend_schema(operation_id=f"{feature.name}_follow", tags=["ai"], responses=responses, parameters=[resume])
    return extend_schema_view(get=get)(view)


def _without_references(node: Any, definitions: dict[str, Any]) -> Any:
    """Return the schema with its local definitions written out, so that it stands inside another document."""
    if isinstance(node, dict):
        if "$ref" in node:
            return _without_references(definitions[node["$ref"].rsplit("/", 1)[-1]], definitions)
        return {key: _without_references(value, definitions) for key, value in node.items() if key != "$defs"}
    if isinstance(node, list):
        return [_without_references(item, definitions) for item in node]
    return node
