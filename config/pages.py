"""Django's own error handlers: in the dialect of a contract's path, else as a page."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from common import errors
from common.contracts.deprecation import mark
from common.contracts.endpoints import find_deprecation
from common.contracts.handling import INTERNAL_MESSAGE, error_response, find_context
from common.contracts.registry import find_dialect
from web import views


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a request that Django itself found malformed."""
    return _answer(request, errors.Malformed("The request is malformed."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a request that Django itself refused."""
    return _answer(request, errors.Forbidden("You may not do this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a path that no door has."""
    return _answer(request, errors.NotFound("There is nothing at this path."))


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer a failure outside of any view."""
    return _answer(request, errors.TollgateError(INTERNAL_MESSAGE))


def _answer(request: HttpRequest, error: errors.TollgateError) -> HttpResponseBase:
    dialect = find_dialect(request.path_info)
    if dialect is None:
        return views.error_page(request, error)
    response = error_response(error, dialect, find_context(dialect, request))
    mark(response, find_deprecation(request.path_info))
    return response
