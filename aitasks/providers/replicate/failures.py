"""Everything that can go wrong at Replicate, in our words: the only place where the SDK's and its HTTP library's exceptions are known.

Invariant: :func:`translate` is total. Wire: problem details ``{title, detail, status}`` (replicate.com/docs/reference/http, 2026-11-20).
"""

import json
from collections.abc import Mapping
from typing import Any

import httpx
from pydantic import v1

from aitasks.providers import faults
from aitasks.providers.jobs import LOST, JobLost
from aitasks.providers.line import Left
from common import errors

ABORTED = "aborted"
"""A state of predictions that the SDK's own list (1.0.7) does not know: the deadline passed before the prediction began."""
FILTERED = ("nsfw", "e005", "sensitive", "moderation", "safety")
"""What a model says of an input that it was made to refuse: Replicate has no code for it."""
WRONG_INPUT = ("input validation", "invalid input", "must be", "e006")


def judge(status: int, body: bytes, headers: Mapping[str, str], *, secret: str) -> errors.TollgateError:
    """Return the error of a reply that is none."""
    row = faults.BY_STATUS.get(status, faults.DOWN_ROW)
    return faults.make_error(row, vendor_words=_read_words(body), retry_after_seconds=faults.read_retry_after(headers), secret=secret)


def judge_prediction(problem: str) -> errors.TollgateError:
    """Return the error of a prediction that failed, by what its model says: words of anybody's making."""
    said = problem.lower()
    if any(word in said for word in FILTERED):
        return faults.Filtered(faults.FILTERED)
    if any(word in said for word in WRONG_INPUT):
        return faults.make_error((faults.Refused, ""), vendor_words=problem)
    return JobLost(LOST)


def translate(error: Exception) -> errors.TollgateError:
    """Return our error for one of the SDK, of the HTTP library below it, or of reading what came."""
    if ours := faults.find_ours(error):
        return ours
    if isinstance(error, httpx.TimeoutException):
        return faults.TookTooLong(faults.LATE)
    if isinstance(error, v1.ValidationError) and any((row.get("ctx") or {}).get("given") == ABORTED for row in error.errors()):
        return JobLost(LOST)
    if isinstance(error, httpx.HTTPError | OSError | Left):
        return faults.Down(faults.DOWN)
    return faults.Garbled(faults.GARBLED)


def _read_words(body: bytes) -> str:
    try:
        problem: Any = json.loads(body)
    except ValueError:
        return ""
    words = problem.get("detail") or problem.get("title") if isinstance(problem, dict) else ""
    return words if isinstance(words, str) else ""
