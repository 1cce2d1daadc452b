"""Contract G on the wire (G-5): ``{"error", "code"}`` and ``details`` where there are any."""

from typing import Any

from common.contracts.dialect import Code, Context, Dialect
from common.errors import Kind, TollgateError

TABLE: dict[Kind, tuple[int, Code]] = {
    Kind.MALFORMED: (400, "INVALID_REQUEST"),
    Kind.INVALID: (400, "INVALID_REQUEST"),
    Kind.OVERSIZED: (400, "INVALID_REQUEST"),
    Kind.BODY_TOO_LARGE: (413, "INVALID_REQUEST"),
    Kind.UNSUPPORTED_MEDIA_TYPE: (415, "INVALID_REQUEST"),
    Kind.METHOD_NOT_ALLOWED: (405, "METHOD_NOT_ALLOWED"),
    Kind.UNAUTHENTICATED: (401, "UNAUTHORIZED"),
    Kind.FORBIDDEN: (403, "FORBIDDEN"),
    Kind.PAYMENT_REQUIRED: (402, "PAYMENT_REQUIRED"),
    Kind.UNSUPPORTED: (400, "INVALID_REQUEST"),
    Kind.NOT_FOUND: (404, "NOT_FOUND"),
    Kind.CONFLICT: (409, "CONFLICT"),
    Kind.TOO_MANY: (429, "TOO_MANY_REQUESTS"),
    Kind.PROVIDER_FAILED: (502, "SERVICE_UNAVAILABLE"),
    Kind.BROKER_DOWN: (503, "SERVICE_UNAVAILABLE"),
    Kind.REDIS_DOWN: (503, "SERVICE_UNAVAILABLE"),
    Kind.STORAGE_DOWN: (503, "SERVICE_UNAVAILABLE"),
    Kind.INTERNAL: (500, "INTERNAL_SERVER_ERROR"),
}


def body(error: TollgateError, code: Code, _context: Context) -> dict[str, Any]:
    """Return G's error body (G-5.1); a conflict always carries details (G-5.2)."""
    details = error.details or ({"conflict": [error.message]} if error.kind is Kind.CONFLICT else {})
    return {"error": error.message, "code": code} | ({"details": details} if details else {})


GATEWAY = Dialect(name="gateway", prefixes=("/api/v1/",), table=TABLE, body=body)
