"""Doing one step: asking one provider after the other until one has done it.

A failure that another provider may not have leads to the next one within the same attempt; what the caller has to mend goes to the caller;
after the first piece of text nobody else can begin anew, and the failure is final. Whatever happened, the task is charged once, for what
was delivered, because charging is its end's business alone. When nobody can be asked at the moment the task waits (:class:`NobodyFree`).
"""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from django.conf import settings

from aitasks import routing
from aitasks.models import ProviderCall
from aitasks.providers import faults, port
from aitasks.routing import Candidate, LeftOut
from aitasks.services import admitting, answers
from aitasks.services.admitting import Journal, NotAdmitted, Ticket
from aitasks.services.keeping import WorkerStops
from aitasks.services.reporting import Reporter
from aitasks.states import Outcome
from common import clock, errors
from common.contracts.handling import INTERNAL_MESSAGE
from tasks.errors import LeaseLost
from tasks.models import Task
from tasks.services.running import Attempt
from tasks.states import UNFINISHED

log = structlog.get_logger(__name__)
RETRIED = frozenset(
    {errors.Kind.PROVIDER_FAILED, errors.Kind.STORAGE_DOWN, errors.Kind.BROKER_DOWN, errors.Kind.REDIS_DOWN, errors.Kind.INTERNAL}
)
"""Kinds of failure that another provider, or another attempt, may not have; an error may say otherwise by ``permanent``."""
ON_THE_WAY = frozenset(each.__name__ for each in (faults.Down, faults.Busy, faults.TookTooLong, faults.Garbled, faults.KeyRefused))
"""Failures of the way to a vendor, which say nothing about its job."""


class NobodyFree(Exception):
    """Each provider that could do the work is busy or kept out.

    ``until`` is when to look again; ``is_busy`` says that one of them only has much to do.
    """

    def __init__(self, refusals: list[NotAdmitted], *, call: ProviderCall) -> None:
        super().__init__("nobody is free")
        self.until: datetime = min(refusal.until for refusal in refusals)
        self.is_busy = any(refusal.is_busy for refusal in refusals)
        self.call = call


class _Passing(Exception):
    """A provider failed in a way that the next one may not."""

    def __init__(self, error: errors.TollgateError) -> None:
        super().__init__(error.message)
        self.error = error


@dataclass(slots=True, kw_only=True)
class Step:
    """One step of an attempt: the work without model and key, who reports, what was found out on the way."""

    attempt: Attempt
    work: port.Work
    reporter: Reporter
    journal: Journal
    is_last: bool
    is_first_attempt: bool
    stopping: threading.Event
    """Set when the worker has been told to end."""
    left_out: list[LeftOut] = field(default_factory=list)
    result: Mapping[str, Any] | None = None


def do_step(*, step: Step) -> None:
    """Have somebody do the step, its events reported.

    Raises what the caller must hear, what another attempt may mend, and :class:`NobodyFree`.
    """
    able, step.left_out = routing.fit(step.work, must_have_model=step.is_last)
    health = admitting.read_health(names=[each.offer.name for each in able if each.offer.is_remote])
    earlier = _find_open_job(step)
    key = f"{step.attempt.id.hex}-{step.work.step}"
    failures: list[errors.TollgateError] = []
    refusals: list[NotAdmitted] = []
    for candidate in routing.rank(able, health=health, key=key, first=earlier.provider if earlier else ""):
        try:
            _ask(step, candidate, earlier, key, waiting=[each for each in able if each is not candidate])
        except NotAdmitted as refusal:
            refusals.append(refusal)
            step.left_out.append(LeftOut(candidate.offer.name, str(refusal)))
        except _Passing as failure:
            failures.append(failure.error)
            step.left_out.append(LeftOut(candidate.offer.name, f"failed just now ({type(failure.error).__name__})"))
        else:
            return
    if not failures:
        raise NobodyFree(refusals, call=_make_call(step, Outcome.WAITED))
    raise _sum_up(failures)


def _sum_up(failures: list[errors.TollgateError]) -> errors.TollgateError:
    """Return the last failure, with the shortest wait that any of them asked for: then one of them may be back."""
    waits = [failure.retry_after_seconds or 0 for failure in failures]
    failures[-1].retry_after_seconds = min(waits) or None
    return failures[-1]


def _ask(step: Step, candidate: Candidate, earlier: ProviderCall | None, key: str, *, waiting: list[Candidate]) -> None:
    """Ask one provider; raises ``NotAdmitted``, :class:`_Passing`, or what ends the step."""
    offer = candidate.offer
    mine = earlier if earlier is not None and earlier.provider == offer.name else None
    work = replace(
        step.work,
        model=candidate.model,
        key=f"{key}-{offer.name}",
        resume=mine.job_reference if mine else "",
        find_answer=partial(_find_answer, offer.name),
    )
    call = _make_call(step, Outcome.RUNNING)
    call.provider, call.kind, call.model = offer.name, offer.kind, candidate.provider.model(work)[:100]
    if mine is not None:
        call.is_resumed, call.job_reference = True, mine.job_reference
    known = {each.name for each in step.left_out}
    next_in_line = [LeftOut(each.offer.name, f"next in line (priority {each.offer.priority})") for each in waiting]
    call.considered = [{"provider": each.name, "reason": each.reason} for each in step.left_out]
    call.considered += [{"provider": each.name, "reason": each.reason} for each in next_in_line if each.name not in known]
    ticket = admitting.admit(attempt=step.attempt, candidate=candidate, call=call)
    step.reporter.begin_try(provider=offer.kind, model=call.model)
    settle = partial(admitting.settle, ticket=ticket, journal=step.journal)
    try:
        _follow(step, ticket, candidate.provider.run(work))
    except _Passing as failure:
        settle(outcome=Outcome.FAILED, error=failure.error)
        raise
    except errors.TollgateError as error:
        settle(outcome=_judge(error), error=error)
        raise
    except BaseException:
        settle(outcome=Outcome.STOPPED)
        raise
    settle(outcome=Outcome.SUCCEEDED)


def _judge(error: errors.TollgateError) -> Outcome:
    """Return what a final error says: of the provider's kind it is a broken reply, of the storage nothing, else the request is bad."""
    if error.kind == errors.Kind.STORAGE_DOWN:
        return Outcome.STOPPED
    return Outcome.BROKEN if error.kind == errors.Kind.PROVIDER_FAILED else Outcome.REFUSED


def _follow(step: Step, ticket: Ticket, events: Iterator[port.Event]) -> None:
    """Report the provider's events until they end; ends the generator whatever happens."""
    try:
        _report(step, ticket, events)
    except BaseException as reason:
        _leave(step, events, reason)
        raise
    _close(events)


def _report(step: Step, ticket: Ticket, events: Iterator[port.Event]) -> None:
    ends_at = time.monotonic() + settings.PROVIDER_DEADLINE_SECONDS
    while (event := _next_event(step, events)) is not None:
        if step.stopping.is_set():
            raise WorkerStops
        if isinstance(event, port.Job):
            admitting.note_job(ticket=ticket, reference=event.reference)
        elif isinstance(event, port.StepResult):
            step.result = dict(event.data)
        else:
            step.reporter.take(event)
        if time.monotonic() >= ends_at:
            raise _pass_on(step, faults.TookTooLong(faults.LATE))


def _leave(step: Step, events: Iterator[port.Event], reason: BaseException) -> None:
    """End the provider's generator before its own end.

    Closed, it tells its vendor that nobody wants the work any more. Where another attempt will go on with it (the worker stops, another
    worker has the task, our own storage failed) the reason is thrown in instead, and the vendor's job is left alone.
    """
    goes_on = isinstance(reason, WorkerStops) or (isinstance(reason, errors.TollgateError) and not getattr(reason, "permanent", False))
    if isinstance(reason, LeaseLost):
        goes_on = Task.objects.filter(pk=step.attempt.id, state__in=UNFINISHED).exists()
    throw = getattr(events, "throw", None)
    if goes_on and throw is not None:
        with suppress(Exception):
            throw(reason)
    _close(events)


def _close(events: Iterator[port.Event]) -> None:
    close = getattr(events, "close", None)
    if close is not None:
        close()


def _next_event(step: Step, events: Iterator[port.Event]) -> port.Event | None:
    """Return the provider's next event, None at the end; its failures are told apart from those of reporting, which are ours."""
    try:
        return next(events, None)
    except errors.TollgateError as error:
        if getattr(error, "permanent", error.kind not in RETRIED):
            raise
        raise _pass_on(step, error) from error
    except Exception as error:
        log.exception("provider.crashed", problem=type(error).__name__)
        raise _pass_on(step, errors.TollgateError(INTERNAL_MESSAGE)) from error


def _pass_on(step: Step, error: errors.TollgateError) -> Exception:
    """Return what a passing failure leads to: the next provider, or the honest end of a reply whose beginning has been seen."""
    return faults.StreamBroken(faults.BROKEN) if step.reporter.has_sent_text else _Passing(error)


def _make_call(step: Step, outcome: Outcome) -> ProviderCall:
    ended_at = None if outcome == Outcome.RUNNING else clock.now()
    considered = [{"provider": each.name, "reason": each.reason} for each in step.left_out]
    return ProviderCall(
        task_id=step.attempt.id,
        step=step.work.step,
        attempt=step.attempt.number,
        considered=considered,
        started_at=clock.now(),
        ended_at=ended_at,
        outcome=outcome.value,
    )


def _find_open_job(step: Step) -> ProviderCall | None:
    """Return the last call at this step that left a vendor's job behind with which it is worth going on; a first attempt asks nobody.

    It is worth it as long as only the way to the vendor failed, or our own side stopped; any other end says that the job is no good.
    """
    if step.is_first_attempt:
        return None
    last = ProviderCall.objects.filter(task_id=step.attempt.id, step=step.work.step).exclude(job_reference="").order_by("-pk").first()
    if last is None or last.outcome in {Outcome.SUCCEEDED, Outcome.REFUSED, Outcome.BROKEN}:
        return None
    return None if last.outcome == Outcome.FAILED and last.error_kind not in ON_THE_WAY else last


def _find_answer(provider: str, reference: str) -> Mapping[str, Any] | None:
    return answers.find_answer(provider=provider, reference=reference)
