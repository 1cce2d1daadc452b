"""One attempt: compose, send, hear what the receiver says, write it down. No transaction is open while anything is sent."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import structlog
from django.conf import settings
from django.db import close_old_connections, connection, transaction

from common import clock, fetch
from tasks import channels
from tasks.channels import Outgoing, Verdict
from tasks.models import Delivery, DeliveryAttempt, DisabledReceiver
from tasks.services.delivering.claiming import claim_due
from tasks.services.delivering.receivers import digest_of
from tasks.states import DeliveryState

log = structlog.get_logger(__name__)
JITTER = 0.1
"""A retry comes later by up to this part of its wait, so that what failed together does not come back together."""
REPLY_CHARACTERS_MAX = 1_000
THROTTLING = (429, 503)
RETRY_AFTER_SECONDS_MAX = 86_400
NOT_COMPOSED = "What was to be sent could not be put together. It is tried again."
USED_UP = "Given up: every attempt failed. Have it delivered again when the receiver is well."
GONE = "The receiver answered that it is gone (410). Nothing more goes to this address until you have a delivery sent again."
DISABLED = "Not sent: the receiver has answered that it is gone (410). Have this delivered again when it is back."


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt went. ``is_final`` says that another would be wasted; ``wait_seconds`` is what the receiver asked for."""

    verdict: Verdict
    status: int | None = None
    problem: str = ""
    reply_head: str = ""
    wait_seconds: float = 0
    is_final: bool = False


def run_due(*, limit: int = 1_000) -> int:
    """Deliver what is due, and what thereby becomes due, in this thread; return how many attempts were made."""
    made = 0
    while made < limit and (claimed := claim_due(limit=1)):
        run_claimed(delivery=claimed[0])
        made += 1
    return made


def run_claimed(*, delivery: Delivery) -> None:
    """Make the attempt that was claimed, and record it; a failure is put off until the next time of the channel's schedule."""
    started_at, clock_began = clock.now(), time.monotonic()
    outcome = _attempt(delivery)
    duration_ms = int((time.monotonic() - clock_began) * 1000)
    attempt = DeliveryAttempt(
        delivery=delivery,
        number=delivery.attempts,
        status=outcome.status,
        problem=outcome.problem[:200],
        reply_head=outcome.reply_head,
        started_at=started_at,
        duration_ms=duration_ms,
    )
    if _record(delivery, attempt, outcome):
        facts = {"status": outcome.status, "reason": outcome.verdict.value, "duration_ms": duration_ms}
        log.info("delivery.attempted", key_id=str(delivery.pk), attempt=delivery.attempts, **facts)
    else:
        log.warning("delivery.lease_lost", key_id=str(delivery.pk), attempt=delivery.attempts)


def _attempt(delivery: Delivery) -> Outcome:
    if DisabledReceiver.objects.filter(account_id=delivery.account_id, url_digest=digest_of(delivery.url)).exists():
        return Outcome(verdict=Verdict.RETRY, problem=DISABLED, is_final=True)
    try:
        channel = channels.get_channel(delivery.channel)
        outgoing = channel.compose(delivery)
    except Exception as error:
        log.exception("delivery.not_composed", key_id=str(delivery.pk), problem=type(error).__name__)
        return Outcome(verdict=Verdict.RETRY, problem=NOT_COMPOSED)
    if not connection.in_atomic_block:
        # Nobody needs the database while the receiver thinks: a pooled connection goes back meanwhile.
        close_old_connections()
    try:
        reply = _send(delivery.url, outgoing)
    except fetch.UrlRefused as error:
        return Outcome(verdict=Verdict.RETRY, problem=error.message, is_final=True)
    except fetch.DownloadFailed as error:
        return Outcome(verdict=Verdict.RETRY, problem=error.message)
    verdict = channel.judge(reply.status)
    return Outcome(
        verdict=verdict,
        status=reply.status,
        problem="" if verdict == Verdict.DELIVERED else f"The receiver answered {reply.status}.",
        reply_head=_printable(reply.body_head),
        wait_seconds=_retry_after(reply) if reply.status in THROTTLING else 0,
    )


def _send(url: str, outgoing: Outgoing) -> fetch.Reply:
    allow = fetch.allow_for_push(fetch.parse(url).scheme) if outgoing.allow is None else outgoing.allow
    return fetch.send(method="POST", url=url, headers=outgoing.headers, content=outgoing.content, allow=allow)


def _record(delivery: Delivery, attempt: DeliveryAttempt, outcome: Outcome) -> bool:
    """Write down how the attempt went and what follows, and say whether it was still ours to write."""
    changes = _consequence(delivery, outcome)
    with transaction.atomic():
        mine = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, state=DeliveryState.WAITING)
        if not mine.update(leased_until=None, **changes):
            return False
        attempt.save(force_insert=True)
        if outcome.verdict == Verdict.GONE:
            receiver = DisabledReceiver(account_id=delivery.account_id, url_digest=digest_of(delivery.url), url=delivery.url)
            DisabledReceiver.objects.bulk_create([receiver], ignore_conflicts=True)
    return True


def _consequence(delivery: Delivery, outcome: Outcome) -> dict[str, object]:
    now = clock.now()
    if outcome.verdict == Verdict.DELIVERED:
        return {"state": DeliveryState.DELIVERED, "ended_at": now, "problem": ""}
    if outcome.verdict == Verdict.GONE or outcome.is_final:
        problem = GONE if outcome.verdict == Verdict.GONE else outcome.problem
        return {"state": DeliveryState.FAILED, "ended_at": now, "problem": problem}
    next_at = next_try(first=delivery.first_tried_at or now, now=now, schedule=_schedule(delivery), wait_seconds=outcome.wait_seconds)
    if next_at is None:
        return {"state": DeliveryState.FAILED, "ended_at": now, "problem": USED_UP}
    return {"next_at": next_at}


def next_try(*, first: datetime, now: datetime, schedule: Sequence[float], wait_seconds: float = 0) -> datetime | None:
    """Return when to try again: the schedule's next time counted from the first attempt, or later where the receiver asked for it.

    None when the schedule is over. Times that passed meanwhile are left out, so an outage of ours is not made up for by a burst.
    """
    planned = next((at for at in (first + timedelta(seconds=seconds) for seconds in schedule) if at > now), None)
    if planned is None:
        return None
    later = random.uniform(0, JITTER) * (planned - now)  # noqa: S311 - spreads load, keeps no secret
    return max(planned + later, now + timedelta(seconds=wait_seconds))


def _schedule(delivery: Delivery) -> Sequence[float]:
    try:
        own = channels.get_channel(delivery.channel).retry_seconds
    except KeyError:
        own = None
    return settings.WEBHOOK_RETRY_SECONDS if own is None else own


def _retry_after(reply: fetch.Reply) -> float:
    """Return how many seconds the receiver asks to be left alone, a day at most; 0 if it does not say so in a way that can be read."""
    given = reply.headers.get("retry-after", "").strip()
    if given.isascii() and given.isdigit():
        return min(float(given), RETRY_AFTER_SECONDS_MAX)
    try:
        moment = parsedate_to_datetime(given)
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - clock.now()).total_seconds()
    except (ValueError, OverflowError):
        return 0
    return min(max(seconds, 0), RETRY_AFTER_SECONDS_MAX)


def _printable(head: bytes) -> str:
    """Return how a reply begins, with what cannot be shown or stored left out."""
    text = head.decode("utf-8", "replace")
    return "".join(character for character in text if character.isprintable() or character == "\n")[:REPLY_CHARACTERS_MAX]
