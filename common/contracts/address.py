"""The client's address: the socket's, or what as many trusted proxies as are configured have appended."""

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request


def client_address(request: HttpRequest | Request) -> str:
    """Return the address to count by; ``X-Forwarded-For`` is believed only as far as ``TRUSTED_PROXY_COUNT`` says."""
    socket_address = str(request.META.get("REMOTE_ADDR") or "unknown")
    if not settings.TRUSTED_PROXY_COUNT:
        return socket_address
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return forwarded[-settings.TRUSTED_PROXY_COUNT] if len(forwarded) >= settings.TRUSTED_PROXY_COUNT else socket_address
