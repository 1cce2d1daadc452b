"""Running a task: one attempt, from the claim to the end.

The provider's events become progress, partial results and text in the task's row; what it raises becomes another attempt or the end. An
attempt that lost its task writes nothing more.
"""

import tempfile
import threading
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings

from aitasks import registry, routing
from aitasks.feature import Step
from aitasks.providers import port
from aitasks.services import sources
from aitasks.services.ending import close
from aitasks.services.reporting import Reporter
from aitasks.services.submitting import RUN_JOB
from common import errors
from common.contracts.handling import INTERNAL_MESSAGE
from tasks.errors import LeaseLost
from tasks.services import heartbeat
from tasks.services import running as tasks
from tasks.services.running import Attempt

log = structlog.get_logger(__name__)
RETRIED = frozenset(
    {errors.Kind.PROVIDER_FAILED, errors.Kind.STORAGE_DOWN, errors.Kind.BROKER_DOWN, errors.Kind.REDIS_DOWN, errors.Kind.INTERNAL}
)
stopping = threading.Event()
"""Set when the process has been asked to end: attempts give their tasks back at the next event."""


class WorkerStops(Exception):
    """The worker is shutting down; the attempt does not count."""


def run_attempt(*, task_id: UUID) -> None:
    """Run one attempt at a task, if it can be claimed; returns when the attempt is over, however it ended."""
    attempt = tasks.claim(task_id=task_id)
    if attempt is None:
        return
    structlog.contextvars.bind_contextvars(task_id=str(task_id), attempt=attempt.number, feature=attempt.task.kind)
    try:
        with heartbeat.kept_alive(attempt):
            _run(attempt)
    except LeaseLost:
        log.info("task.lease_lost")
    finally:
        structlog.contextvars.unbind_contextvars("task_id", "attempt", "feature")


def _run(attempt: Attempt) -> None:
    try:
        used_units = _work(attempt)
    except LeaseLost:
        raise
    except WorkerStops:
        tasks.put_back(attempt=attempt, job=RUN_JOB, counts=False)
    except errors.TollgateError as error:
        _retry_or_fail(attempt, error)
    except Exception as error:
        log.exception("task.crashed", problem=type(error).__name__)
        _retry_or_fail(attempt, errors.TollgateError(INTERNAL_MESSAGE))
    else:
        tasks.succeed(attempt=attempt, used_units=used_units, closing=close)


def _retry_or_fail(attempt: Attempt, error: errors.TollgateError) -> None:
    passing = not getattr(error, "permanent", error.kind not in RETRIED)
    log.info("task.attempt_failed", kind=error.kind.value, reason=type(error).__name__)
    if passing and attempt.number < settings.TASK_MAX_ATTEMPTS:
        tasks.put_back(attempt=attempt, job=RUN_JOB, counts=True, delay_seconds=2 ** (attempt.number - 1))
    else:
        tasks.fail(attempt=attempt, error=error, closing=close)


def _work(attempt: Attempt) -> int:
    """Do the task's steps one after the other, and return the units used."""
    task = attempt.task
    feature = registry.get_feature(task.kind)
    steps = feature.steps or (Step(name=feature.name),)
    reporter = Reporter(attempt=attempt, shares=[step.share for step in steps])
    context: dict[str, object] = dict(task.payload.get("context", {}))
    with tempfile.TemporaryDirectory(prefix="tollgate-task-") as folder:
        source = sources.open_source(task=task, feature=feature, folder=Path(folder))
        for number, step in enumerate(steps):
            work_folder = Path(folder) / f"step-{number}"
            work_folder.mkdir()
            try:
                _run_step(_work_of(attempt, step, source, work_folder, context), reporter, context)
            except errors.TollgateError:
                # What came before the failure has been generated: it is shown, and charged if the task ends here.
                reporter.flush()
                raise
            reporter.next_step()
        reporter.flush()
    return reporter.used_units


def _work_of(attempt: Attempt, step: Step, source: port.Media | None, folder: Path, context: dict[str, object]) -> port.Work:
    payload = attempt.task.payload
    return port.Work(
        step=step.name,
        source=source,
        prompt=payload["prompt"],
        negative=payload["negative"],
        target=payload["target"],
        parameters=payload["parameters"],
        folder=folder,
        context=dict(context),
    )


def _run_step(work: port.Work, reporter: Reporter, context: dict[str, object]) -> None:
    provider = routing.choose_provider(work)
    reporter.record_provider(provider=provider.kind, model=provider.model(work))
    events = provider.run(work)
    try:
        for event in events:
            if stopping.is_set():
                raise WorkerStops
            if isinstance(event, port.StepResult):
                context[work.step] = dict(event.data)
            else:
                reporter.take(event)
    finally:
        close_events = getattr(events, "close", None)
        if close_events is not None:
            close_events()
