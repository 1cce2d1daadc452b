"""The headers of a marketplace's call (M-1.1), read and refused in the contract's order: the token by itself, then the others."""

import re

from django.http import HttpRequest
from rest_framework.request import Request

from marketplace.errors import HeaderInvalid, HeaderMissing
from marketplace.services.calling import Requester
from marketplace.states import Role

TOKEN, USER, ROLE, REQUEST = "x-marketplace-token", "x-user-id", "x-user-role", "x-request-id"
VALUE_CHARACTERS_MAX = 200
PRINTABLE = re.compile(r"[\x20-\x7e]+")
"""What can be sent back as it came."""


def read_token(request: Request) -> str:
    """Return the token; raises :class:`HeaderMissing`."""
    return _read(request, TOKEN)


def read_requester(request: Request, *, needs_request_id: bool) -> Requester:
    """Return who calls; raises :class:`HeaderMissing` or :class:`HeaderInvalid`."""
    user_id = _read_kept(request, USER)
    role = _read(request, ROLE)
    if role not in set(Role):
        raise HeaderInvalid(ROLE, f"must be one of {', '.join(Role)}")
    request_id = _read_kept(request, REQUEST) if needs_request_id else find_request_id(request)
    return Requester(user_id=user_id, role=Role(role), request_id=request_id)


def find_request_id(request: Request | HttpRequest) -> str:
    """Return the request's id as replies repeat it, good or not (M-2.3), or ""."""
    return request.headers.get(REQUEST, "").strip()


def _read(request: Request, name: str) -> str:
    value = request.headers.get(name, "").strip()
    if not value:
        raise HeaderMissing(name)
    return value


def _read_kept(request: Request, name: str) -> str:
    """Return a header that the callback will repeat."""
    value = _read(request, name)
    if len(value) > VALUE_CHARACTERS_MAX:
        raise HeaderInvalid(name, f"is longer than {VALUE_CHARACTERS_MAX} characters")
    if not PRINTABLE.fullmatch(value):
        raise HeaderInvalid(name, "must be printable ASCII")
    return value
