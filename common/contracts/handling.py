"""From any exception to the contract's own error reply: the one exception handler of Django REST framework."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response

from common import errors
from common.contracts.dialect import Context, Dialect
from common.contracts.platform import PLATFORM
from common.contracts.rendering import to_json

log = structlog.get_logger(__name__)
INTERNAL_MESSAGE = "Something went wrong on our side. Try again; if it persists, report the X-Request-Id of this reply."
REQUEST_ID_HEADER = "x-request-id"
BAD_TOKEN_MESSAGE = "Invalid authentication token."  # noqa: S105 - a message


def handle_exception(exception: Exception, context: Mapping[str, Any]) -> Response:
    """Return the reply for ``exception`` in the dialect of the view that raised it."""
    view = context["view"]
    dialect: Dialect = getattr(view, "dialect", PLATFORM)
    error = translate(exception)
    if isinstance(exception, exceptions.UnsupportedMediaType):
        error = errors.UnsupportedMediaType(f"Send the body as {' or '.join(parser.media_type for parser in view.parser_classes)}.")
    if error.kind is errors.Kind.INTERNAL:
        report(exception, context["request"])
    headers = dialect.headers(error)
    if isinstance(exception, exceptions.MethodNotAllowed):
        headers["Allow"] = ", ".join(view.allowed_methods)
    describe = getattr(view, "error_context", None)
    known = describe() if describe else find_context(dialect, context["request"])
    return Response(dialect.render(error, known), status=dialect.status(error), headers=headers)


def find_context(dialect: Dialect, request: HttpRequest | Any) -> Context:
    """Return what an error's body says of ``request``, by its path and its id alone."""
    return dialect.find_context(request.path_info, request.headers.get(REQUEST_ID_HEADER, ""))


def error_response(error: errors.TollgateError, dialect: Dialect, context: Context | None = None) -> HttpResponse:
    """Return the reply for ``error`` outside of a view: in middleware, in Django's own error handlers."""
    content = to_json(dialect.render(error, context))
    return HttpResponse(content, status=dialect.status(error), headers=dialect.headers(error), content_type="application/json")


def report(exception: Exception, request: HttpRequest | Any) -> None:
    """Log an unexpected exception and tell Django's signal, as Django itself would have done."""
    log.error("request.failed", exc_info=exception, problem=type(exception).__name__)
    got_request_exception.send(sender=None, request=request)


def translate(exception: Exception) -> errors.TollgateError:
    """Return the error of our taxonomy that ``exception`` means; what is unknown is internal and tells nothing."""
    if isinstance(exception, errors.TollgateError):
        return exception
    if isinstance(exception, exceptions.ValidationError):
        return errors.Invalid("Invalid input data.", details=flatten(exception.detail))
    for known, kind, message in TRANSLATIONS:
        if isinstance(exception, known):
            return kind(message or str(exception))
    return errors.TollgateError(INTERNAL_MESSAGE)


TRANSLATIONS: tuple[tuple[type[Exception], type[errors.TollgateError], str], ...] = (
    (exceptions.ParseError, errors.Malformed, ""),
    (exceptions.NotAuthenticated, errors.Unauthenticated, BAD_TOKEN_MESSAGE),
    (exceptions.AuthenticationFailed, errors.Unauthenticated, BAD_TOKEN_MESSAGE),
    (exceptions.PermissionDenied, errors.Forbidden, ""),
    (exceptions.MethodNotAllowed, errors.MethodNotAllowed, ""),
    (exceptions.UnsupportedMediaType, errors.UnsupportedMediaType, "Send the body as application/json."),
    (exceptions.NotFound, errors.NotFound, ""),
    (Http404, errors.NotFound, "There is nothing at this path."),
    (RequestDataTooBig, errors.BodyTooLarge, "The body is too large."),
    (PermissionDenied, errors.Forbidden, "You may not do this."),
    (SuspiciousOperation, errors.Malformed, "The request is malformed."),
)


def flatten(detail: Any, name: str = "") -> dict[str, Sequence[str]]:
    """Return DRF's nested error detail as ``{"field.inner": [messages]}``."""
    if isinstance(detail, Mapping):
        found: dict[str, Sequence[str]] = {}
        for key, value in detail.items():
            found |= flatten(value, f"{name}.{key}" if name else str(key))
        return found
    messages = detail if isinstance(detail, list) else [detail]
    if any(isinstance(message, Mapping | list) for message in messages):
        return {k: v for position, item in enumerate(messages) for k, v in flatten(item, f"{name}[{position}]").items()}
    return {name or "body": [str(message) for message in messages]}
