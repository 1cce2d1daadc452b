"""A limit on request bodies, by path, in front of Django: counted as they arrive, refused with 413 in the contract's own words.

A query string that is no UTF-8 is refused here too, since Django would answer it outside of every contract.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from common import errors, ids
from common.contracts.deprecation import mark
from common.contracts.endpoints import find_deprecation
from common.contracts.handling import REQUEST_ID_HEADER, error_response
from common.contracts.platform import PLATFORM
from common.contracts.registry import find_dialect
from common.storage.links import find_upload_bytes_max

MIB = 1024 * 1024
LIMITS_BYTES = (("/api/user/files", 51 * MIB), ("/api/user/profile", 3 * MIB), ("/api/ai/", 20 * MIB), ("/v1/", 25 * MIB))
DEFAULT_BYTES = 1 * MIB
DIGITS_MAX = 20

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class BodyLimit:
    """Passes requests on while their bodies stay within the limit."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, or answer 413 and tell the application that the client has gone."""
        if not is_utf8(scope["query_string"]):
            await refuse(scope, send, errors.Malformed("The query string is not UTF-8. Percent-encode it."))
            return
        limit = limit_bytes(scope["path"])
        too_large = errors.BodyTooLarge(f"The body is larger than the {limit} bytes that this endpoint reads.")
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and (len(announced) > DIGITS_MAX or int(announced) > limit):
            await refuse(scope, send, too_large)
            return
        received, is_refused = 0, False

        async def counted() -> Message:
            nonlocal received, is_refused
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit and not is_refused:
                is_refused = True
                await refuse(scope, send, too_large)
            return {"type": "http.disconnect"} if is_refused else message

        async def unless_refused(message: Message) -> None:
            if not is_refused:
                await send(message)

        await self._app(scope, counted, unless_refused)


def limit_bytes(path: str) -> int:
    """Return the most bytes that a body sent to ``path`` may have."""
    of_upload = find_upload_bytes_max(path)
    return next((limit for prefix, limit in LIMITS_BYTES if path.startswith(prefix)), DEFAULT_BYTES) if of_upload is None else of_upload


def is_utf8(raw: bytes) -> bool:
    """Return whether ``raw`` is text in UTF-8."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


async def refuse(scope: Scope, send: Send, error: errors.TollgateError) -> None:
    """Answer ``error`` in the dialect of the path, and close the connection, whose rest nobody will read."""
    dialect = find_dialect(scope["path"]) or PLATFORM
    request_id = dict(scope["headers"]).get(REQUEST_ID_HEADER.encode(), b"").decode("latin-1")
    response = error_response(error, dialect, dialect.find_context(scope["path"], request_id))
    mark(response, find_deprecation(scope["path"]))
    # Nothing behind this has seen the request, so the id that every reply carries (G-5.4) is given here.
    response.headers["X-Request-Id"] = str(ids.new_id())
    headers = [(name.lower().encode(), value.encode()) for name, value in response.headers.items()]
    await send({"type": "http.response.start", "status": response.status_code, "headers": [*headers, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": response.content})
