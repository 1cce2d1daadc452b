"""Everything that can go wrong at the vendor: the only place where the SDK's exceptions and the vendor's codes are known.

Invariant: :func:`translate` is total. What each mishap is in our words stands in :mod:`aitasks.providers.faults`.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import partial

import openai

from aitasks.providers import faults, line
from aitasks.providers.port import Access
from common import errors

BY_CODE: Mapping[str, faults.Row] = {
    "insufficient_quota": (faults.KeyRefused, faults.OUR_FAULT),
    "model_not_found": (faults.ModelMissing, faults.NO_MODEL),
    "rate_limit_exceeded": (faults.Busy, faults.BUSY),
    "invalid_prompt": (faults.Refused, ""),
    "content_policy_violation": (faults.Filtered, faults.FILTERED),
    "moderation_blocked": (faults.Filtered, faults.FILTERED),
}
"""Vendor codes that say more than the status, and those of errors inside a stream, which have no status."""


def translate(error: Exception, *, secret: str = "") -> errors.TollgateError:
    """Return our error for one of the SDK, of the HTTP library below it, or of reading what came; ``secret`` stays out of its words."""
    if ours := faults.find_ours(error):
        return ours
    if isinstance(error, openai.APITimeoutError):
        return faults.TookTooLong(faults.LATE)
    if isinstance(error, openai.APIStatusError):
        row = BY_CODE.get(str(error.code)) or faults.BY_STATUS.get(error.status_code, faults.DOWN_ROW)
        retry_after_seconds = faults.read_retry_after(error.response.headers)
        return faults.make_error(row, vendor_words=_read_words(error), retry_after_seconds=retry_after_seconds, secret=secret)
    if isinstance(error, openai.APIConnectionError):
        return faults.Down(faults.DOWN)
    if isinstance(error, openai.APIResponseValidationError):
        return faults.Garbled(faults.GARBLED)
    if isinstance(error, openai.APIError):
        return say(code=str(error.code), words=error.message, secret=secret)
    return line.translate(error)


def say(*, code: str, words: str, secret: str = "") -> errors.TollgateError:
    """Return our error for one that the vendor reports inside a reply, by its code: a word, or a status, as vLLM has it."""
    row = BY_CODE.get(code) or faults.BY_STATUS.get(int(code) if code.isdecimal() else 0, faults.DOWN_ROW)
    return faults.make_error(row, vendor_words=words, secret=secret)


def translated(access: Access) -> AbstractContextManager[None]:
    """Return a context that turns what its block raises into our errors."""
    return line.translated(partial(translate, secret=access.credential))


def _read_words(error: openai.APIStatusError) -> str:
    body = error.body
    words = body.get("message") if isinstance(body, dict) else None
    return words if isinstance(words, str) else ""
