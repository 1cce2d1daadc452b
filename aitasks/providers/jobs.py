"""A vendor's job, from asking for it to its last result: told to the core, looked at with growing pauses, taken up again, cancelled.

It stands beside :mod:`port` because several vendors work like this and differ only in their requests, which a room hands in as a
:class:`Vendor`.

Invariants:

* a job is reported (``Job``) before anything waits for it, so that a later attempt goes on with it instead of paying twice;
* a job that nobody wants any more is cancelled: when the generator is closed, and when the deadline has passed. It is left alone when
  looking at it fails, or when another exception is thrown in: a later attempt finds it;
* a few looks may fail before the work does;
* what waits says so at least twice a second (``Progress``).
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol

from aitasks.providers import faults
from aitasks.providers.attending import PULSE_SECONDS, attend, finish, tell
from aitasks.providers.line import Line
from aitasks.providers.port import Access, Event, Job, Progress
from common import errors

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 5.0
GROWTH = 1.5
CANCEL_SECONDS = 5.0
LOOKS_FAILED_MAX = 3
"""So many looks in a row may fail in a way that passes."""


class PastDeadline(faults.TookTooLong):
    """The whole work took longer than it may."""


class JobLost(errors.ProviderFailed):
    """The vendor ended the job without a result, or knows it no more: another one may succeed."""


LOST = "The AI provider gave the work up before it was done. Try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the vendor says of a job at one moment."""

    reference: str = ""
    """The vendor's name of the job; empty: the result came in the reply, and there is no job."""
    is_done: bool
    outputs: Sequence[str | Path] = ()
    """Results so far, in order: links, texts, or files that came in the reply."""
    percent: float = 0
    wait_seconds: float = 0
    """How long the vendor says that it will take still; 0: it does not say."""


class Vendor(Protocol):
    """The requests of one vendor; each blocks, and ends when its line is hung up."""

    cancels: bool
    """Whether a job can be cancelled."""
    patience: float
    """So many times the usual wait may the reply to :meth:`begin` take: for vendors that do the work before they answer."""

    def begin(self, line: Line) -> Look:
        """Ask for the work."""

    def look(self, reference: str, line: Line) -> Look:
        """Return how the job stands; raises :class:`JobLost` when it ended without a result."""

    def cancel(self, reference: str, line: Line) -> None:
        """End the job."""


def follow(vendor: Vendor, deliver: Callable[[Look], Iterator[Event]], *, access: Access, resume: str = "") -> Generator[Event, None, None]:
    """Yield the events of one job: begun, or taken up at ``resume``; ``deliver`` makes events of what each look shows."""
    deadline_at = monotonic() + access.deadline_seconds
    look = (yield from _find(vendor, resume, access)) if resume else None
    if look is None:
        orphan = (lambda late: _cancel(vendor, late)) if vendor.cancels else None
        look = yield from tell(
            attend(vendor.begin, seconds_max=min(access.timeout_seconds * vendor.patience, access.deadline_seconds), orphan=orphan), 0
        )
    try:
        if look.reference and look.reference != resume:
            yield Job(look.reference)
        yield from _follow(vendor, deliver, look, access=access, deadline_at=deadline_at)
    except (GeneratorExit, PastDeadline):
        _cancel(vendor, look)
        raise


def _follow(
    vendor: Vendor, deliver: Callable[[Look], Iterator[Event]], look: Look, *, access: Access, deadline_at: float
) -> Generator[Event, None, None]:
    pause, failed = FIRST_SECONDS, 0
    while True:
        yield Progress(look.percent)
        yield from deliver(look)
        if look.is_done:
            return
        yield from _rest(min(max(pause, look.wait_seconds), LONGEST_SECONDS, max(0.0, deadline_at - monotonic())), look.percent)
        if monotonic() >= deadline_at:
            raise PastDeadline(faults.LATE)
        try:
            look = yield from tell(_look(vendor, look.reference, access), look.percent)
            failed = 0
        except (faults.Busy, faults.Down, faults.TookTooLong, faults.Garbled):
            failed += 1
            if failed > LOOKS_FAILED_MAX:
                raise
        pause = min(pause * GROWTH, LONGEST_SECONDS)


def _find(vendor: Vendor, reference: str, access: Access) -> Generator[Event, None, Look | None]:
    """Return the job of an earlier attempt, or None when nothing will come of it."""
    try:
        return (yield from tell(_look(vendor, reference, access), 0))
    except JobLost:
        return None
    except GeneratorExit:
        _cancel(vendor, Look(reference=reference, is_done=False))
        raise


def _look(vendor: Vendor, reference: str, access: Access) -> Generator[None, None, Look]:
    return attend(lambda line: vendor.look(reference, line), seconds_max=access.timeout_seconds)


def _rest(seconds: float, percent: float) -> Iterator[Event]:
    ends_at = monotonic() + seconds
    while (left := ends_at - monotonic()) > 0:
        sleep(min(left, PULSE_SECONDS))
        yield Progress(percent)


def _cancel(vendor: Vendor, look: Look) -> None:
    """Cancel a job that is not done; a vendor that does not take it ends the job by its own time limit."""
    if vendor.cancels and look.reference and not look.is_done:
        with suppress(errors.TollgateError):
            finish(lambda line: vendor.cancel(look.reference, line), seconds_max=CANCEL_SECONDS)
