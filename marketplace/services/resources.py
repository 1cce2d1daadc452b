"""Objects of publishers (M-9): a link to put one, a link to get it, its end. Keys of publishers are made here too, and shown once.

Invariants: an object's key is made here and names its publisher; a link puts one object, once; what is not the publisher's does not exist.
"""

import re
from datetime import timedelta

from accounts.tokens import hash_secret, make_secret
from common import clock, ids
from common.storage import get_storage
from marketplace import selectors
from marketplace.models import Publisher, Resource

KEY_PREFIX = "pk_"
UPLOAD_BYTES_MAX = 512 * 1024 * 1024
UPLOAD_LINK_SECONDS, DOWNLOAD_LINK_SECONDS = 900, 3_600
FORGET_AFTER = timedelta(days=1)
"""Longer than the link for its upload lives."""
BATCH = 500
EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}\Z")
CONTENT_TYPES = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".gif": "image/gif", ".wav": "audio/wav",
    ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".flac": "audio/flac", ".mp4": "video/mp4", ".txt": "text/plain", ".pdf": "application/pdf",
    ".json": "application/json",
}  # fmt: skip


def create_publisher(*, name: str, storage: str = "", is_on: bool = True) -> tuple[Publisher, str]:
    """Create a publisher and return it with its key, which nobody can read again."""
    key = _make_key()
    return Publisher.objects.create(name=name, storage=storage, is_on=is_on, key_hash=hash_secret(key)), key


def ensure_publisher(*, name: str, key: str) -> None:
    """Make a publisher whose key is known beforehand, unless it exists: for the demo, which prints the same key at every start."""
    Publisher.objects.get_or_create(key_hash=hash_secret(key), defaults={"name": name})


def save_publisher(*, publisher: Publisher, name: str, storage: str, is_on: bool) -> None:
    """Change a publisher; its objects stay where they are, and so does its key."""
    Publisher.objects.filter(pk=publisher.pk).update(name=name, storage=storage, is_on=is_on)


def change_key(*, publisher: Publisher) -> str:
    """Give a publisher a new key, which nobody can read again, and return it; the one before is void at once."""
    key = _make_key()
    Publisher.objects.filter(pk=publisher.pk).update(key_hash=hash_secret(key))
    return key


def begin_upload(*, publisher: Publisher, name: str) -> tuple[str, str]:
    """Make the key of a new object and return it with the link to which it can be put, once; of ``name`` the extension counts."""
    plain = name.replace("\\", "/").rpartition("/")[2]
    found = EXTENSION.search(plain)
    extension = found[0].lower() if found else ""
    object_id = ids.new_id()
    resource = Resource(
        id=object_id,
        publisher=publisher,
        storage=publisher.storage,
        key=f"publishers/{publisher.pk.hex}/{object_id.hex}{extension}",
        name=plain or object_id.hex,
        content_type=CONTENT_TYPES.get(extension, "application/octet-stream"),
    )
    link = get_storage(resource.storage).upload_link(key=resource.key, bytes_max=UPLOAD_BYTES_MAX, expires_seconds=UPLOAD_LINK_SECONDS)
    resource.save(force_insert=True)
    return resource.key, link


def make_link(*, publisher: Publisher, key: str) -> str:
    """Return a fresh link to one of the publisher's objects; raises ``UnknownResource``."""
    return make_link_of(row=selectors.get_resource(publisher=publisher, key=key), expires_seconds=DOWNLOAD_LINK_SECONDS)


def make_link_of(*, row: Resource, expires_seconds: int) -> str:
    """Return a fresh link to an object, whosever it is: for staff."""
    return get_storage(row.storage).link(
        key=row.key, name=row.name, content_type=row.content_type, expires_seconds=expires_seconds, inline=True
    )


def delete_resource(*, publisher: Publisher, key: str) -> None:
    """Delete one of the publisher's objects; raises ``UnknownResource``."""
    row = selectors.get_resource(publisher=publisher, key=key)
    # The bytes go first: while the storage is down the object stays whole, and can be deleted again.
    get_storage(row.storage).delete(key=row.key)
    row.delete()


def forget_unused() -> int:
    """Look for objects that were asked for more than a day ago, forget those that were never put, and return how many."""
    due = list(Resource.objects.filter(found_at=None, created_at__lt=clock.now() - FORGET_AFTER).order_by("created_at")[:BATCH])
    return sum(_forget_unless_there(row) for row in due)


def _forget_unless_there(row: Resource) -> int:
    if get_storage(row.storage).exists(key=row.key):
        Resource.objects.filter(pk=row.pk).update(found_at=clock.now())
        return 0
    return Resource.objects.filter(pk=row.pk, found_at=None).delete()[0]


def _make_key() -> str:
    return f"{KEY_PREFIX}{make_secret()}"
