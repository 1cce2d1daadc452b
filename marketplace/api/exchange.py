"""What services of others call here (M-9): their results come in by the callback, their objects are kept.

Invariant: a reply is ``{"code", "message", "data"}``, with code 0 for success only.
"""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.contracts.exchange import EXCHANGE
from common.contracts.views import ContractView, StrictSerializer
from common.errors import Kind
from marketplace import selectors
from marketplace.errors import KeyMissing
from marketplace.models import Publisher
from marketplace.services import receiving, resources

CREDENTIAL_HEADER = "x-marketplace-token"
KEY_HEADERS = ("x-publisher-key", "x-product-api-key")
KEY = OpenApiParameter("x-publisher-key", str, OpenApiParameter.HEADER, description="The publisher's key; x-product-api-key does as well.")
EXAMPLE_KEY = "publishers/0192f0c1000070008000000000000000/0192f0c1000070008000000000000001.wav"


class KeyField(serializers.CharField):
    """A JSON string: a number is no key."""

    def to_internal_value(self, data: object) -> str:
        """Return the text."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class ObjectSerializer(StrictSerializer):
    """An object: when it is uploaded, the name to keep its extension of, afterwards the key that it was given."""

    s3Key = KeyField(max_length=200, trim_whitespace=False)


class UploadSerializer(serializers.Serializer[object]):
    """Where to put the bytes, and the key that they are kept under."""

    presignedUrl = serializers.URLField()
    key = serializers.CharField()


class LinkSerializer(serializers.Serializer[object]):
    """Where the object is."""

    url = serializers.URLField()


class CallbackSerializer(serializers.Serializer[object]):
    """What a service says of a task of its own (M-3.1): what the marketplace contract pushes, whole."""

    taskId = serializers.CharField(max_length=300)
    errorCode = serializers.DictField(child=serializers.CharField(allow_blank=True, allow_null=True))
    response = serializers.DictField(required=False, allow_null=True)


def reply_with(name: str, data: serializers.Field[Any, Any, Any, Any]) -> Any:
    """Return the schema of an envelope around ``data``."""
    return inline_serializer(name, {"code": serializers.IntegerField(), "message": serializers.CharField(), "data": data})


UPLOAD_REPLY = reply_with("UploadReply", UploadSerializer())
LINK_REPLY = reply_with("LinkReply", LinkSerializer())
DONE_REPLY = reply_with("DoneReply", serializers.CharField(allow_null=True))


def success(data: Any) -> dict[str, Any]:
    """Return the envelope of what went well."""
    return {"code": 0, "message": "success", "data": data}


class ResourceView(ContractView):
    """An endpoint for publishers. The body's form is looked at first, then the key, then what the body says."""

    dialect = EXCHANGE
    authentication_classes = ()

    def get_publisher(self) -> Publisher:
        """Return the publisher who calls."""
        return selectors.get_publisher(next((value for name in KEY_HEADERS if (value := self.request.headers.get(name, ""))), ""))

    def read_key(self) -> tuple[Publisher, str]:
        """Return the publisher who calls, and the ``s3Key`` of the body."""
        self.read_object()
        publisher = self.get_publisher()
        return publisher, self.read_body(ObjectSerializer)["s3Key"]


class Callback(ContractView):
    """M-3, from the other side: a service tells how its task has ended."""

    dialect = EXCHANGE
    authentication_classes = ()
    error_kinds = (Kind.UNAUTHENTICATED, Kind.NOT_FOUND)

    @extend_schema(
        parameters=[
            OpenApiParameter(CREDENTIAL_HEADER, str, OpenApiParameter.HEADER, description="The token that the service was called with.")
        ],
        request=CallbackSerializer,
        responses={201: DONE_REPLY},
        examples=[
            OpenApiExample(
                "A sound is ready",
                {
                    "taskId": "0192f0c1-0000-7000-8000-000000000000",
                    "response": {"dataType": "S3_OBJECT", "data": "https://api.example.com/files/WyJwdWJsaXNoZXJz"},
                    "errorCode": {"status": "AC_000", "reason": "success"},
                },
                request_only=True,
            ),
            OpenApiExample("Taken", success(None), response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request) -> Response:
        """Tell how a task has ended; the same again changes nothing."""
        body = self.read_object()
        reference = self.read_body(CallbackSerializer)["taskId"]
        receiving.take_callback(token=request.headers.get(CREDENTIAL_HEADER, ""), reference=reference, body=body)
        return Response(success(None), status=201)


class PresignedUpload(ResourceView):
    """M-6.1, from the other side."""

    error_kinds = (Kind.UNAUTHENTICATED, Kind.STORAGE_DOWN)

    @extend_schema(
        parameters=[KEY],
        request=ObjectSerializer,
        responses={200: UPLOAD_REPLY},
        examples=[
            OpenApiExample("A sound", {"s3Key": "song.wav"}, request_only=True),
            OpenApiExample(
                "Where to put it",
                success({"presignedUrl": "https://api.example.com/uploads/WyJwdWJsaXNoZXJz", "key": EXAMPLE_KEY}),
                response_only=True,
                status_codes=["200"],
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Get a link to which an object can be put, once, within a quarter of an hour, and the key that it will have."""
        publisher, name = self.read_key()
        key, url = resources.begin_upload(publisher=publisher, name=name)
        return Response(success({"presignedUrl": url, "key": key}))


class PresignedDownload(ResourceView):
    """M-6.2, from the other side."""

    error_kinds = (Kind.UNAUTHENTICATED, Kind.NOT_FOUND, Kind.STORAGE_DOWN)

    @extend_schema(
        parameters=[KEY, OpenApiParameter("s3Key", str, required=True, description="The key that the object was given.")],
        responses={200: LINK_REPLY},
        examples=[
            OpenApiExample(
                "Where it is", success({"url": "https://api.example.com/files/WyJwdWJsaXNoZXJz"}), response_only=True, status_codes=["200"]
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """Get a link to one of the publisher's objects."""
        publisher = self.get_publisher()
        key = request.query_params.get("s3Key", "")
        if not key:
            raise KeyMissing
        return Response(success({"url": resources.make_link(publisher=publisher, key=key)}))


class Delete(ResourceView):
    """M-6.3, from the other side."""

    error_kinds = (Kind.UNAUTHENTICATED, Kind.NOT_FOUND, Kind.STORAGE_DOWN)

    @extend_schema(
        parameters=[KEY],
        request=ObjectSerializer,
        responses={200: DONE_REPLY},
        examples=[
            OpenApiExample("An object", {"s3Key": EXAMPLE_KEY}, request_only=True),
            OpenApiExample("Gone", success(None), response_only=True, status_codes=["200"]),
        ],
    )
    def post(self, request: Request) -> Response:
        """Delete one of the publisher's objects."""
        publisher, key = self.read_key()
        resources.delete_resource(publisher=publisher, key=key)
        return Response(success(None))
