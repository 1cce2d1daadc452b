"""Contract M on the wire (M-2.3, M-7): the envelope, with HTTP 200 for most errors and ``XXX_nnn`` codes that carry the service's code."""

from typing import Any

from common import clock, ids
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
        "traceId": str(ids.new_id()),
        "apiVersion": context.get("api_version", ""),
        "service": context.get("name", ""),
        "datetime": timestamp(clock.now()),
        "isResponseImmediate": False,
        "extraType": context.get("extra_type", "others"),
        "response": {"taskId": ""},
        "errorCode": {"status": f"{context.get('code', 'XXX')}_{code}", "reason": error.message},
    }


MARKETPLACE = Dialect(name="marketplace", prefixes=("/call", "/result", "/stats", "/services/"), table=TABLE, body=body)
