"""Reads of tasks: one, a list, its events. Each costs a fixed number of queries, whatever has finished before."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Prefetch, Q, QuerySet

from common.storage import get_storage
from tasks.channels import WEBHOOK
from tasks.errors import UnknownDelivery, UnknownFile, UnknownTask
from tasks.models import Delivery, DeliveryAttempt, Output, StoredFile, Task, TaskEvent
from tasks.states import UNFINISHED, DeliveryState, State

TRIES = Prefetch("tries", queryset=DeliveryAttempt.objects.order_by("number"))
OUTPUTS = Prefetch("outputs", queryset=Output.objects.select_related("file").order_by("index"))


def get_task(*, account_id: UUID, task_id: UUID, kind: str = "") -> Task:
    """Return the account's task with its hold and results (2 queries); raises :class:`UnknownTask`."""
    rows = Task.objects.filter(pk=task_id, account_id=account_id).select_related("hold").prefetch_related(OUTPUTS)
    task = (rows.filter(kind=kind) if kind else rows).first()
    if task is None:
        raise UnknownTask
    return task


def get_any_task(task_id: UUID) -> Task:
    """Return a task, whoever's it is, with its hold and owner, for staff; raises :class:`UnknownTask`."""
    task = Task.objects.filter(pk=task_id).select_related("hold", "account__user").first()
    if task is None:
        raise UnknownTask
    return task


def list_all_tasks(**wanted: Any) -> QuerySet[Task]:
    """Return everybody's tasks, newest first, with their holds and owners, for staff; ``wanted`` are fields and values."""
    return Task.objects.filter(**wanted).select_related("hold", "account__user").order_by("-pk")


def list_unfinished_ids(account_id: UUID) -> list[UUID]:
    """Return the ids of the account's unfinished tasks."""
    return list(Task.objects.filter(account_id=account_id, finished_at=None).values_list("pk", flat=True))


def list_tasks(*, account_id: UUID, kind: str, states: tuple[State, ...] = UNFINISHED) -> QuerySet[Task]:
    """Return the account's tasks of a kind in the given states, newest first, with holds and results."""
    # A task is unfinished as long as it has no end (a constraint), and in these words SQLite sees that the partial index serves.
    wanted = Q(finished_at=None) if states == UNFINISHED else Q(state__in=[state.value for state in states])
    rows = Task.objects.filter(wanted, account_id=account_id, kind=kind)
    return rows.select_related("hold").prefetch_related(OUTPUTS).order_by("-pk")


def list_events(*, task_id: UUID, after: int) -> list[TaskEvent]:
    """Return up to 500 of the task's events after number ``after``, in order."""
    return list(TaskEvent.objects.filter(task_id=task_id, seq__gt=after).order_by("seq")[:500])


def count_queued() -> tuple[int, datetime | None]:
    """Return how many tasks wait for a worker, and since when the first of them has (1 query, by an index of them alone)."""
    found = Task.objects.filter(state=State.QUEUED.value).aggregate(count=Count("pk"), since=Min("queued_at"))
    return found["count"], found["since"]


def count_running() -> int:
    """Return how many tasks a worker is at (1 query, by an index of them alone)."""
    return Task.objects.filter(state=State.RUNNING.value).count()


def list_last_events(*, task_id: UUID, count: int) -> list[TaskEvent]:
    """Return the last ``count`` events of a task, oldest first."""
    return list(TaskEvent.objects.filter(task_id=task_id).order_by("-seq")[:count])[::-1]


def get_file(*, account_id: UUID, file_id: UUID) -> StoredFile:
    """Return the account's file; raises :class:`UnknownFile`."""
    row = StoredFile.objects.filter(pk=file_id, account_id=account_id).first()
    if row is None:
        raise UnknownFile
    return row


def make_link(*, file: StoredFile, expires_seconds: int) -> str:
    """Return a fresh link to the file, shown in the browser where its type allows; raises ``errors.StorageDown``.

    A storage that signs its own links is asked for one, and says how long it lives.
    """
    storage = get_storage(file.storage)
    return storage.link(key=file.storage_key, name=file.name, content_type=file.content_type, expires_seconds=expires_seconds, inline=True)


def file_type_reader(account_id: UUID) -> Callable[[UUID], str]:
    """Return a function from the id of one of the account's files to its MIME type; it raises :class:`UnknownFile`."""
    return lambda file_id: get_file(account_id=account_id, file_id=file_id).content_type


def list_uploads(account_id: UUID) -> QuerySet[StoredFile]:
    """Return the files that the account has uploaded, newest first."""
    return StoredFile.objects.filter(account_id=account_id, task=None).order_by("-pk")


def list_deliveries(
    *, account_id: UUID, channel: str = WEBHOOK, states: tuple[DeliveryState, ...] = (), task_id: UUID | None = None
) -> QuerySet[Delivery]:
    """Return the account's deliveries over a channel, newest first, with their attempts in order as ``tries`` (2 queries)."""
    rows = Delivery.objects.filter(account_id=account_id, channel=channel)
    if states:
        rows = rows.filter(state__in=[state.value for state in states])
    if task_id is not None:
        rows = rows.filter(task_id=task_id)
    return rows.prefetch_related(TRIES).order_by("-pk")


def get_delivery(*, account_id: UUID, delivery_id: UUID, channel: str = WEBHOOK) -> Delivery:
    """Return the account's delivery with its attempts as ``tries`` (2 queries); raises :class:`UnknownDelivery`."""
    row = list_deliveries(account_id=account_id, channel=channel).filter(pk=delivery_id).first()
    if row is None:
        raise UnknownDelivery
    return row


def count_waiting_deliveries() -> int:
    """Return how many deliveries have not ended, over all channels and accounts; costs nothing for those that have."""
    return Delivery.objects.filter(state=DeliveryState.WAITING).count()
