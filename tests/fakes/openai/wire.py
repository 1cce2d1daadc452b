"""What the replies of this fake are made of."""

import itertools
import time
from collections.abc import Mapping
from typing import Any

from tests.fakes.vendor import Json, Refused

_numbers = itertools.count(1)


def error_body(refused: Refused) -> dict[str, Any]:
    """Return the body of an error."""
    kinds = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
    kind = kinds.get(refused.status, "invalid_request_error" if refused.status < 500 else "server_error")
    return {"error": {"message": refused.message, "type": kind, "param": refused.param, "code": refused.code}}


def make_id(prefix: str) -> str:
    """Return a new id, as the vendor's look."""
    return f"{prefix}_{next(_numbers):024x}"


def now() -> int:
    """Return the time as the vendor writes it."""
    return int(time.time())


def page(rows: list[dict[str, Any]], query: Mapping[str, str]) -> Json:
    """Return the page of a list that the query asks for: ``order`` (newest first by default), ``after``, ``limit``."""
    ordered = rows if query.get("order") == "asc" else rows[::-1]
    ids = [row["id"] for row in ordered]
    start = ids.index(query["after"]) + 1 if query.get("after") in ids else 0
    shown = ordered[start : start + int(query.get("limit", "20"))]
    ends = (shown[0]["id"], shown[-1]["id"]) if shown else ("", "")
    more = bool(shown) and ids[-1] != ends[1]
    return Json({"object": "list", "data": shown, "first_id": ends[0], "last_id": ends[1], "has_more": more})
