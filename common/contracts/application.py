"""Contract T on the wire (T-8): the Response object, for errors too."""

from typing import Any

from common.contracts.dialect import Code, Context, Dialect
from common.errors import Kind, TollgateError

TABLE: dict[Kind, tuple[int, Code]] = {
    Kind.MALFORMED: (400, None),
    Kind.INVALID: (400, None),
    Kind.OVERSIZED: (400, None),
    Kind.BODY_TOO_LARGE: (413, None),
    Kind.UNSUPPORTED_MEDIA_TYPE: (415, None),
    Kind.METHOD_NOT_ALLOWED: (405, None),
    Kind.UNAUTHENTICATED: (401, None),
    Kind.FORBIDDEN: (403, None),
    Kind.PAYMENT_REQUIRED: (402, None),
    Kind.UNSUPPORTED: (400, None),
    Kind.NOT_FOUND: (404, None),
    Kind.CONFLICT: (409, None),
    Kind.TOO_MANY: (429, None),
    Kind.PROVIDER_FAILED: (502, None),
    Kind.BROKER_DOWN: (503, None),
    Kind.REDIS_DOWN: (503, None),
    Kind.STORAGE_DOWN: (503, None),
    Kind.INTERNAL: (500, None),
}


def body(error: TollgateError, _code: Code, _context: Context) -> dict[str, Any]:
    """Return T's Response for ``error``; the status says the rest."""
    problems = "; ".join(f"{field}: {' '.join(messages)}" for field, messages in error.details.items())
    return {"success": False, "message": f"{error.message} ({problems})" if problems else error.message, "data": None}


APPLICATION = Dialect(
    name="application", prefixes=("/api/v1/task", "/api/v1/assets", "/api/v1/result", "/api/v1/status"), table=TABLE, body=body
)
