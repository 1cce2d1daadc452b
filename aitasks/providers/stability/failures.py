"""Everything that can go wrong at Stability AI, in our words. Invariant: :func:`judge` is total.

Wire: errors are ``{id, name, errors: [words]}``; moderation is 403 with the name ``content_moderation``, or a result whose
``finish-reason`` is ``CONTENT_FILTERED`` (platform.stability.ai/docs/api-reference, 2026-11-20).
"""

from http import HTTPStatus
from typing import Any

from aitasks.providers import faults
from aitasks.providers.rest import Reply
from common import errors

MODERATED = "content_moderation"
FILTERED = "CONTENT_FILTERED"
GOOD = (HTTPStatus.OK, HTTPStatus.ACCEPTED)


def check(reply: Reply, *, secret: str) -> None:
    """Raise the error of a reply that is none."""
    if reply.status not in GOOD:
        raise judge(reply, secret=secret)
    if reply.headers.get("finish-reason") == FILTERED:
        raise faults.Filtered(faults.FILTERED)


def judge(reply: Reply, *, secret: str) -> errors.TollgateError:
    """Return the error of a reply."""
    try:
        problem: Any = reply.json
    except faults.Garbled:
        problem = None
    facts = problem if isinstance(problem, dict) else {}
    if facts.get("name") == MODERATED:
        return faults.Filtered(faults.FILTERED)
    words = facts.get("errors") or [facts.get("message")]
    said = "; ".join(word for word in words if isinstance(word, str)) if isinstance(words, list) else ""
    row = faults.BY_STATUS.get(reply.status, faults.DOWN_ROW)
    return faults.make_error(row, vendor_words=said, retry_after_seconds=faults.read_retry_after(reply.headers), secret=secret)
