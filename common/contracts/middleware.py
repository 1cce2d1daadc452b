"""Middleware: a request id on every reply, and Django's page machinery kept away from the APIs.

The API's doors authenticate by header alone; sessions, cookies and CSRF are for pages, and an API request does not pay for them.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from corsheaders.middleware import CorsMiddleware
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware

from common import ids
from common.contracts.registry import find_dialect

GetResponse = Callable[[HttpRequest], HttpResponseBase]
GIVEN_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class RequestIdMiddleware:
    """Gives every request an id, found in every log line and in the reply's ``X-Request-Id`` (G-5.4)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request with the caller's id, if it sent a reasonable one, else with a new one."""
        given = request.headers.get("X-Request-Id", "")
        request_id = given if GIVEN_ID.fullmatch(given) else str(ids.new_id())
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
        response.headers["X-Request-Id"] = request_id
        if isinstance(response, HttpResponse) and "Content-Length" not in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
        return response


class OtherOriginsMiddleware(CorsMiddleware):
    """Lets the pages of ``CORS_ORIGINS`` call the APIs that are meant for them (P-4.1): those of ``CORS_URLS_REGEX``."""

    def check_preflight(self, request: HttpRequest) -> HttpResponseBase | None:
        """Answer a preflight, which has no body and therefore no type; without allowed origins there is nothing to ask for."""
        response = super().check_preflight(request)
        if response is None or not settings.CORS_ALLOWED_ORIGINS:
            return None
        del response.headers["Content-Type"]
        return response


class OnlyForPages:
    """Mixin: the middleware does nothing on the paths of a contract."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        """Skip API paths."""
        if find_dialect(request.path_info) is not None:
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]  # the other base has it


class PageContentSecurityMiddleware(OnlyForPages, CSPMiddleware):
    """Content-Security-Policy for pages."""


class PageStaticMiddleware(OnlyForPages, WhiteNoiseMiddleware):  # type: ignore[misc]  # WhiteNoise has no types
    """Static files: those that ``collectstatic`` has gathered, else from where they lie."""

    def add_files(self, root: str, prefix: str | None = None) -> None:
        """Add a folder, if it has been made."""
        if Path(root).is_dir():
            super().add_files(root, prefix)


class PageSessionMiddleware(OnlyForPages, SessionMiddleware):
    """Cookie sessions for pages."""


class PageAuthenticationMiddleware(OnlyForPages, AuthenticationMiddleware):
    """``request.user`` for pages."""


class PageMessageMiddleware(OnlyForPages, MessageMiddleware):
    """One-time messages for pages."""
