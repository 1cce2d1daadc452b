"""Finding work that was lost: leases that ran out, queued tasks that no queue carries any more.

Reads unfinished tasks only, by partial indexes, so its cost does not grow with finished ones. Safe to run anywhere at any time: every
change is conditional on what was read.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from common import clock, queue
from tasks.errors import AttemptsUsedUp
from tasks.models import Task, TaskEvent
from tasks.services.running import Closing, end_lost
from tasks.states import EventKind, State

BATCH = 500
LOST_AFTER_SECONDS = 10


def recover_expired(*, job: str, closing: Closing) -> int:
    """Give tasks whose worker is silent to another attempt, or fail those that have had enough; returns how many."""
    expired = list(
        Task.objects.filter(state=State.RUNNING, lease_until__lt=clock.now()).select_related("hold").order_by("lease_until")[:BATCH]
    )
    return sum(_recover(task, job, closing) for task in expired)


def fail_exhausted(*, closing: Closing) -> int:
    """Fail queued tasks that may not be attempted again (the setting was lowered), and return how many."""
    rows = Task.objects.filter(state=State.QUEUED, attempt__gte=settings.TASK_MAX_ATTEMPTS).select_related("hold")[:BATCH]
    return sum(end_lost(task=task, error=AttemptsUsedUp(), closing=closing) for task in rows)


def requeue_forgotten(*, job: str, is_queue_empty: Callable[[], bool]) -> int:
    """Enqueue tasks again that wait although the queue is empty: the broker lost their messages. Returns how many."""
    long_ago = clock.now() - timedelta(seconds=LOST_AFTER_SECONDS)
    waiting = list(
        Task.objects.filter(state=State.QUEUED, queued_at__lt=long_ago).order_by("queued_at").values_list("pk", "queued_at")[:BATCH]
    )
    if not waiting or not is_queue_empty():
        return 0
    return sum(_requeue(pk, queued_at, job) for pk, queued_at in waiting)


def _requeue(pk: UUID, queued_at: datetime, job: str) -> int:
    with transaction.atomic():
        if not Task.objects.filter(pk=pk, state=State.QUEUED, queued_at=queued_at).update(queued_at=clock.now()):
            return 0
        queue.enqueue(name=job, key=str(pk))
    return 1


def _recover(task: Task, job: str, closing: Closing) -> int:
    if task.attempt >= settings.TASK_MAX_ATTEMPTS:
        return int(end_lost(task=task, error=AttemptsUsedUp(), closing=closing))
    with transaction.atomic():
        mine = Task.objects.filter(pk=task.pk, state=State.RUNNING, attempt=task.attempt, lease_until=task.lease_until)
        if not mine.update(state=State.QUEUED, lease_until=None, queued_at=clock.now(), event_seq=F("event_seq") + 1):
            return 0
        seq = Task.objects.values_list("event_seq", flat=True).get(pk=task.pk)
        TaskEvent.objects.create(task_id=task.pk, seq=seq, kind=EventKind.STATE.value, data={"state": State.QUEUED.value})
        queue.enqueue(name=job, key=str(task.pk))
    return 1
