"""What can go wrong at a vendor, in our words: the classes, the sentences, and the table from status to both.

It stands beside :mod:`port` so that the same mishap is the same class and the same sentence with every vendor. A room's own ``failures``
knows its SDK's exceptions and its vendor's codes, and maps them to rows of here.

Invariants: what the request's author can mend carries the vendor's own words, without anything that looks like a key; what only the
operator can mend (key, quota, model) does not carry them at all.
"""

import re
from collections.abc import Mapping

from common import errors

VENDOR_WORDS_MAX = 300
RETRY_SECONDS_MAX = 600
SECRET_CHARACTERS_MIN = 8
"""Shorter credentials are words that may stand in any sentence."""


class Refused(errors.Invalid):
    """The vendor says that the request is bad (400, 422): another attempt would end the same way."""


class Filtered(Refused):
    """The vendor's content filter ended the reply: trying again would end the same way."""


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
FILTERED = "The AI provider's content filter stopped the reply. Ask in another way."

Row = tuple[type[errors.TollgateError], str]
"""An error and what it says; an empty text stands for the vendor's own words."""

DOWN_ROW: Row = (Down, DOWN)
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

_KEY = re.compile(r"\bsk-[\w*-]{6,}|\bBearer\s+\S+", re.IGNORECASE)


def find_ours(error: BaseException) -> errors.TollgateError | None:
    """Return our own error that an SDK has wrapped, or None."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, errors.TollgateError):
        cause = cause.__cause__
    return cause


def make_error(row: Row, *, vendor_words: str, retry_after_seconds: int | None = None, secret: str = "") -> errors.TollgateError:
    """Return the error of a row; the vendor's words are shortened, and hold neither ``secret`` nor anything like a key."""
    kind, message = row
    return kind(message or f"The AI provider refuses this: {_trim(vendor_words, secret)}", retry_after_seconds=retry_after_seconds)


def read_retry_after(headers: Mapping[str, str]) -> int | None:
    """Return the seconds that the vendor asks to wait, rounded up; dates, which vendors do not send, are left out."""
    for name, units in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            seconds = float(headers[name]) / units
        except (KeyError, ValueError):
            continue
        if 0 <= seconds <= RETRY_SECONDS_MAX:
            return -int(-seconds // 1)
    return None


def _trim(words: str, secret: str) -> str:
    if len(secret) >= SECRET_CHARACTERS_MIN:
        words = words.replace(secret, "…")
    printable = "".join(character if character.isprintable() else " " for character in _KEY.sub("…", words)) or "no reason was given."
    return printable if len(printable) <= VENDOR_WORDS_MAX else f"{printable[: VENDOR_WORDS_MAX - 1]}…"
