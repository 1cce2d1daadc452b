"""The marketplace contract in the OpenAPI document: its headers, its bodies."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema_field
from rest_framework import serializers

from common.contracts.views import StrictSerializer
from marketplace.states import DataType, ExtraType, Role

TOKEN = OpenApiParameter("x-marketplace-token", str, OpenApiParameter.HEADER, required=True, description="The marketplace's token.")
USER = OpenApiParameter("x-user-id", str, OpenApiParameter.HEADER, required=True, description="The marketplace's user.")
ROLE = OpenApiParameter("x-user-role", str, OpenApiParameter.HEADER, required=True, enum=list(Role))
REQUEST = OpenApiParameter("x-request-id", str, OpenApiParameter.HEADER, required=True, description="The same id makes no second task.")
RESULT_HEADERS = [TOKEN, USER, ROLE]
HEADERS = [*RESULT_HEADERS, REQUEST]


class TextField(serializers.CharField):
    """A JSON string, as it stands: a number is none, and nothing is trimmed."""

    def __init__(self) -> None:
        super().__init__(trim_whitespace=False, allow_blank=True, max_length=10_000)

    def to_internal_value(self, data: object) -> str:
        """Return the text."""
        if not isinstance(data, str):
            message = "Must be a text."
            raise serializers.ValidationError(message)
        return super().to_internal_value(data)


class MarketplaceCallBody(StrictSerializer):
    """A call: what to do, and with what."""

    method = TextField()
    payload = serializers.DictField()

    def get_fields(self) -> dict[str, "serializers.Field[object, object, object, object]"]:
        """Return the fields; the method may be missing where the service has one only."""
        fields = super().get_fields()
        fields["method"].required = False
        return fields


class MarketplaceResultBody(StrictSerializer):
    """Which task."""

    taskId = TextField()


class MarketplaceStatsBody(StrictSerializer):
    """Nothing."""


class ErrorCode(serializers.Serializer[object]):
    """How it stands: the service's code with a number, and words."""

    status = serializers.CharField()
    reason = serializers.CharField()


class TaskReference(serializers.Serializer[object]):
    """The task that was made; empty when none was."""

    taskId = serializers.CharField()


class MarketplaceCallReply(serializers.Serializer[object]):
    """The reply to a call (M-2.3)."""

    requestId = serializers.CharField()
    traceId = serializers.CharField()
    apiVersion = serializers.CharField()
    service = serializers.CharField()
    datetime = serializers.DateTimeField()
    isResponseImmediate = serializers.BooleanField()
    extraType = serializers.ChoiceField(choices=[kind.value for kind in ExtraType])
    response = TaskReference()
    errorCode = ErrorCode()


@extend_schema_field({"type": ["string", "array", "null"], "items": {"type": "object"}})
class ResultData(serializers.JSONField):
    """A text or a link; of a hybrid result, its parts."""


class ResultResponse(serializers.Serializer[object]):
    """The result: a text, a link, or parts of both; null while there is none."""

    dataType = serializers.ChoiceField(choices=[kind.value for kind in DataType])
    data = ResultData()  # type: ignore[assignment]  # DRF takes declared fields off the class
    items = serializers.ListField(child=serializers.DictField(), required=False)


class MarketplaceResultReply(serializers.Serializer[object]):
    """The reply to a question for a result (M-4.1)."""

    apiVersion = serializers.CharField()
    service = serializers.CharField()
    datetime = serializers.DateTimeField()
    processDuration = serializers.FloatField(help_text="Milliseconds of work; 0 while it waits, -1 for a task that is not there.")
    isResponseImmediate = serializers.BooleanField()
    extraType = serializers.ChoiceField(choices=[kind.value for kind in ExtraType])
    response = ResultResponse()
    errorCode = ErrorCode()


class StatsResponse(serializers.Serializer[object]):
    """Counts of the user's ended tasks in this service."""

    numRequestSuccess = serializers.IntegerField()
    numRequestFailed = serializers.IntegerField()


class MarketplaceStatsReply(serializers.Serializer[object]):
    """The reply to a question for statistics (M-5.1)."""

    apiVersion = serializers.CharField()
    service = serializers.CharField()
    datetime = serializers.DateTimeField()
    response = StatsResponse()
    errorCode = ErrorCode()


TASK_ID = "0192f0c1-0000-7000-8000-000000000000"
CALL_EXAMPLE = OpenApiExample(
    "A piece of music", value={"method": "music_gen", "payload": {"prompt": "calm piano in the rain", "duration": 10}}, request_only=True
)
RESULT_EXAMPLE = OpenApiExample("A task", value={"taskId": TASK_ID}, request_only=True)
STATS_EXAMPLE = OpenApiExample("Nothing", value={}, request_only=True)
_COMMON = {"apiVersion": "1.0.1", "service": "AudioCraft", "datetime": "2026-01-01T00:00:00.000Z"}
ACCEPTED_EXAMPLE = OpenApiExample(
    "Accepted",
    value={
        "requestId": "request-1", "traceId": "5f0c2f7e-8d43-4b8e-9f0a-0d5c1f2e3a4b", **_COMMON, "isResponseImmediate": False,
        "extraType": "others", "response": {"taskId": TASK_ID}, "errorCode": {"status": "AC_001", "reason": "pending"},
    },
    response_only=True,
)  # fmt: skip
REFUSED_EXAMPLE = OpenApiExample(
    "Refused",
    value={
        "requestId": "request-1", "traceId": "5f0c2f7e-8d43-4b8e-9f0a-0d5c1f2e3a4b", **_COMMON, "isResponseImmediate": False,
        "extraType": "others", "response": {"taskId": ""}, "errorCode": {"status": "AC_403", "reason": "unsupported method music"},
    },
    response_only=True,
)  # fmt: skip
DONE_EXAMPLE = OpenApiExample(
    "Done",
    value={
        **_COMMON, "processDuration": 1834.2, "isResponseImmediate": False, "extraType": "others",
        "response": {"dataType": "S3_OBJECT", "data": "https://files.example.com/sound.wav"},
        "errorCode": {"status": "AC_000", "reason": "success"},
    },
    response_only=True,
)  # fmt: skip
MISSING_EXAMPLE = OpenApiExample(
    "Not there",
    value={
        **_COMMON, "processDuration": -1.0, "isResponseImmediate": False, "extraType": "others",
        "response": {"dataType": "META_DATA", "data": None},
        "errorCode": {"status": "AC_404", "reason": f"taskId: {TASK_ID} is not exist"},
    },
    response_only=True,
)  # fmt: skip
COUNTED_EXAMPLE = OpenApiExample(
    "Counts",
    value={**_COMMON, "response": {"numRequestSuccess": 12, "numRequestFailed": 1}, "errorCode": {"status": "AC_000", "reason": "success"}},
    response_only=True,
)
