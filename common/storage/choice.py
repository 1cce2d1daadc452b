"""Which storage a deployment has, by its settings: S3 when a bucket is named, the local disk otherwise."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from common.storage.local import LocalStorage
from common.storage.port import Storage


def get_storage() -> Storage:
    """Return the storage that the settings name; the same object for the same settings."""
    if settings.S3_BUCKET:
        return _s3(settings.S3_BUCKET, settings.S3_ENDPOINT_URL or "")
    return get_local_storage()


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
