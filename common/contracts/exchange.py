"""The other side of contract M on the wire (M-9): what services of others call here, ``{"code", "message", "data"}``.

``code`` is 0 for success only; of an error it is the HTTP status, which fits.
"""

from typing import Any

from common.contracts.dialect import Code, Context, Dialect
from common.errors import Kind, TollgateError

TABLE: dict[Kind, tuple[int, Code]] = {
    Kind.MALFORMED: (400, 400),
    Kind.INVALID: (400, 400),
    Kind.OVERSIZED: (400, 400),
    Kind.BODY_TOO_LARGE: (413, 413),
    Kind.UNSUPPORTED_MEDIA_TYPE: (415, 415),
    Kind.METHOD_NOT_ALLOWED: (405, 405),
    Kind.UNAUTHENTICATED: (401, 401),
    Kind.FORBIDDEN: (403, 403),
    Kind.PAYMENT_REQUIRED: (402, 402),
    Kind.UNSUPPORTED: (400, 400),
    Kind.NOT_FOUND: (404, 404),
    Kind.CONFLICT: (409, 409),
    Kind.TOO_MANY: (429, 429),
    Kind.PROVIDER_FAILED: (502, 502),
    Kind.BROKER_DOWN: (503, 503),
    Kind.REDIS_DOWN: (503, 503),
    Kind.STORAGE_DOWN: (503, 503),
    Kind.INTERNAL: (500, 500),
}


def body(error: TollgateError, code: Code, _context: Context) -> dict[str, Any]:
    """Return the envelope around ``error``."""
    problems = "; ".join(f"{field}: {' '.join(messages)}" for field, messages in error.details.items())
    return {"code": code, "message": f"{error.message} ({problems})" if problems else error.message, "data": None}


EXCHANGE = Dialect(name="exchange", prefixes=("/api/v1/ai-connection/", "/api/v1/ai-resource/"), table=TABLE, body=body)
