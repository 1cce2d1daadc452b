"""What the OpenAPI document says about messages (G-6.1), and the shape of what is sent."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers

from aitasks.features.chat import MESSAGE_CHARACTERS_MAX
from common.contracts.schema import EVENT
from common.contracts.views import StrictSerializer
from common.contracts.wire import Int64Field, TimestampField

SESSION = OpenApiParameter("thread_id", OpenApiTypes.STR, OpenApiParameter.PATH, description="The session's threadId.")
REPLY = OpenApiParameter("message_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The reply's messageId.")
RESUME = [
    OpenApiParameter("Last-Event-ID", OpenApiTypes.INT, OpenApiParameter.HEADER, description="Number of the last event that was read."),
    OpenApiParameter("after", OpenApiTypes.INT, OpenApiParameter.QUERY, description="The same, for clients that cannot set headers."),
]
STREAM = OpenApiResponse(EVENT, description='`data: {"messageId", "delta"}` for each piece of text, then `data: [DONE]`.')


class Said(serializers.CharField):
    """A text that says something: no numbers in its place, no blanks only; kept as it is."""

    def __init__(self) -> None:
        super().__init__(trim_whitespace=False, max_length=MESSAGE_CHARACTERS_MAX, help_text="What to say.")

    def run_validation(self, data: Any = serializers.empty) -> str:
        """Return the text; raises DRF's validation errors."""
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        if isinstance(data, str) and not data.strip():
            self.fail("blank")
        return str(super().run_validation(data))


@extend_schema_field(OpenApiTypes.BOOL)
class Flag(serializers.Field[bool, Any, bool, Any]):
    """True or false, and nothing that only looks like it."""

    def to_internal_value(self, data: Any) -> bool:
        """Return the flag."""
        if not isinstance(data, bool):
            raise serializers.ValidationError(["Must be true or false."])
        return data


class SendSerializer(StrictSerializer):
    """A message to send."""

    content = Said()
    stream = Flag(default=False, help_text="True: the reply comes as server-sent events while it is written.")


class MessageUsageSerializer(serializers.Serializer[object]):
    """What a message costs: charged, and reserved while its reply is on its way."""

    credits = Int64Field()
    reserved = Int64Field()


class ReplyErrorSerializer(serializers.Serializer[object]):
    """Why a reply failed."""

    error = serializers.CharField()
    code = serializers.CharField()


class ChatMessageSerializer(serializers.Serializer[object]):
    """Something that was said in a session."""

    messageId = serializers.UUIDField()
    role = serializers.ChoiceField(["user", "assistant"])
    content = serializers.CharField()
    status = serializers.CharField(help_text="queued, running, succeeded, failed or cancelled, as of tasks.")
    createdAt = TimestampField()
    usage = MessageUsageSerializer()
    error = ReplyErrorSerializer(allow_null=True)


class ChatMessagesSerializer(serializers.Serializer[object]):
    """A page of a conversation, oldest first; `next` leads to what was said before, and is empty at the beginning."""

    messages = ChatMessageSerializer(many=True)
    next = serializers.CharField()


EXAMPLES = [
    OpenApiExample("Whole", {"content": "What is 12 * (3 + 4.5)?"}, request_only=True),
    OpenApiExample("Streamed", {"content": "Hello, what can you do?", "stream": True}, request_only=True),
]
PAGE = [
    OpenApiParameter("limit", OpenApiTypes.INT, OpenApiParameter.QUERY, description="Messages in a page, 1 to 100; 100 if left out."),
    OpenApiParameter("cursor", OpenApiTypes.STR, OpenApiParameter.QUERY, description="`next` of the page before."),
]
send = extend_schema(
    parameters=[SESSION],
    request=SendSerializer,
    responses={
        (200, "application/json"): ChatMessageSerializer,
        (200, "text/event-stream"): STREAM,
        202: OpenApiResponse(ChatMessageSerializer, description="The reply is still being written after a minute."),
    },
    examples=EXAMPLES,
)
history = extend_schema(operation_id="chat_messages_list", parameters=[SESSION, *PAGE], responses={200: ChatMessagesSerializer})
read = extend_schema(parameters=[SESSION, REPLY], responses={200: ChatMessageSerializer})
stop = extend_schema(parameters=[SESSION, REPLY], responses={200: ChatMessageSerializer})
resume = extend_schema(parameters=[SESSION, REPLY, *RESUME], responses={(200, "text/event-stream"): STREAM})
