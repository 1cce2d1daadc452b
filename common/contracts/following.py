"""Replies that are worth waiting for, without keeping a thread waiting.

A view that would wait returns its reply as it is now, with ``follow``: a coroutine function that returns the reply to send instead. The
ASGI entry (``config/asgi.py``) awaits it after the view's thread has been freed.
"""

from collections.abc import Awaitable, Callable

from django.http.response import HttpResponseBase
from rest_framework.response import Response

Follow = Callable[[], Awaitable[Response]]


def followed(response: Response, follow: Follow) -> Response:
    """Return ``response`` marked to be replaced by what ``follow`` returns."""
    response.follow = follow  # type: ignore[attr-defined]  # read by find_follow only
    return response


def find_follow(response: HttpResponseBase) -> Follow | None:
    """Return the coroutine function that the view left with its response, if any."""
    return getattr(response, "follow", None)
