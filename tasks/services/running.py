"""Running a task: claim it, report from it, end it. Every write is conditional on the state and attempt that the writer knows.

Whoever ends a task passes ``closing``, a function that runs in the same transaction once the state has changed: settling the hold, writing
the usage record. It runs exactly once for a task, because only one conditional ``UPDATE`` to a final state succeeds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from common import clock, queue, rows, wake
from common.errors import TollgateError
from tasks.errors import LeaseLost, UnknownTask
from tasks.models import Output, StoredFile, Task, TaskEvent
from tasks.services.telling import tell
from tasks.states import UNFINISHED, EventKind, News, State

Closing = Callable[[Task], None]
NEWS = {EventKind.PROGRESS: News.PROGRESS, EventKind.PARTIAL: News.PARTIAL}
CLAIM = """\
UPDATE tasks_task SET state = %s, attempt = attempt + 1, event_seq = event_seq + 1, lease_until = %s, started_at = %s
WHERE id = %s AND state = %s AND attempt < %s
"""


@dataclass(slots=True)
class Attempt:
    """One worker's hold on one task. ``lost`` is set by the heartbeat when the task is no longer this attempt's."""

    task: Task
    number: int
    seq: int
    lost: Event = field(default_factory=Event)

    @property
    def id(self) -> UUID:
        """Return the task's id."""
        return self.task.pk


def claim(*, task_id: UUID) -> Attempt | None:
    """Claim a task for a new attempt, or return None if it cannot be: it ended, runs elsewhere, or its attempts are used up."""
    now = clock.now()
    lease = now + timedelta(seconds=settings.TASK_LEASE_SECONDS)
    with transaction.atomic():
        if not rows.execute(CLAIM, State.RUNNING, lease, now, task_id, State.QUEUED, settings.TASK_MAX_ATTEMPTS):
            return None
        task = Task.objects.select_related("hold").get(pk=task_id)
        _add_event(task.pk, task.event_seq, EventKind.STATE, {"state": State.RUNNING.value, "attempt": task.attempt})
        tell(task=task, news=News.STARTED)
    wake.notify(task_id)
    return Attempt(task=task, number=task.attempt, seq=task.event_seq)


def report_progress(*, attempt: Attempt, progress: int, used_units: int) -> None:
    """Record how far the attempt is (0 to 100) and what it has delivered so far; raises :class:`LeaseLost`."""
    _report(attempt, EventKind.PROGRESS, {"progress": progress}, progress=progress, used_units=used_units)


def report_delta(*, attempt: Attempt, text: str, used_units: int) -> None:
    """Record a piece of generated text; raises :class:`LeaseLost`."""
    _report(attempt, EventKind.DELTA, {"text": text}, used_units=used_units)


def report_output(
    *, attempt: Attempt, index: int, content_type: str, text: str | None, file: StoredFile | None, progress: int, used_units: int
) -> None:
    """Record one finished result, which readers see at once, with its file's row; raises :class:`LeaseLost`."""

    def store() -> None:
        if file is not None:
            file.task_id = attempt.id
            rows.insert(file)
        output = Output(task_id=attempt.id, index=index, content_type=content_type, text=text, file=file)
        replaced = ["content_type", "text", "file"]
        Output.objects.bulk_create([output], update_conflicts=True, unique_fields=["task", "index"], update_fields=replaced)

    data = {"index": index, "progress": progress}
    _report(attempt, EventKind.PARTIAL, data, store, progress=progress, used_units=used_units)


def confirm(*, attempt: Attempt) -> None:
    """Return if the task is still this attempt's; raises :class:`LeaseLost`."""
    if not Task.objects.filter(pk=attempt.id, state=State.RUNNING, attempt=attempt.number).exists():
        attempt.lost.set()
        raise LeaseLost


def record_provider(*, attempt: Attempt, provider: str, model: str) -> None:
    """Remember who does the work; written with the next report or the end."""
    attempt.task.provider, attempt.task.model = provider, model


def succeed(*, attempt: Attempt, used_units: int, closing: Closing) -> None:
    """End the task well; raises :class:`LeaseLost` if it is no longer this attempt's."""
    with transaction.atomic():
        _end(
            attempt.task, State.SUCCEEDED, {"state": State.RUNNING, "attempt": attempt.number}, closing, progress=100, used_units=used_units
        )
    wake.notify(attempt.id)


def fail(*, attempt: Attempt, error: TollgateError, closing: Closing) -> None:
    """End the task badly, with what to tell its owner; raises :class:`LeaseLost`."""
    facts = {"error_kind": error.kind.value, "error_message": error.message}
    with transaction.atomic():
        _end(attempt.task, State.FAILED, {"state": State.RUNNING, "attempt": attempt.number}, closing, **facts)
    wake.notify(attempt.id)


def put_back(*, attempt: Attempt, job: str, counts: bool, delay_seconds: float = 0) -> bool:
    """Return the task to the queue for another attempt, and say whether it was still this attempt's.

    ``counts`` says whether this attempt is one of those that the task may have.
    """
    now = clock.now()
    with transaction.atomic():
        changed = Task.objects.filter(pk=attempt.id, state=State.RUNNING, attempt=attempt.number).update(
            state=State.QUEUED, lease_until=None, queued_at=now, attempt=F("attempt") - (0 if counts else 1), event_seq=F("event_seq") + 1
        )
        if changed:
            _add_event(
                attempt.id,
                Task.objects.values_list("event_seq", flat=True).get(pk=attempt.id),
                EventKind.STATE,
                {"state": State.QUEUED.value},
            )
            queue.enqueue(name=job, key=str(attempt.id), run_at=now + timedelta(seconds=delay_seconds) if delay_seconds else None)
    return bool(changed)


def cancel(*, account_id: UUID, task_id: UUID, closing: Closing) -> bool:
    """Cancel an unfinished task and return True; False if it has ended. Raises :class:`UnknownTask`.

    A running attempt notices at its next write or heartbeat; what it still does is refused.
    """
    task = Task.objects.select_related("hold").filter(pk=task_id, account_id=account_id).first()
    if task is None:
        raise UnknownTask
    with transaction.atomic():
        try:
            _end(task, State.CANCELLED, {"state": UNFINISHED}, closing)
        except LeaseLost:
            return False
    wake.notify(task_id)
    return True


def end_lost(*, task: Task, error: TollgateError, closing: Closing) -> bool:
    """Fail a task whose worker was lost on the last attempt, and return whether it was still so."""
    with transaction.atomic():
        try:
            _end(
                task,
                State.FAILED,
                {"state": task.state, "attempt": task.attempt, "lease_until": task.lease_until},
                closing,
                error_kind=error.kind.value,
                error_message=error.message,
            )
        except LeaseLost:
            return False
    wake.notify(task.pk)
    return True


def _report(attempt: Attempt, kind: EventKind, data: dict[str, Any], store: Callable[[], None] | None = None, **changes: Any) -> None:
    """Write an event with its ``changes`` to the row and whatever ``store`` writes, all or nothing; raises :class:`LeaseLost`."""
    task = attempt.task
    with transaction.atomic():
        mine = {"id": attempt.id, "state": State.RUNNING, "attempt": attempt.number, "event_seq": attempt.seq}
        changed = rows.update(Task, where=mine, changes=changes | {"provider": task.provider, "model": task.model}, count_up="event_seq")
        if not changed:
            attempt.lost.set()
            raise LeaseLost
        _add_event(attempt.id, attempt.seq + 1, kind, data)
        if store is not None:
            store()
        if kind in NEWS:
            tell(task=attempt.task, news=NEWS[kind], index=data.get("index"))
    attempt.seq += 1
    wake.notify(attempt.id)


def _end(task: Task, state: State, expected: dict[str, Any], closing: Closing, **changes: Any) -> None:
    """Move the task to a final state if it is as ``expected``, write the last event, and close; raises :class:`LeaseLost` otherwise."""
    now = clock.now()
    if task.provider:
        changes |= {"provider": task.provider, "model": task.model}
    changes |= {"state": state.value, "finished_at": now, "lease_until": None}
    changed = rows.update(Task, where={"id": task.pk, **expected}, changes=changes, count_up="event_seq")
    if not changed:
        raise LeaseLost
    row = Task.objects.values_list("event_seq", "used_units", "started_at", "provider", "model").get(pk=task.pk)
    task.event_seq, task.used_units, task.started_at, task.provider, task.model = row
    task.state, task.finished_at = state.value, now
    _add_event(task.pk, task.event_seq, EventKind.STATE, {"state": state.value})
    closing(task)
    tell(task=task, news=News.COMPLETED)


def _add_event(task_id: UUID, seq: int, kind: EventKind, data: dict[str, Any]) -> None:
    rows.insert(TaskEvent(task_id=task_id, seq=seq, kind=kind.value, data=data))
