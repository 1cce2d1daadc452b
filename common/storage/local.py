"""Files on a local disk: the adapter that needs nothing installed.

Invariants: a file appears under its key whole or not at all (written beside it, flushed to the disk, renamed); files spread over 256
folders by a hash of their key; no path is built from anything but a checked key.
"""

import contextlib
import os
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from common import errors, ids
from common.storage import links
from common.storage.port import FileMissing, check_key


class DiskFailed(errors.StorageDown):
    """The disk is full, read-only or broken."""

    def __init__(self) -> None:
        super().__init__("The files cannot be stored or read at the moment. Try again later.")


class LocalStorage:
    """Storage in the folder ``root``; links begin with ``base_url`` and are served by ``common.storage.views``."""

    def __init__(self, root: Path, *, base_url: str) -> None:
        self._root = root
        self._base_url = base_url.rstrip("/")

    def path(self, *, key: str) -> Path:
        """Return where the file of a key is, or would be."""
        shard = zlib.crc32(check_key(key).encode()) & 0xFF
        return self._root / f"{shard:02x}" / key

    def put(self, *, key: str, source: Path, content_type: str) -> None:
        """Store a copy of ``source`` under ``key``; the type is not kept, links carry it."""
        path = self.path(key=key)
        with source.open("rb") as content, _in_our_words():
            # A segment of a key never begins with a dot, so no key can name the file being written.
            temporary = path.with_name(f".{ids.new_id().hex}.part")
            try:
                _write(content, temporary)
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise

    def open(self, *, key: str) -> BinaryIO:
        """Return the file, open for reading."""
        path = self.path(key=key)
        with _in_our_words():
            try:
                return path.open("rb")
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
                raise FileMissing from error

    def delete(self, *, key: str) -> None:
        """Remove the file if there is one; its folders stay."""
        with _in_our_words(), contextlib.suppress(FileNotFoundError, NotADirectoryError):
            self.path(key=key).unlink()

    def exists(self, *, key: str) -> bool:
        """Return whether there is a file under this key."""
        return self.path(key=key).is_file()

    def link(self, *, key: str, name: str, content_type: str, expires_seconds: int, inline: bool) -> str:
        """Return a signed link."""
        token = links.make_token(key=key, name=name, content_type=content_type, inline=inline, expires_seconds=expires_seconds)
        return f"{self._base_url}/files/{token}"


def _write(content: BinaryIO, path: Path) -> None:
    try:
        file = path.open("xb")
    except FileNotFoundError:
        # Folders are only made when they turn out to be missing: nearly every file goes to one that exists.
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("xb")
    with file:
        shutil.copyfileobj(content, file, 1_048_576)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DiskFailed from error
