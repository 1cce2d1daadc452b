"""One piece of work at a service: called once, awaited by its callback or by asking, brought here (M-9.1).

Invariants:

* the service's task is reported (``Job``) before anything waits for it, and a later attempt goes on with it;
* the same attempt at the same work sends the same request id, so that a call whose reply was lost is not paid twice (M-2.5); a task that
  is found to have failed is followed by another call, :data:`CALLS_MAX` in all;
* what the service pushes is looked for several times a second, in the worker's own thread; it is asked only when nothing comes;
* what waits says so at least twice a second (``Progress``).
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from functools import partial
from time import monotonic, sleep
from typing import TypeVar

from aitasks.providers import faults
from aitasks.providers.attending import attend, tell
from aitasks.providers.jobs import Look
from aitasks.providers.marketplace.payloads import make_request_id, write_payload
from aitasks.providers.marketplace.service import FAILED, Answer, Service, TaskFailed
from aitasks.providers.port import Access, Event, Job, Model, Progress, Work
from aitasks.providers.results import Delivery

T = TypeVar("T")

CALLS_MAX = 3
LOOK_SECONDS = 0.25
ASK_SECONDS, ASK_SECONDS_MAX, GROWTH = 3.0, 20.0, 1.5
"""How long after the call, and after each answer, the service is asked if no callback has come."""
ASKS_FAILED_MAX = 3
"""So many times in a row asking may fail in a way that passes."""
PASSING = (faults.Busy, faults.Down, faults.TookTooLong, faults.Garbled)


def run(access: Access, model: Model, work: Work) -> Generator[Event, None, None]:
    """Do the work with the method ``model``, yielding events."""
    following = Following(access, model, work)
    task_id, answer = yield from following.find_task()
    if not answer.is_done:
        answer = yield from following.wait(task_id)
    try:
        yield from deliver(access, work, answer)
    except (faults.Down, faults.Garbled):
        # A link in a callback may have run out meanwhile; asked, the service makes new ones (M-4.4).
        yield from deliver(access, work, (yield from following.ask(task_id)))


class Following:
    """One piece of work at one service."""

    def __init__(self, access: Access, model: Model, work: Work) -> None:
        self._access, self._model, self._work = access, model, work
        self._service = Service(access)
        self._ends_at = monotonic() + access.deadline_seconds

    def find_task(self) -> Generator[Event, None, tuple[str, Answer]]:
        """Return a task that may still succeed, and what the service says of it: an earlier attempt's, else a new one."""
        if self._work.resume:
            # One that failed, or that the service has lost, is followed by another.
            with suppress(TaskFailed):
                return self._work.resume, (yield from self._look_first(self._work.resume))
        payload = write_payload(self._model, self._work)
        for number in range(1, CALLS_MAX + 1):
            request_id = make_request_id(self._work, payload, number=number)
            call = partial(self._service.call, method=self._model.name, payload=payload, request_id=request_id)
            task_id = yield from self._attend(call)
            yield Job(task_id)
            # A task that failed before, or at once, is followed by the next.
            with suppress(TaskFailed):
                return task_id, (yield from self._look_first(task_id))
        raise TaskFailed(FAILED)

    def _look_first(self, task_id: str) -> Generator[Event, None, Answer]:
        """Return what the service says of a task; raises :class:`TaskFailed` when the task has failed, nothing when asking fails."""
        try:
            return (yield from self._look(task_id, must_ask=True))
        except PASSING:
            return Answer(is_done=False)

    def wait(self, task_id: str) -> Generator[Event, None, Answer]:
        """Return the task's results as soon as the service pushes them, or tells them when asked; raises what its error code means."""
        pause, failed = ASK_SECONDS, 0
        ask_at = monotonic() + pause
        while True:
            yield from rest(LOOK_SECONDS)
            if monotonic() >= self._ends_at:
                raise faults.TookTooLong(faults.LATE)
            is_due = monotonic() >= ask_at
            try:
                answer = yield from self._look(task_id, must_ask=is_due)
            except PASSING:
                failed += 1
                if failed > ASKS_FAILED_MAX:
                    raise
            else:
                if answer.is_done:
                    return answer
                failed = 0 if is_due else failed
            if is_due:
                pause = min(pause * GROWTH, ASK_SECONDS_MAX)
                ask_at = monotonic() + pause

    def ask(self, task_id: str) -> Generator[Event, None, Answer]:
        """Return what the service says of a task when asked."""
        return (yield from self._attend(lambda: self._service.ask(task_id)))

    def _look(self, task_id: str, *, must_ask: bool) -> Generator[Event, None, Answer]:
        pushed = self._work.find_answer(task_id)
        # What says nothing, or that the task goes on, ends no waiting.
        with suppress(faults.Garbled):
            if pushed is not None and (answer := self._service.read(pushed)).is_done:
                return answer
        return (yield from self.ask(task_id)) if must_ask else Answer(is_done=False)

    def _attend(self, errand: Callable[[], T]) -> Generator[Event, None, T]:
        return (yield from tell(attend(lambda _line: errand(), seconds_max=self._access.timeout_seconds), 0))


def deliver(access: Access, work: Work, answer: Answer) -> Iterator[Event]:
    """Yield the results: texts for a text, files for everything else; raises ``Garbled`` for an answer without what was asked for."""
    delivery = Delivery(work, access)
    if work.target == "text":
        yield from delivery.take_text(Look(is_done=True, outputs=answer.texts))
    else:
        yield from delivery.take_files(Look(is_done=True, outputs=answer.links))


def rest(seconds: float) -> Iterator[Event]:
    """Wait, and say so."""
    sleep(seconds)
    yield Progress(0)
