"""What every endpoint stands on: a DRF view that knows its contract, and the catch-all that ends a contract's URL list."""

import re
from collections.abc import Mapping
from os import SEEK_END
from typing import Any, ClassVar

from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common import errors
from common.contracts.deprecation import Deprecation, mark
from common.contracts.dialect import Dialect
from common.contracts.versions import find_version_deprecation

CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


class ContractView(APIView):
    """An endpoint of one contract. Subclasses set ``dialect`` and authentication; bodies are read with :meth:`read_body`."""

    dialect: ClassVar[Dialect]
    error_kinds: ClassVar[tuple[errors.Kind, ...]] = ()
    """Kinds that this endpoint answers besides those every endpoint may (documentation only)."""
    error_examples: ClassVar[Mapping[str, errors.TollgateError]] = {}
    """Errors of its own by a name; they stand for the general example of a kind that ``error_kinds`` has (documentation only)."""
    deprecation: ClassVar[Deprecation | None] = None
    """Set where the endpoint is deprecated: everything else follows (G-7.2)."""
    # Without OPTIONS, which nothing here answers: DRF would name it in `Allow` and then refuse it.
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[Any, str]:  # noqa: FBT001, FBT002 - DRF's signature
        """Answer JSON whatever the client says it accepts, rather than refuse a browser's ``Accept: text/html``."""
        renderer = self.get_renderers()[0]
        return renderer, str(renderer.media_type)

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Give a body that was sent in pieces its length: DRF takes one without for no body at all."""
        body_file = getattr(request, "_stream", None)
        if "CONTENT_LENGTH" not in request.META and body_file is not None and body_file.seekable():
            request.META["CONTENT_LENGTH"] = str(body_file.seek(0, SEEK_END))
            body_file.seek(0)
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what no endpoint can use, then let DRF authenticate."""
        for values in request.query_params.lists():
            if any("\x00" in text or not is_encodable(text) for text in (values[0], *values[1])):
                raise errors.Malformed("The query string contains a character that no text can hold.")
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Finish the reply, an error's and a stream's too, with the headers of the endpoint's deprecation."""
        mark(response, self.find_deprecation())
        return super().finalize_response(request, response, *args, **kwargs)

    def find_deprecation(self) -> Deprecation | None:
        """Return the declaration that holds for this endpoint: its own, else its version's."""
        return self.deprecation or find_version_deprecation(self.request.path_info)

    @classmethod
    def answered_methods(cls) -> list[str]:
        """Return the methods that the endpoint documents, in capitals."""
        return [name.upper() for name in cls.http_method_names if name != "head" and hasattr(cls, name)]

    def read_object(self) -> dict[str, Any]:
        """Return the request's body; raises ``errors.Malformed`` if it is no JSON object."""
        # Asked of the stream, because DRF hands out an empty object where there is no body.
        if self.request.stream is None or not isinstance(self.request.data, dict):
            raise errors.Malformed("The body must be a JSON object.")
        return self.request.data

    def read_body(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """Return the request's body, validated by ``serializer``.

        Raises ``errors.Malformed`` if it is no object, and DRF's validation error, which becomes ``errors.Invalid`` with details.
        """
        reader = serializer(data=self.read_object())
        reader.is_valid(raise_exception=True)
        return dict(reader.validated_data)


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses unknown fields by name instead of dropping them, and numbers instead of making texts of them.

    Null for a field that has a default means the default (A-1.4), unless null says something of its own there.
    """

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated values; unknown fields and numbers for texts are errors of their own."""
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError({name: ["This field is not known here."] for name in unknown})
        numbers = sorted(name for name, value in data.items() if _is_number_for_text(self.fields[name], value))
        if numbers:
            raise serializers.ValidationError({name: ["Not a valid string."] for name in numbers})
        return super().to_internal_value({name: value for name, value in data.items() if not self._is_left_out(name, value)})

    def _is_left_out(self, name: str, value: Any) -> bool:
        field = self.fields[name]
        return value is None and field.default is not serializers.empty and not field.allow_null


class UnknownPath(ContractView):
    """Answers every path of a contract that no endpoint has, in the contract's own words."""

    authentication_classes = ()

    @extend_schema(exclude=True)
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer 404 whatever the method."""
        return super().dispatch(request, *args, **kwargs)

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say that the path does not exist, rather than that the method does not."""
        raise errors.NotFound("There is nothing at this path. The API is described at /api-docs.")


def documented_path(route: str) -> str:
    """Return a route of the URL map as the OpenAPI document writes it: ``/api/v1/chat/{thread_id}``."""
    return "/" + CONVERTER.sub(r"{\1}", route)


def _is_number_for_text(field: Any, value: Any) -> bool:
    """Return whether a number is given where a text is asked for, alone or in a list."""
    if isinstance(field, serializers.ListField) and isinstance(value, list):
        return any(_is_number_for_text(field.child, item) for item in value)
    return isinstance(field, serializers.CharField) and isinstance(value, int | float)


def is_encodable(text: str) -> bool:
    """Return whether ``text`` can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
