"""Everything that can go wrong at the vendor, in our words: the only place where the SDK's exceptions are known.

Invariant: :func:`translate` is total. What the request's author can mend (400, 413, 422) carries the vendor's own words; what only the
operator can mend (key, quota, model) does not, because those words may hold parts of the key.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx2
import openai

from common import errors

VENDOR_WORDS_MAX = 300
RETRY_SECONDS_MAX = 600


class Refused(errors.Invalid):
    """The vendor says that the request is bad (400, 422): another attempt would end the same way."""


class TooLong(errors.Oversized):
    """The vendor does not read that much (413)."""


class KeyRefused(errors.ProviderFailed):
    """The vendor refuses our key or its quota (401, 402, 403): our fault, never the caller's."""


class ModelMissing(errors.ProviderFailed):
    """The vendor has no such model, or no such endpoint (404, 405, 410): our configuration's fault."""


class Busy(errors.ProviderFailed):
    """The vendor asks to wait (408, 409, 425, 429)."""


class Down(errors.ProviderFailed):
    """The vendor fails (5xx), or cannot be reached."""


class TookTooLong(errors.ProviderFailed):
    """The vendor did not begin, or did not go on, in time."""


class Garbled(errors.ProviderFailed):
    """What came is not what the vendor's API says."""


class StreamBroken(errors.ProviderFailed):
    """The reply ended in the middle. Not tried again: its beginning has been handed on and charged."""

    permanent = True


OUR_FAULT = "The AI provider refuses this installation's access. The operator has to look at it."
NO_MODEL = "The AI provider does not offer the model that this installation is set to. The operator has to look at it."
BUSY = "The AI provider is busy. Try again in a while."
DOWN = "The AI provider does not work at the moment. Try again in a while."
LATE = "The AI provider did not answer in time. Try again in a while."
GARBLED = "The AI provider sent something that is no answer. Try again in a while."
BROKEN = "The AI provider's reply broke off. What came until then was delivered and charged. Try again."

Row = tuple[type[errors.TollgateError], str]
"""An error and what it says; an empty text stands for the vendor's own words."""

BY_STATUS: Mapping[int, Row] = {
    400: (Refused, ""),
    401: (KeyRefused, OUR_FAULT),
    402: (KeyRefused, OUR_FAULT),
    403: (KeyRefused, OUR_FAULT),
    404: (ModelMissing, NO_MODEL),
    405: (ModelMissing, NO_MODEL),
    408: (Busy, BUSY),
    409: (Busy, BUSY),
    410: (ModelMissing, NO_MODEL),
    413: (TooLong, ""),
    422: (Refused, ""),
    425: (Busy, BUSY),
    429: (Busy, BUSY),
}
"""Every other status (3xx, 5xx, unheard-of ones) is :class:`Down`."""

BY_CODE: Mapping[str, Row] = {
    "insufficient_quota": (KeyRefused, OUR_FAULT),
    "model_not_found": (ModelMissing, NO_MODEL),
    "rate_limit_exceeded": (Busy, BUSY),
    "invalid_prompt": (Refused, ""),
}
"""Vendor codes that say more than the status, and those of errors inside a stream, which have no status."""


def translate(error: Exception) -> errors.TollgateError:
    """Return our error for one of the SDK, of the HTTP library below it, or of reading what came."""
    if isinstance(error, errors.TollgateError):
        return error
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return TookTooLong(LATE)
    if isinstance(error, openai.APIStatusError):
        row = BY_CODE.get(str(error.code)) or BY_STATUS.get(error.status_code, (Down, DOWN))
        return _make(row, vendor_words=_read_words(error), retry_after_seconds=_read_retry_after(error.response))
    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError | OSError):
        return Down(DOWN)
    if isinstance(error, openai.APIResponseValidationError | json.JSONDecodeError | UnicodeDecodeError):
        return Garbled(GARBLED)
    if isinstance(error, openai.APIError):
        return say(code=str(error.code), words=error.message)
    return Garbled(GARBLED)


def say(*, code: str, words: str) -> errors.TollgateError:
    """Return our error for one that the vendor reports inside a reply, by its code: a word, or a status, as vLLM has it."""
    row = BY_CODE.get(code) or BY_STATUS.get(int(code) if code.isdecimal() else 0, (Down, DOWN))
    return _make(row, vendor_words=words, retry_after_seconds=None)


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the block raises into our errors."""
    try:
        yield
    except Exception as error:
        ours = translate(error)
        if ours is error:
            raise
        raise ours from error


def _make(row: Row, *, vendor_words: str, retry_after_seconds: int | None) -> errors.TollgateError:
    kind, message = row
    return kind(message or f"The AI provider refuses this: {_trim(vendor_words)}", retry_after_seconds=retry_after_seconds)


def _trim(words: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in words)
    return printable if len(printable) <= VENDOR_WORDS_MAX else f"{printable[: VENDOR_WORDS_MAX - 1]}…"


def _read_words(error: openai.APIStatusError) -> str:
    body = error.body
    words = body.get("message") if isinstance(body, dict) else None
    return words if isinstance(words, str) and words else "no reason was given."


def _read_retry_after(response: httpx2.Response) -> int | None:
    """Return the seconds that the vendor asks to wait, rounded up; dates, which it does not send, are left out."""
    for name, units in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            seconds = float(response.headers[name]) / units
        except (KeyError, ValueError):
            continue
        if 0 <= seconds <= RETRY_SECONDS_MAX:
            return -int(-seconds // 1)
    return None
