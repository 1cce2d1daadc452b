"""Files: into the storage, and out of it with their task. Bytes are written before the row and removed after it."""

import shutil
from pathlib import Path
from uuid import UUID

import structlog
from django.db import transaction

from common import errors, ids
from common.storage import get_storage
from tasks import selectors
from tasks.errors import UnknownFile, UnknownTask
from tasks.models import StoredFile, Task
from tasks.states import UNFINISHED

log = structlog.get_logger(__name__)
EXTENSIONS = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif", "audio/wav": ".wav", "audio/x-wav": ".wav",
    "audio/mpeg": ".mp3", "audio/ogg": ".ogg", "audio/flac": ".flac", "video/mp4": ".mp4", "text/plain": ".txt", "application/pdf": ".pdf",
    "application/json": ".json", "text/html": ".html",
}  # fmt: skip


def write_file(*, account_id: UUID, source: Path, content_type: str, name: str = "", storage: str = "") -> StoredFile:
    """Put a local file into the storage of that name and return its row, not saved yet; raises ``errors.StorageDown``.

    Whoever saves the row does so in the transaction that gives the file its meaning, or calls :func:`discard_file`.
    """
    file_id = ids.new_id()
    extension = EXTENSIONS.get(content_type, ".bin")
    key = f"{account_id.hex[-2:]}/{account_id.hex}/{file_id.hex}{extension}"
    size_bytes = source.stat().st_size
    kept_key = get_storage(storage).put(key=key, source=source, content_type=content_type)
    return StoredFile(
        id=file_id,
        account_id=account_id,
        storage=storage,
        storage_key=kept_key,
        name=name or f"{file_id.hex[-12:]}{extension}",
        content_type=content_type,
        size_bytes=size_bytes,
    )


def discard_file(*, file: StoredFile) -> None:
    """Remove the bytes of a file whose row was never saved; where the storage is down they stay, and nobody knows their key."""
    try:
        get_storage(file.storage).delete(key=file.storage_key)
    except errors.StorageDown as error:
        log.warning("file.not_discarded", reason=type(error).__name__)


def upload_file(*, account_id: UUID, source: Path, content_type: str, name: str) -> StoredFile:
    """Store a file that a caller sent, to be named as a source later, and return its row."""
    file = write_file(account_id=account_id, source=source, content_type=content_type, name=name)
    file.save(force_insert=True)
    return file


def copy_file(*, account_id: UUID, file_id: UUID, into: Path) -> None:
    """Copy the account's file to a local path; raises :class:`UnknownFile`."""
    row = selectors.get_file(account_id=account_id, file_id=file_id)
    with get_storage(row.storage).open(key=row.storage_key) as stored, into.open("wb") as local:
        shutil.copyfileobj(stored, local)


def delete_file(*, account_id: UUID, file_id: UUID) -> None:
    """Delete an uploaded file that no task has; raises :class:`UnknownFile`."""
    row = StoredFile.objects.filter(pk=file_id, account_id=account_id, task=None).first()
    if row is None:
        raise UnknownFile
    row.delete()
    get_storage(row.storage).delete(key=row.storage_key)


def remove_task(*, account_id: UUID, task_id: UUID) -> None:
    """Remove a finished task with its events, results and files; its hold and usage record stay. Raises :class:`UnknownTask`."""
    stored = list(StoredFile.objects.filter(task_id=task_id, account_id=account_id).values_list("storage", "storage_key"))
    with transaction.atomic():
        finished = Task.objects.filter(pk=task_id, account_id=account_id).exclude(state__in=[state.value for state in UNFINISHED])
        if not finished.delete()[0]:
            raise UnknownTask
    for storage, key in stored:
        get_storage(storage).delete(key=key)
