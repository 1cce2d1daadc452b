"""Which storage a name means: the deployment's own by the settings, others by whoever offers them.

A file remembers its storage by name: ``""`` is the deployment's (S3 when a bucket is named, the local disk otherwise), ``local`` and ``s3``
are these two by name, and ``<family>:<rest>`` is asked of the app that registered the family, such as ``marketplace:<service>``.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from common import errors
from common.storage.local import LocalStorage
from common.storage.port import Storage

Find = Callable[[str], Storage | None]
"""From what follows the family in a name to the storage, or None when there is none (any more)."""
_families: dict[str, Find] = {}


class UnknownStorage(errors.StorageDown):
    """A file's storage is no longer configured, or not in this process."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The storage {name[:100]} is not configured here, so its files cannot be reached.")


def register_family(family: str, find: Find) -> None:
    """Have ``find`` resolve the names ``<family>:…``; an app says so once, when it is loaded."""
    _families[family] = find


def get_storage(name: str = "") -> Storage:
    """Return the storage of this name, the same object for the same settings; raises :class:`UnknownStorage`."""
    family, _, rest = name.partition(":")
    if name == "s3" or (name == "" and settings.S3_BUCKET):
        if settings.S3_BUCKET:
            return _s3(settings.S3_BUCKET, settings.S3_ENDPOINT_URL or "")
    elif name in {"", "local"}:
        return get_local_storage()
    elif rest and family in _families:
        found = _families[family](rest)
        if found is not None:
            return found
    raise UnknownStorage(name)


def get_local_storage() -> LocalStorage:
    """Return the local storage, which serves its own signed links."""
    return _local(Path(settings.DATA_DIR) / "files", settings.PUBLIC_URL)


@lru_cache(maxsize=4)
def _local(root: Path, base_url: str) -> LocalStorage:
    return LocalStorage(root, base_url=base_url)


@lru_cache(maxsize=4)
def _s3(bucket: str, endpoint_url: str) -> Storage:
    # Imported here because boto3 costs a process tens of megabytes and part of a second, which embedded deployments never need.
    from common.storage.s3 import S3Storage  # noqa: PLC0415

    return S3Storage(bucket, endpoint_url=endpoint_url)
