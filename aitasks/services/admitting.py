"""Letting a call through to a provider, and noting how it went: circuit breaker, the vendor's own wish to wait, concurrency limit.

Every decision is one conditional ``UPDATE``, so it holds over all processes: at most one trial call per ``PROVIDER_BREAKER_SECONDS`` while
the breaker is open, never more calls at a time than the row allows. Embedded providers have neither breaker nor health; their calls cost
nothing here until their attempt ends (:class:`Journal`). Lock order: health, slot, call.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from aitasks.models import ProviderCall, ProviderHealth, ProviderSlot
from aitasks.routing import Candidate
from aitasks.states import Outcome
from common import clock, errors, rows
from tasks.models import Task
from tasks.services.running import Attempt
from tasks.states import State

NEWEST_COUNTS = 0.2
"""What one call counts in the moving averages."""
BUSY_SECONDS = 1
MESSAGE_MAX = 300
REACHED = (Outcome.SUCCEEDED, Outcome.REFUSED)
"""Outcomes that show a provider which works: they close the breaker."""
FAILED = (Outcome.FAILED, Outcome.BROKEN)


class NotAdmitted(Exception):
    """The provider may not be asked now. ``until`` is when it may be worth looking again."""

    def __init__(self, reason: str, *, until: datetime, is_busy: bool = False) -> None:
        super().__init__(reason)
        self.until = until
        self.is_busy = is_busy


@dataclass(slots=True)
class Ticket:
    """A call that was let through."""

    candidate: Candidate
    call: ProviderCall
    is_written: bool
    slot_id: int | None = None


@dataclass(slots=True)
class Journal:
    """The calls of one attempt whose rows are not written yet: those of embedded providers wait for the attempt's end."""

    calls: list[ProviderCall] = field(default_factory=list)

    def write(self) -> None:
        """Insert what waits; in the transaction that ends the attempt, where there is one."""
        for call in self.calls:
            rows.insert(call)
        self.calls.clear()

    def write_apart(self) -> None:
        """Insert what waits for a task that is no longer ours, and may be gone."""
        try:
            with transaction.atomic():
                self.write()
        except IntegrityError:
            self.calls.clear()


def admit(*, attempt: Attempt, candidate: Candidate, call: ProviderCall) -> Ticket:
    """Let a call through and write its row, where the provider is remote or limited; raises :class:`NotAdmitted`."""
    offer = candidate.offer
    if not offer.is_remote and offer.concurrency_max is None:
        return Ticket(candidate, call, is_written=False)
    with transaction.atomic():
        if offer.is_remote:
            call.is_trial = _pass_breaker(offer.name)
        slot_id = None if offer.concurrency_max is None else _take_slot(offer.name, offer.concurrency_max, attempt)
        rows.insert(call)
    return Ticket(candidate, call, is_written=True, slot_id=slot_id)


def note_job(*, ticket: Ticket, reference: str) -> None:
    """Keep the vendor's name for the work, committed when this returns, so that a later attempt goes on with it."""
    ticket.call.job_reference = reference
    if ticket.is_written:
        ProviderCall.objects.filter(pk=ticket.call.pk).update(job_reference=reference)
    else:
        rows.insert(ticket.call)
        ticket.is_written = True


def settle(*, ticket: Ticket, journal: Journal, outcome: Outcome, error: errors.TollgateError | None = None) -> None:
    """Write how the call ended, give its slot back, and count it for the provider's health and breaker."""
    call, now = ticket.call, clock.now()
    call.ended_at, call.outcome = now, outcome.value
    if error is not None:
        call.error_kind, call.error_message = type(error).__name__[:60], error.message[:MESSAGE_MAX]
    if not ticket.is_written:
        journal.calls.append(call)
        return
    with transaction.atomic():
        if ticket.candidate.offer.is_remote:
            _count(ticket, outcome, error)
        if ticket.slot_id is not None:
            mine = ProviderSlot.objects.filter(pk=ticket.slot_id, task_id=call.task_id, attempt=call.attempt)
            mine.update(task=None, taken=F("taken") + 1)
        ProviderCall.objects.filter(pk=call.pk).update(
            ended_at=now, outcome=outcome.value, error_kind=call.error_kind, error_message=call.error_message
        )


def read_health(*, names: list[str]) -> dict[str, ProviderHealth]:
    """Return how these remote providers are doing (1 query), making the rows of those that were never asked."""
    if not names:
        return {}
    known = ProviderHealth.objects.in_bulk(names)
    missing = [ProviderHealth(name=name) for name in names if name not in known]
    if missing:
        ProviderHealth.objects.bulk_create(missing, ignore_conflicts=True)
    return known | {row.name: row for row in missing}


def close_breaker(*, name: str) -> bool:
    """Let calls through to the provider again at once, and return whether it was kept out."""
    kept_out = ProviderHealth.objects.filter(Q(trial_at__isnull=False) | Q(kept_out_until__gt=clock.now()), name=name)
    return bool(kept_out.update(failures_in_row=0, opened_at=None, trial_at=None, kept_out_until=None, error_rate=0))


def _pass_breaker(name: str) -> bool:
    """Pass the breaker and return whether this is its trial; raises :class:`NotAdmitted`."""
    now = clock.now()
    allowed = ProviderHealth.objects.filter(Q(kept_out_until__isnull=True) | Q(kept_out_until__lte=now), name=name)
    if allowed.filter(trial_at=None).update(calls=F("calls") + 1):
        return False
    next_at = now + timedelta(seconds=settings.PROVIDER_BREAKER_SECONDS)
    if allowed.filter(trial_at__lte=now).update(calls=F("calls") + 1, trial_at=next_at):
        return True
    row = ProviderHealth.objects.filter(name=name).first()
    if row is not None and row.kept_out_until is not None and row.kept_out_until > now:
        raise NotAdmitted(f"asked to be left alone until {row.kept_out_until:%H:%M:%S}", until=row.kept_out_until)
    until = row.trial_at if row is not None and row.trial_at is not None else next_at
    raise NotAdmitted(f"its breaker is open, next trial at {until:%H:%M:%S}", until=until)


def _take_slot(name: str, most: int, attempt: Attempt) -> int:
    """Take one of the provider's places and return its id; raises :class:`NotAdmitted`."""
    columns = ("number", "attempt", "taken", "task__state", "task__attempt", "task__lease_until")
    slots = list(ProviderSlot.objects.filter(provider=name).select_related("task").only(*columns).order_by("number"))
    taken = [slot for slot in slots if _is_held(slot)]
    missing = set(range(most)) - {slot.number for slot in slots}
    if missing:
        ProviderSlot.objects.bulk_create([ProviderSlot(provider=name, number=each) for each in missing], ignore_conflicts=True)
        return _take_slot(name, most, attempt)
    free = [slot for slot in slots if slot.number < most and not _is_held(slot)] if len(taken) < most else []
    for slot in free:
        unchanged = ProviderSlot.objects.filter(pk=slot.pk, taken=slot.taken)
        if unchanged.update(task_id=attempt.id, attempt=attempt.number, taken=F("taken") + 1):
            return slot.pk
    raise NotAdmitted(f"busy: {most} of {most} calls", until=clock.now() + timedelta(seconds=BUSY_SECONDS), is_busy=True)


def _is_held(slot: ProviderSlot) -> bool:
    """Return whether the attempt that took the slot is still alive: it has its task, with a lease that its worker renews."""
    task: Task | None = slot.task
    if task is None or task.state != State.RUNNING or task.attempt != slot.attempt:
        return False
    return task.lease_until is not None and task.lease_until > clock.now()


def _count(ticket: Ticket, outcome: Outcome, error: errors.TollgateError | None) -> None:
    health = ProviderHealth.objects.filter(name=ticket.candidate.offer.name)
    if outcome in REACHED:
        changes: dict[str, object] = {"failures_in_row": 0, "opened_at": None, "trial_at": None}
        if outcome == Outcome.SUCCEEDED:
            changes |= {"error_rate": F("error_rate") * (1 - NEWEST_COUNTS), "latency_ms": _latency(ticket)}
        health.update(**changes)
    elif outcome in FAILED and error is not None:
        _count_failure(health, error)


def _latency(ticket: Ticket) -> Coalesce:
    """Return the new average: the old one moved towards what this call took; at the first one, that itself."""
    ended_at = ticket.call.ended_at or clock.now()
    took_ms = max(0.0, (ended_at - ticket.call.started_at).total_seconds() * 1000)
    return Coalesce(F("latency_ms") + NEWEST_COUNTS * (took_ms - F("latency_ms")), took_ms)


def _count_failure(health: QuerySet[ProviderHealth], error: errors.TollgateError) -> None:
    now = clock.now()
    changes: dict[str, object] = {
        "failures_in_row": F("failures_in_row") + 1,
        "error_rate": F("error_rate") + NEWEST_COUNTS * (1 - F("error_rate")),
        "last_error_kind": type(error).__name__[:60],
        "last_error": error.message[:MESSAGE_MAX],
        "last_error_at": now,
    }
    if error.retry_after_seconds:
        changes["kept_out_until"] = now + timedelta(seconds=error.retry_after_seconds)
    health.update(**changes)
    opens = health.filter(failures_in_row__gte=settings.PROVIDER_BREAKER_FAILURES, trial_at=None)
    opens.update(opened_at=now, trial_at=now + timedelta(seconds=settings.PROVIDER_BREAKER_SECONDS))
