"""Erasing a deleted user's tasks, files and deliveries (P-6.2). Holds and usage records stay, which say nothing about the person.

The bytes of a file go before its row: after a crash the row still says what is left to be removed.
"""

from uuid import UUID

from django.db.models import QuerySet

from common.storage import get_storage
from tasks.models import Delivery, DisabledReceiver, StoredFile, Task, WebhookSecret

BATCH = 100


def erase_work(account_id: UUID) -> None:
    """Erase the account's files, its ended tasks with all that they said and made, what other servers were told, and its secrets."""
    while files := list(StoredFile.objects.filter(account_id=account_id).order_by("pk")[:BATCH]):
        for file in files:
            get_storage(file.storage).delete(key=file.storage_key)
        StoredFile.objects.filter(pk__in=[file.pk for file in files]).delete()
    DisabledReceiver.objects.filter(account_id=account_id).delete()
    WebhookSecret.objects.filter(account_id=account_id).delete()
    _delete(Delivery.objects.filter(account_id=account_id))
    _delete(Task.objects.filter(account_id=account_id, finished_at__isnull=False))


def _delete(rows: "QuerySet[Delivery] | QuerySet[Task]") -> None:
    """Delete rows with what hangs on them, some at a time, so that no transaction grows with what the person did."""
    while found := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        rows.model._default_manager.filter(pk__in=found).delete()  # noqa: SLF001 - Django's documented way to a model's manager
