"""The OpenAI-compatible surface on the wire (P-8): ``{"error": {"message", "type", "param", "code"}}``."""

from typing import Any

from common.contracts.dialect import Code, Context, Dialect
from common.errors import Kind, TollgateError

TABLE: dict[Kind, tuple[int, Code]] = {
    Kind.MALFORMED: (400, "invalid_request_error"),
    Kind.INVALID: (400, "invalid_request_error"),
    Kind.OVERSIZED: (400, "invalid_request_error"),
    Kind.BODY_TOO_LARGE: (413, "invalid_request_error"),
    Kind.UNSUPPORTED_MEDIA_TYPE: (415, "invalid_request_error"),
    Kind.METHOD_NOT_ALLOWED: (405, "invalid_request_error"),
    Kind.UNAUTHENTICATED: (401, "invalid_api_key"),
    Kind.FORBIDDEN: (403, "permission_denied"),
    Kind.PAYMENT_REQUIRED: (429, "insufficient_quota"),
    Kind.UNSUPPORTED: (404, "model_not_found"),
    Kind.NOT_FOUND: (404, "not_found"),
    Kind.CONFLICT: (409, "conflict"),
    Kind.TOO_MANY: (429, "rate_limit_exceeded"),
    Kind.PROVIDER_FAILED: (502, "server_error"),
    Kind.BROKER_DOWN: (503, "server_error"),
    Kind.REDIS_DOWN: (503, "server_error"),
    Kind.STORAGE_DOWN: (503, "server_error"),
    Kind.INTERNAL: (500, "server_error"),
}
TYPES = {"server_error": "server_error", "rate_limit_exceeded": "requests", "insufficient_quota": "insufficient_quota"}


def body(error: TollgateError, code: Code, _context: Context) -> dict[str, Any]:
    """Return OpenAI's error body; ``param`` is the field that was wrong, if one was."""
    param = next(iter(error.details), None)
    message = f"{error.message} {' '.join(error.details[param])}" if param else error.message
    return {"error": {"message": message, "type": TYPES.get(str(code), "invalid_request_error"), "param": param, "code": code}}


OPENAI = Dialect(name="openai", prefixes=("/v1/",), table=TABLE, body=body)
