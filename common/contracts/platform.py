"""Contract P on the wire, by the conventions A-2: ``{"code", "message"}`` with the code's HTTP status."""

from typing import Any

from common.contracts.dialect import Code, Context, Dialect
from common.errors import Kind, TollgateError

TABLE: dict[Kind, tuple[int, Code]] = {
    Kind.MALFORMED: (400, 3),
    Kind.INVALID: (400, 3),
    Kind.OVERSIZED: (400, 3),
    Kind.BODY_TOO_LARGE: (413, 3),
    Kind.UNSUPPORTED_MEDIA_TYPE: (415, 3),
    Kind.METHOD_NOT_ALLOWED: (405, 12),
    Kind.UNAUTHENTICATED: (401, 16),
    Kind.FORBIDDEN: (403, 7),
    Kind.PAYMENT_REQUIRED: (402, 9),
    Kind.UNSUPPORTED: (501, 12),
    Kind.NOT_FOUND: (404, 5),
    Kind.CONFLICT: (409, 6),
    Kind.TOO_MANY: (429, 8),
    Kind.PROVIDER_FAILED: (500, 13),
    Kind.BROKER_DOWN: (500, 13),
    Kind.REDIS_DOWN: (500, 13),
    Kind.STORAGE_DOWN: (500, 13),
    Kind.INTERNAL: (500, 13),
}


def body(error: TollgateError, code: Code, _context: Context) -> dict[str, Any]:
    """Return A-2's error body; what is wrong with which field goes into the message, which is all the contract has."""
    problems = "; ".join(f"{field}: {' '.join(messages)}" for field, messages in error.details.items())
    return {"code": code, "message": f"{error.message} ({problems})" if problems else error.message}


def task_error(kind: str, message: str) -> dict[str, Any]:
    """Return the ``error`` object of a task that failed with ``kind`` (A-2)."""
    return {"code": TABLE[Kind(kind)][1], "message": message}


PLATFORM = Dialect(name="platform", prefixes=("/api/",), table=TABLE, body=body)
