"""Running a task: one attempt, from the claim to the end.

A task's steps are done one after the other, each by :mod:`calling`; steps that an earlier attempt has finished are not done again. What a
step raises becomes another attempt, a wait, or the end. An attempt that lost its task writes nothing more.
"""

import tempfile
import threading
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings

from aitasks import registry
from aitasks.feature import MODEL, Step
from aitasks.models import ProviderCall
from aitasks.providers import port
from aitasks.services import calling, sources, steps
from aitasks.services.admitting import Journal
from aitasks.services.calling import RETRIED, NobodyFree
from aitasks.services.ending import close
from aitasks.services.keeping import WorkerStops
from aitasks.services.reporting import Reporter
from aitasks.services.submitting import RUN_JOB
from aitasks.states import Outcome
from common import clock, errors
from common.contracts.handling import INTERNAL_MESSAGE
from tasks.errors import LeaseLost
from tasks.models import Task
from tasks.services import heartbeat
from tasks.services import running as tasks
from tasks.services.running import Attempt

log = structlog.get_logger(__name__)
BUSY_SECONDS_MAX = 3600
"""So long after it was made a task waits for a provider that is busy; for one that is kept out, ``PROVIDER_DEADLINE_SECONDS``."""
WAIT_SECONDS = (1, 30)
"""The shortest and the longest pause before a task that waits looks again: a tenth of its age, between the two."""
stopping = threading.Event()
"""Set when the process has been asked to end: attempts give their tasks back at the next event."""


class NoneAvailable(errors.ProviderFailed):
    """Everybody who could have done the work was busy or kept out, for too long."""

    def __init__(self) -> None:
        super().__init__("Each AI provider that could do this was busy or out of order for too long. Try again in a while.")


def run_attempt(*, task_id: UUID) -> None:
    """Run one attempt at a task, if it can be claimed; returns when the attempt is over, however it ended."""
    attempt = tasks.claim(task_id=task_id)
    if attempt is None:
        return
    structlog.contextvars.bind_contextvars(task_id=str(task_id), attempt=attempt.number, feature=attempt.task.kind)
    journal = Journal()
    try:
        with heartbeat.kept_alive(attempt):
            _run(attempt, journal)
    except LeaseLost:
        journal.write_apart()
        log.info("task.lease_lost")
    finally:
        structlog.contextvars.unbind_contextvars("task_id", "attempt", "feature")


def _run(attempt: Attempt, journal: Journal) -> None:
    try:
        used_units = _work(attempt, journal)
    except LeaseLost:
        raise
    except WorkerStops:
        _put_back(attempt, journal, counts=False)
    except NobodyFree as nobody:
        _wait_or_fail(attempt, journal, nobody)
    except errors.TollgateError as error:
        _retry_or_fail(attempt, journal, error)
    except Exception as error:
        log.exception("task.crashed", problem=type(error).__name__)
        _retry_or_fail(attempt, journal, errors.TollgateError(INTERNAL_MESSAGE))
    else:
        tasks.succeed(attempt=attempt, used_units=used_units, closing=lambda task: _close(task, journal))


def _close(task: Task, journal: Journal) -> None:
    """Close the task, and write who was asked, in the transaction of its end."""
    journal.write()
    close(task)


def _put_back(attempt: Attempt, journal: Journal, *, counts: bool, delay_seconds: float = 0) -> None:
    tasks.put_back(attempt=attempt, job=RUN_JOB, counts=counts, delay_seconds=delay_seconds)
    journal.write_apart()


def _retry_or_fail(attempt: Attempt, journal: Journal, error: errors.TollgateError) -> None:
    passing = not getattr(error, "permanent", error.kind not in RETRIED)
    log.info("task.attempt_failed", kind=error.kind.value, reason=type(error).__name__)
    if passing and attempt.number < settings.TASK_MAX_ATTEMPTS:
        delay_seconds = max(2 ** (attempt.number - 1), error.retry_after_seconds or 0)
        _put_back(attempt, journal, counts=True, delay_seconds=delay_seconds)
    else:
        tasks.fail(attempt=attempt, error=error, closing=lambda task: _close(task, journal))


def _wait_or_fail(attempt: Attempt, journal: Journal, nobody: NobodyFree) -> None:
    """Let the task wait for a provider, an attempt that does not count; after too long it fails."""
    age = clock.now() - attempt.task.created_at
    most = timedelta(seconds=BUSY_SECONDS_MAX if nobody.is_busy else settings.PROVIDER_DEADLINE_SECONDS)
    log.info("task.waits_for_provider", age_seconds=int(age.total_seconds()), busy=nobody.is_busy)
    _note_waiting(nobody.call, journal)
    if age >= most:
        tasks.fail(attempt=attempt, error=NoneAvailable(), closing=lambda task: _close(task, journal))
    else:
        _put_back(attempt, journal, counts=False, delay_seconds=_pause(age, nobody.until))


def _pause(age: timedelta, until: datetime) -> float:
    least, most = WAIT_SECONDS
    wanted = max((until - clock.now()).total_seconds(), age.total_seconds() / 10)
    return min(max(wanted, least), most)


def _note_waiting(call: ProviderCall, journal: Journal) -> None:
    """Keep why nobody was asked: one row for a step, however often it waits."""
    rows = ProviderCall.objects.filter(task_id=call.task_id, step=call.step, attempt=call.attempt, outcome=Outcome.WAITED.value)
    if not rows.update(considered=call.considered, ended_at=call.ended_at):
        journal.calls.append(call)


def _work(attempt: Attempt, journal: Journal) -> int:
    """Do the task's steps one after the other, and return the units used."""
    task = attempt.task
    feature = registry.get_feature(task.kind)
    todo = feature.steps or (Step(name=feature.name),)
    reporter = Reporter(attempt=attempt, shares=[step.share for step in todo], stopping=stopping)
    context: dict[str, object] = dict(task.payload.get("context", {}))
    is_first_attempt = attempt.seq == 1
    done = _skip_finished(task.pk, reporter, context) if len(todo) > 1 and not is_first_attempt else 0
    with tempfile.TemporaryDirectory(prefix="tollgate-task-") as folder:
        source = sources.open_source(task=task, feature=feature, folder=Path(folder))
        for number in range(done, len(todo)):
            work_folder = Path(folder) / f"step-{number}"
            work_folder.mkdir()
            step = calling.Step(
                attempt=attempt,
                work=_work_of(task, todo[number], source, work_folder, context),
                reporter=reporter,
                journal=journal,
                is_last=number == len(todo) - 1,
                is_first_attempt=is_first_attempt,
                stopping=stopping,
            )
            _do(step, number, context)
    return reporter.used_units


def _do(step: calling.Step, number: int, context: dict[str, object]) -> None:
    """Do one step, and keep what it made for the steps after it and for later attempts."""
    name, reporter = step.work.step, step.reporter
    try:
        calling.do_step(step=step)
    except (errors.TollgateError, NobodyFree):
        # What came before the failure has been generated: it is shown, and charged if the task ends here.
        reporter.flush()
        raise
    reporter.flush()
    if step.result is not None:
        context[name] = step.result
    if not step.is_last:
        steps.keep_step(task_id=step.attempt.id, number=number, step=name, data=step.result, units=reporter.step_units)
    reporter.next_step()


def _skip_finished(task_id: UUID, reporter: Reporter, context: dict[str, object]) -> int:
    """Count the steps that earlier attempts have done, put their results into ``context``, and return how many they are."""
    finished = steps.list_finished(task_id=task_id)
    for row in finished:
        reporter.skip_step(units=row.units)
        if row.data is not None:
            context[row.step] = row.data
    return len(finished)


def _work_of(task: Task, step: Step, source: port.Media | None, folder: Path, context: dict[str, object]) -> port.Work:
    payload: dict[str, Any] = task.payload
    parameters = dict(payload["parameters"])
    return port.Work(
        step=step.name,
        model=parameters.pop(MODEL, ""),
        source=source,
        prompt=payload["prompt"],
        negative=payload["negative"],
        target=payload["target"],
        parameters=parameters,
        folder=folder,
        context=dict(context),
        make_source_link=partial(sources.make_source_link, task),
    )
