"""The storage port: what the product asks of a place for files, and the rules all adapters share.

Stands by itself so that domain code, tests and adapters agree without knowing each other. Invariants: the key that a file is stored under
is made by us (never from a user's file name), the key that it is kept under is the storage's answer, and its content never changes; links
expire; only types that a browser shows without running them are shown inline.
"""

import re
import unicodedata
from pathlib import Path
from typing import BinaryIO, Protocol

from django.utils.http import content_disposition_header

from common import errors, ids

INLINE_TYPES = frozenset(
    (
        "image/png",
        "image/jpeg",
        "image/webp",
        "image/gif",
        "audio/wav",
        "audio/mpeg",
        "audio/ogg",
        "audio/flac",
        "video/mp4",
        "text/plain",
    )
)
KEY_CHARACTERS_MAX = 200
NAME_CHARACTERS_MAX = 200
_KEY = re.compile(r"[a-z0-9_-][a-z0-9_.-]*(?:/[a-z0-9_-][a-z0-9_.-]*)*")
_CONTENT_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")


class BadKey(errors.TollgateError):
    """A key is not one of ours: a mistake in our code, never the caller's."""


class FileMissing(errors.NotFound):
    """There is no file under this key."""

    def __init__(self) -> None:
        super().__init__("The file does not exist (any more).")


class Storage(Protocol):
    """A place for files. Every method may raise ``errors.StorageDown``, and may block; ``link`` asks others only where they sign links."""

    def put(self, *, key: str, source: Path, content_type: str) -> str:
        """Store a copy of ``source``, whole or not at all, and return the key that it is kept under; all other methods take that one.

        It is ``key`` itself, and the same again replaces the file, unless the storage chooses its keys.
        """

    def open(self, *, key: str) -> BinaryIO:
        """Return the content, seekable, as a context manager; raises :class:`FileMissing`."""

    def delete(self, *, key: str) -> None:
        """Remove the file; nothing happens when there is none."""

    def exists(self, *, key: str) -> bool:
        """Return whether there is a file under this key."""

    def link(self, *, key: str, name: str, content_type: str, expires_seconds: int, inline: bool) -> str:
        """Return an absolute URL that serves the file to whoever holds it until it expires; whether it exists need not be checked."""

    def upload_link(self, *, key: str, bytes_max: int, expires_seconds: int) -> str:
        """Return an absolute URL to which whoever holds it may PUT this file until it expires; raises :class:`NoUploadLinks`.

        ``bytes_max`` holds where the bytes come through us; an S3 server takes what it is given.
        """


class NoUploadLinks(errors.Unsupported):
    """The storage signs no links for uploads of others."""

    def __init__(self) -> None:
        super().__init__("Nothing can be uploaded into this storage by a link.")


def new_key(*, folder: str, suffix: str = "") -> str:
    """Return a fresh key in a folder: ``new_key(folder="results", suffix=".png")`` gives ``results/<32 hex digits>.png``."""
    return check_key(f"{folder}/{ids.new_id().hex}{suffix}")


def check_key(key: str) -> str:
    """Return the key if it is one of ours: lower-case segments that cannot leave their folder; raises :class:`BadKey` otherwise."""
    if len(key) > KEY_CHARACTERS_MAX or ".." in key or not _KEY.fullmatch(key):
        raise BadKey("A storage key holds lower-case letters, digits, '_', '-', '.' and '/' only. Make it with new_key().")
    return key


def is_inline(*, content_type: str, inline: bool) -> bool:
    """Return whether a file is shown in the browser: only if asked for and of a type that cannot run anything."""
    return inline and content_type in INLINE_TYPES


def header_content_type(content_type: str) -> str:
    """Return the ``Content-Type`` to serve: the type itself, with a charset for text, or octet-stream if it is none."""
    if not _CONTENT_TYPE.fullmatch(content_type):
        return "application/octet-stream"
    return f"{content_type}; charset=utf-8" if content_type.startswith("text/") else content_type


def header_disposition(*, name: str, content_type: str, inline: bool) -> str:
    """Return the ``Content-Disposition`` to serve: the name without paths, control or direction characters, at most 200 long."""
    shown = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(character for character in shown if unicodedata.category(character)[0] != "C")[-NAME_CHARACTERS_MAX:]
    as_attachment = not is_inline(content_type=content_type, inline=inline)
    # The name is never empty, so a header always comes back.
    return str(content_disposition_header(as_attachment, shown or "download"))
