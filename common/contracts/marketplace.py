"""Contract M on the wire (M-2.3, M-7): the envelope, with HTTP 200 for most errors and ``XXX_nnn`` codes that carry the service's code."""

from typing import Any
from uuid import uuid4

from common import clock
from common.contracts.dialect import Code, Context, Dialect
from common.contracts.wire import timestamp
from common.errors import Kind, TollgateError

TABLE: dict[Kind, tuple[int, Code]] = {
    Kind.MALFORMED: (400, "400"),
    Kind.INVALID: (200, "400"),
    Kind.OVERSIZED: (200, "401"),
    Kind.BODY_TOO_LARGE: (413, "400"),
    Kind.UNSUPPORTED_MEDIA_TYPE: (415, "400"),
    Kind.METHOD_NOT_ALLOWED: (405, "400"),
    Kind.UNAUTHENTICATED: (401, "402"),
    Kind.FORBIDDEN: (200, "402"),
    Kind.PAYMENT_REQUIRED: (200, "402"),
    Kind.UNSUPPORTED: (200, "403"),
    Kind.NOT_FOUND: (200, "404"),
    Kind.CONFLICT: (200, "400"),
    Kind.TOO_MANY: (429, "401"),
    Kind.PROVIDER_FAILED: (200, "501"),
    Kind.BROKER_DOWN: (200, "502"),
    Kind.REDIS_DOWN: (200, "503"),
    Kind.STORAGE_DOWN: (200, "504"),
    Kind.INTERNAL: (500, "500"),
}


def body(error: TollgateError, code: Code, context: Context) -> dict[str, Any]:
    """Return M's envelope around ``error``; ``context`` brings the service's ``code``, ``name``, ``api_version`` and the ``request_id``."""
    return {
        "requestId": context.get("request_id", ""),
        "traceId": context.get("trace_id") or str(uuid4()),
        "apiVersion": context.get("api_version", ""),
        "service": context.get("name", ""),
        "datetime": context.get("datetime") or timestamp(clock.now()),
        "isResponseImmediate": False,
        "extraType": context.get("extra_type", "others"),
        "response": {"taskId": ""},
        "errorCode": {"status": f"{context.get('code', 'XXX')}_{code}", "reason": _reason(error)},
    }


def _reason(error: TollgateError) -> str:
    """Return what was wrong, field by field where there are several (M-7)."""
    fields = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.details.items())
    return f"{error.message} ({fields})" if fields else error.message


_by_path: dict[str, Context] = {}


def remember(path: str, context: Context) -> None:
    """Keep what errors say of the service at a path, for replies that are made before anybody can look it up (bodies too large)."""
    _by_path[path] = context


def recall(path: str, request_id: str) -> Context:
    """Return what this process knows of the service at a path, and the request's id."""
    return {**_by_path.get(path, {}), "request_id": request_id.strip()}


EXAMPLE = {
    "request_id": "7d5f1c1e",
    "trace_id": "0192f0c1-0000-4000-8000-000000000000",
    "datetime": "2026-01-01T00:00:00.000Z",
    "name": "AudioCraft",
    "code": "AC",
    "api_version": "1.0.1",
}
MARKETPLACE = Dialect(
    name="marketplace",
    prefixes=("/call", "/result", "/stats", "/services/"),
    table=TABLE,
    body=body,
    find_context=recall,
    example=EXAMPLE,
)
