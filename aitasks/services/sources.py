"""Bringing a task's source to the worker's disk: from the call itself, from the storage, or from a URL by the safe fetcher."""

import shutil
from pathlib import Path

from aitasks.feature import Feature
from aitasks.providers.port import Media
from aitasks.source_refs import TEXT, check_format, check_length
from common import errors, fetch, media
from common.storage import get_storage
from tasks import selectors
from tasks.models import Task

SOURCE_BYTES_MAX = 50 * 1024 * 1024
LINK_SECONDS = 86_400
LIMITS = fetch.Limits(bytes_max=SOURCE_BYTES_MAX, seconds_max=30)


def open_source(*, task: Task, feature: Feature, folder: Path) -> Media | None:
    """Return the task's source as a text or a local file in ``folder``; raises ``FormatUnsupported`` and the fetcher's errors."""
    source = task.payload["source"]
    if source is None:
        return None
    if source["text"] is not None:
        return Media(type=source["type"], text=source["text"])
    path = folder / "source"
    if source["file"]:
        content_type = _copy(task, source["file"], path)
    else:
        fetch.download(url=source["url"], into=path, limits=LIMITS)
        content_type = _settle_type(media.sniff(path), source["type"])
    return _read(feature, path, content_type)


def make_source_link(task: Task) -> str:
    """Return a link by which a provider can fetch the task's source for a day, or "" for a text and for no source."""
    source = task.payload["source"]
    if source is None or source["text"] is not None:
        return ""
    if not source["file"]:
        return str(source["url"])
    row = selectors.get_file(account_id=task.account_id, file_id=source["file"])
    return selectors.make_link(file=row, expires_seconds=LINK_SECONDS)


def _copy(task: Task, file_id: str, path: Path) -> str:
    row = selectors.get_file(account_id=task.account_id, file_id=file_id)  # type: ignore[arg-type]  # the ORM takes the id as text
    with get_storage(row.storage).open(key=row.storage_key) as stored, path.open("wb") as local:
        shutil.copyfileobj(stored, local)
    return row.content_type


def _settle_type(found: str, declared: str) -> str:
    """Return the type to go by: what the bytes say; a declared text type refines plain text."""
    if not declared or found == declared or (found == TEXT and declared.startswith("text/")):
        return declared or found
    if found.split("/", maxsplit=1)[0] == declared.split("/", maxsplit=1)[0]:
        return found
    raise errors.Invalid(f"The source is not what it claims to be: {declared} was announced, {found} was found.")


def _read(feature: Feature, path: Path, content_type: str) -> Media:
    check_format(feature, content_type)
    if content_type.startswith("image/"):
        media.check_image(path)
    if content_type == TEXT:
        check_length(feature, len(path.read_text(encoding="utf-8", errors="replace")))
    return Media(type=content_type, path=path)
