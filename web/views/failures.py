"""The page that says what went wrong."""

from django.http import HttpRequest, HttpResponse

from common.errors import Kind, TollgateError
from web import selectors
from web.views.rendering import render_page

STATUSES = {Kind.MALFORMED: 400, Kind.FORBIDDEN: 403, Kind.NOT_FOUND: 404}
OUR_FAULT = 500
TITLES = {400: "That request makes no sense here", 403: "Not allowed", 404: "Nothing here", OUR_FAULT: "Something went wrong"}


def error_page(request: HttpRequest, error: TollgateError) -> HttpResponse:
    """Return the page for ``error``, the last resort of a request that no view answered.

    Nothing is read from the database when the failure is ours: it may be what failed.
    """
    status = STATUSES.get(error.kind, OUR_FAULT)
    visitor = None if status == OUR_FAULT else selectors.find_visitor(getattr(request, "session", None))
    context = {"status": status, "title": TITLES[status], "message": error.message}
    return render_page(request, "error.html", context, visitor=visitor, status=status)
