"""Everything that can go wrong at the vendor: the only place where the SDK's exceptions and the vendor's error types are known.

Invariant: :func:`translate` is total. What each mishap is in our words stands in :mod:`aitasks.providers.faults`. The types are those of
https://platform.claude.com/docs/en/api/errors (SDK 2.11, ``types/shared/error_type.py``).
"""

from collections.abc import Mapping

import anthropic

from aitasks.providers import faults, line
from common import errors

BY_TYPE: Mapping[str, faults.Row] = {
    "invalid_request_error": (faults.Refused, ""),
    "authentication_error": (faults.KeyRefused, faults.OUR_FAULT),
    "billing_error": (faults.KeyRefused, faults.OUR_FAULT),
    "permission_error": (faults.KeyRefused, faults.OUR_FAULT),
    "not_found_error": (faults.ModelMissing, faults.NO_MODEL),
    "request_too_large": (faults.TooLong, ""),
    "rate_limit_error": (faults.Busy, faults.BUSY),
    "timeout_error": (faults.TookTooLong, faults.LATE),
    "api_error": (faults.Down, faults.DOWN),
    "overloaded_error": (faults.Busy, faults.BUSY),
}
"""Vendor types, with a status or inside a stream, where the status was 200."""
OVERLOADED = 529
BALANCE = "credit balance"
"""What a refusal says that is called the request's fault, and is the operator's: the vendor has not been paid."""


def translate(error: Exception, *, secret: str = "") -> errors.TollgateError:
    """Return our error for one of the SDK, of the HTTP library below it, or of reading what came; ``secret`` stays out of its words."""
    if ours := faults.find_ours(error):
        return ours
    if isinstance(error, anthropic.APITimeoutError):
        return faults.TookTooLong(faults.LATE)
    if isinstance(error, anthropic.APIStatusError):
        words = _read_words(error)
        retry_after_seconds = faults.read_retry_after(error.response.headers)
        return faults.make_error(_find_row(error, words), vendor_words=words, retry_after_seconds=retry_after_seconds, secret=secret)
    if isinstance(error, anthropic.APIConnectionError):
        return faults.Down(faults.DOWN)
    if isinstance(error, anthropic.AnthropicError):
        return faults.Garbled(faults.GARBLED)
    return line.translate(error)


def _find_row(error: anthropic.APIStatusError, words: str) -> faults.Row:
    if BALANCE in words.lower():
        return BY_TYPE["billing_error"]
    if error.status_code == OVERLOADED:
        return BY_TYPE["overloaded_error"]
    return BY_TYPE.get(str(error.type)) or faults.BY_STATUS.get(error.status_code, faults.DOWN_ROW)


def _read_words(error: anthropic.APIStatusError) -> str:
    return error.api_message if isinstance(error.api_message, str) else ""
