"""Everything that can go wrong at ModelsLab, in our words. Invariant: :func:`judge` is total.

Most errors come with status 200 and ``{"status": "error" | "failed", "message": words}``, in older endpoints ``messege``; for fields that
are wrong the message is an object of lists. There are no codes, so what kind of error it is has to be read out of the words
(docs.modelslab.com/error-codes, 2026-11-20). What nobody foresaw is taken for the vendor's own trouble: another provider may do it.
"""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from aitasks.providers import faults
from aitasks.providers.jobs import LOST, JobLost
from aitasks.providers.rest import Reply
from common import errors

BUSY_ROW: faults.Row = (faults.Busy, faults.BUSY)
ACCESS_ROW: faults.Row = (faults.KeyRefused, faults.OUR_FAULT)

WORDS: tuple[tuple[re.Pattern[str], faults.Row], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), row)
    for pattern, row in (
        (r"request.* not found|no such request|invalid request.?id", (JobLost, LOST)),
        (r"rate limit|too many|queued requests|concurrent", BUSY_ROW),
        (r"api key|unauthori[sz]ed|credits?\b|subscri|monthly limit|daily limit|wallet|balance|payment|upgrade|your plan", ACCESS_ROW),
        (r"nsfw|not safe|inappropriate|prohibited|banned word|content policy|moderation", (faults.Filtered, faults.FILTERED)),
        (r"model.*(not found|not exist|unavailable|invalid|not available)|(invalid|unknown) model", (faults.ModelMissing, faults.NO_MODEL)),
        (r"try again|server|timed? ?out|maintenance|something went wrong|overload|failed", faults.DOWN_ROW),
        (r"required|must be|must not|invalid|too long|too large|exceed|maximum|minimum|not supported|not allowed", (faults.Refused, "")),
    )
)
"""What the words are about; the first that fits. Busy before quota, and the vendor's trouble before the caller's."""


def judge(status: int, told: Mapping[str, Any], headers: Mapping[str, str], *, secret: str) -> errors.TollgateError:
    """Return the error of a reply: by its words, else by its status."""
    message = told.get("message") or told.get("messege") or told.get("error") or ""
    retry_after = faults.read_retry_after({"retry-after": str(told.get("retry_after", "")), **headers})
    row, words = _find_row(status, message)
    return faults.make_error(row, vendor_words=words, retry_after_seconds=retry_after, secret=secret)


def _find_row(status: int, message: object) -> tuple[faults.Row, str]:
    if isinstance(message, dict | list):
        # Fields and what is wrong with each: our request, made of what the caller sent.
        return (faults.Refused, ""), "; ".join(_flatten(message))
    words = str(message)
    for pattern, row in WORDS:
        if pattern.search(words):
            return row, words
    return faults.BY_STATUS.get(status, faults.DOWN_ROW), words


def _flatten(message: object) -> Iterator[str]:
    if isinstance(message, dict):
        message = list(message.values())
    if isinstance(message, list):
        for part in message:
            yield from _flatten(part)
    else:
        yield str(message)


def read(reply: Reply, *, secret: str) -> dict[str, Any]:
    """Return what a reply tells; raises its error, ``JobLost`` for a generation that failed by no fault of the request."""
    told = _parse(reply)
    if reply.status == HTTPStatus.OK and told.get("status") not in {"error", "failed"}:
        return told
    error = judge(reply.status, told, reply.headers, secret=secret)
    if reply.status == HTTPStatus.OK and told["status"] == "failed" and isinstance(error, faults.Down):
        raise JobLost(LOST)
    raise error


def _parse(reply: Reply) -> dict[str, Any]:
    """Return the object in a reply; errors of servers that stand before the vendor's hold none."""
    try:
        told = reply.json
    except faults.Garbled:
        told = None
    if isinstance(told, dict):
        return told
    if reply.status == HTTPStatus.OK:
        raise faults.Garbled(faults.GARBLED)
    return {}
