"""Creating a task: its row and its job, in the caller's transaction."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.identity import Caller
from billing.models import Hold
from common import clock, queue, rows
from tasks.errors import KeyReused
from tasks.models import StoredFile, Task

QUEUE = "tollgate"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """What a task is made of. ``digest`` identifies the request for its ``idempotency_key``; ``job`` is the job that will run it.

    ``webhook`` is where its owner hears of it: ``{"url", "events"}``. ``storage`` names the place for its results; empty: the deployment's
    own.
    """

    id: UUID
    kind: str
    contract: str
    payload: dict[str, Any]
    job: str
    queue: str = QUEUE
    storage: str = ""
    idempotency_key: str | None = None
    digest: str = ""
    webhook: dict[str, Any] | None = None


def create_task(*, caller: Caller, new: NewTask, hold: Hold, file: StoredFile | None = None) -> Task:
    """Create a queued task with the job that will run it; inside the transaction that placed its hold.

    ``file`` is a source written for this task alone; it is removed with the task.

    Raises ``django.db.IntegrityError`` when the idempotency key is taken: the caller rolls back and asks :func:`find_repeated`.
    """
    task = Task(
        id=new.id,
        account_id=caller.account_id,
        kind=new.kind,
        contract=new.contract,
        app_id=caller.app_id,
        payload=new.payload,
        storage=new.storage,
        hold=hold,
        idempotency_key=new.idempotency_key or None,
        idempotency_digest=new.digest,
        webhook=new.webhook,
    )
    rows.insert(task)
    if file is not None:
        file.task = task
        rows.insert(file)
    queue.enqueue(name=new.job, key=str(task.pk), queue=new.queue)
    return task


def find_repeated(*, account_id: UUID, key: str | None, digest: str) -> Task | None:
    """Return the task that this idempotency key made before; raises :class:`KeyReused` if it was for another request (P-2.8).

    A key older than ``IDEMPOTENCY_SECONDS`` is forgotten here, so that it can be used again.
    """
    if not key:
        return None
    task = Task.objects.filter(account_id=account_id, idempotency_key=key).select_related("hold").first()
    if task is None:
        return None
    if task.created_at < clock.now() - timedelta(seconds=settings.IDEMPOTENCY_SECONDS):
        Task.objects.filter(pk=task.pk).update(idempotency_key=None)
        return None
    if task.idempotency_digest != digest:
        raise KeyReused
    return task
