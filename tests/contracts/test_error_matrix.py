"""Contract by kind of error: every cell, as the table of the contracts says, on the wire."""

import json
from typing import Any

import pytest

from common.contracts.dialect import Dialect
from common.contracts.handling import error_response
from common.contracts.registry import DIALECTS
from common.errors import Kind, TollgateError
from tests.contracts.matching import TIMESTAMP, UUID

BY_NAME = {dialect.name: dialect for dialect in DIALECTS}
COLUMNS = ("gateway", "platform", "marketplace", "application", "openai", "exchange")
MATRIX = """
malformed               400 INVALID_REQUEST        400 3    400 XXX_400  400  400 invalid_request_error  400 400
invalid                 400 INVALID_REQUEST        400 3    200 XXX_400  400  400 invalid_request_error  400 400
oversized               400 INVALID_REQUEST        400 3    200 XXX_401  400  400 invalid_request_error  400 400
body_too_large          413 INVALID_REQUEST        413 3    413 XXX_400  413  413 invalid_request_error  413 413
unsupported_media_type  415 INVALID_REQUEST        415 3    415 XXX_400  415  415 invalid_request_error  415 415
method_not_allowed      405 METHOD_NOT_ALLOWED     405 12   405 XXX_400  405  405 invalid_request_error  405 405
unauthenticated         401 UNAUTHORIZED           401 16   401 XXX_402  401  401 invalid_api_key        401 401
forbidden               403 FORBIDDEN              403 7    200 XXX_402  403  403 permission_denied      403 403
payment_required        402 PAYMENT_REQUIRED       402 9    200 XXX_402  402  429 insufficient_quota     402 402
unsupported             400 INVALID_REQUEST        501 12   200 XXX_403  400  404 model_not_found        400 400
not_found               404 NOT_FOUND              404 5    200 XXX_404  404  404 not_found              404 404
conflict                409 CONFLICT               409 6    200 XXX_400  409  409 conflict               409 409
too_many                429 TOO_MANY_REQUESTS      429 8    429 XXX_401  429  429 rate_limit_exceeded    429 429
provider_failed         502 SERVICE_UNAVAILABLE    500 13   200 XXX_501  502  502 server_error           502 502
broker_down             503 SERVICE_UNAVAILABLE    500 13   200 XXX_502  503  503 server_error           503 503
redis_down              503 SERVICE_UNAVAILABLE    500 13   200 XXX_503  503  503 server_error           503 503
storage_down            503 SERVICE_UNAVAILABLE    500 13   200 XXX_504  503  503 server_error           503 503
internal                500 INTERNAL_SERVER_ERROR  500 13   500 XXX_500  500  500 server_error           500 500
"""
MESSAGE = "What was wrong, and what to do."


def cells() -> list[tuple[str, str, int, str]]:
    """Return the matrix as (kind, contract, status, code); the application contract has no codes."""
    found = []
    for line in MATRIX.strip().splitlines():
        kind, *words = line.split()
        words.insert(7, "")
        found += [(kind, name, int(words[2 * at]), words[2 * at + 1]) for at, name in enumerate(COLUMNS)]
    return found


def body_of(contract: str, code: str) -> Any:
    """Return the whole body that a contract writes around a code."""
    details = {"details": {"conflict": [MESSAGE]}} if code == "CONFLICT" else {}
    types = {"server_error": "server_error", "rate_limit_exceeded": "requests", "insufficient_quota": "insufficient_quota"}
    return {
        "gateway": {"error": MESSAGE, "code": code} | details,
        "platform": {"code": int(code) if code.isdigit() else code, "message": MESSAGE},
        "marketplace": {
            "requestId": "", "traceId": UUID, "apiVersion": "", "service": "", "datetime": TIMESTAMP, "isResponseImmediate": False,
            "extraType": "others", "response": {"taskId": ""}, "errorCode": {"status": code, "reason": MESSAGE},
        },
        "application": {"success": False, "message": MESSAGE, "data": None},
        "exchange": {"code": int(code) if code.isdigit() else code, "message": MESSAGE, "data": None},
        "openai": {"error": {"message": MESSAGE, "type": types.get(code, "invalid_request_error"), "param": None, "code": code}},
    }[contract]  # fmt: skip


def make_error(kind: Kind, **facts: Any) -> TollgateError:
    """Return an error of any kind."""
    error: TollgateError = type("SomeError", (TollgateError,), {"kind": kind})(MESSAGE, **facts)
    return error


@pytest.mark.clause("G-5.1", "G-5.2", "A-2.1")
@pytest.mark.parametrize(("kind", "contract", "status", "code"), cells(), ids=str)
def test_cell(kind: str, contract: str, status: int, code: str) -> None:
    response = error_response(make_error(Kind(kind)), BY_NAME[contract])
    assert (response.status_code, response.headers["Content-Type"]) == (status, "application/json")
    assert json.loads(response.content) == body_of(contract, code)
    assert response.headers.get("WWW-Authenticate") == ('Bearer realm="tollgate"' if status == 401 else None)
    assert "Retry-After" not in response.headers


def test_matrix_is_complete() -> None:
    assert [(kind, name) for kind, name, _, _ in cells()] == [(kind.value, name) for kind in Kind for name in COLUMNS]
    assert sorted(BY_NAME) == sorted(COLUMNS)
    for dialect in DIALECTS:
        assert list(dialect.table) == list(Kind)


@pytest.mark.clause("G-5.3")
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_retry_after_goes_with_what_says_when(dialect: Dialect) -> None:
    response = error_response(make_error(Kind.TOO_MANY, retry_after_seconds=17), dialect)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "17")


@pytest.mark.clause("G-5.2", "A-2.1")
def test_details_go_where_the_contract_has_room() -> None:
    error = make_error(Kind.INVALID, details={"name": ["Too long.", "Not a name."], "size": ["Too large."]})
    bodies = {name: BY_NAME[name].render(error, {"code": "IMG", "request_id": "r1"}) for name in COLUMNS}
    assert bodies["gateway"] == {
        "error": MESSAGE, "code": "INVALID_REQUEST", "details": {"name": ["Too long.", "Not a name."], "size": ["Too large."]},
    }  # fmt: skip
    flat = f"{MESSAGE} (name: Too long. Not a name.; size: Too large.)"
    assert bodies["platform"] == {"code": 3, "message": flat}
    assert bodies["application"] == {"success": False, "message": flat, "data": None}
    assert bodies["marketplace"]["errorCode"] == {"status": "IMG_400", "reason": flat}
    assert bodies["marketplace"]["requestId"] == "r1"
    assert bodies["openai"]["error"] == {
        "message": f"{MESSAGE} Too long. Not a name.", "type": "invalid_request_error", "param": "name", "code": "invalid_request_error",
    }  # fmt: skip
