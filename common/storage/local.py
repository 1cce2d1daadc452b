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


class FileExists(errors.Conflict):
    """There is a file under this key, and it stays as it is."""

    def __init__(self) -> None:
        super().__init__("This link has been used. Ask for a new one.")


class LocalStorage:
    """Storage in the folder ``root``; links begin with ``base_url`` and are served by ``common.storage.views``."""

    def __init__(self, root: Path, *, base_url: str) -> None:
        self._root = root
        self._base_url = base_url.rstrip("/")

    def path(self, *, key: str) -> Path:
        """Return where the file of a key is, or would be."""
        shard = zlib.crc32(check_key(key).encode()) & 0xFF
        return self._root / f"{shard:02x}" / key

    def put(self, *, key: str, source: Path, content_type: str) -> str:
        """Store a copy of ``source`` under ``key``; the type is not kept, links carry it."""
        path = self.path(key=key)
        with source.open("rb") as content, _written(content, path) as temporary:
            temporary.replace(path)
        return key

    def receive(self, *, key: str, content: BinaryIO) -> None:
        """Store what ``content`` holds under ``key``, once: raises :class:`FileExists` if there is a file."""
        path = self.path(key=key)
        with _written(content, path) as temporary:
            try:
                path.hardlink_to(temporary)
            except FileExistsError as error:
                raise FileExists from error
            finally:
                temporary.unlink()

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

    def upload_link(self, *, key: str, bytes_max: int, expires_seconds: int) -> str:
        """Return a signed link for one PUT of at most ``bytes_max``, served by ``common.storage.views``."""
        token = links.make_upload_token(key=key, bytes_max=bytes_max, expires_seconds=expires_seconds)
        return f"{self._base_url}{links.UPLOADS}{token}"


@contextlib.contextmanager
def _written(content: BinaryIO, path: Path) -> Iterator[Path]:
    """Yield the file that now holds ``content``, beside ``path``, for whoever gives it its place; gone if that fails."""
    # A segment of a key never begins with a dot, so no key can name the file being written.
    temporary = path.with_name(f".{ids.new_id().hex}.part")
    with _in_our_words():
        try:
            _write(content, temporary)
            yield temporary
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


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
