"""Signed links to local files: the token says which file, under which name, until when; nobody else can write one.

Links for uploads are signed for that purpose alone, and say how large the file may be.

Stands by itself because it is pure: it reads the clock and the secret key, no database and no disk, so making a link is cheap enough for
every row of a list. Invariant: everything the view does with a file is in the signed token, nothing in the query string.
"""

from dataclasses import dataclass

from django.core import signing

from common import clock, errors
from common.storage.port import check_key

SALT, UPLOAD_SALT = "tollgate.storage.link", "tollgate.storage.upload"
UPLOADS = "/uploads/"
"""What the path of a link for an upload begins with; its token follows."""
# The separator must not be one that Base64 uses; a dot needs no escaping in a path.
SEPARATOR = "."


@dataclass(frozen=True, slots=True)
class Link:
    """What a token was signed for. ``expires_at`` is in Unix seconds, exactly: no two links are the same (M-4.4)."""

    key: str
    name: str
    content_type: str
    inline: bool
    expires_at: float


@dataclass(frozen=True, slots=True)
class Upload:
    """What a token for an upload was signed for."""

    key: str
    bytes_max: int


class LinkForged(errors.NotFound):
    """The token was not made by us, or with another secret key."""


class LinkExpired(errors.NotFound):
    """The token was valid and its time is over."""


def make_token(*, key: str, name: str, content_type: str, inline: bool, expires_seconds: int) -> str:
    """Return a token for a link, safe in a URL's path."""
    expires_at = clock.now().timestamp() + expires_seconds
    return _signer().sign_object([check_key(key), name, content_type, int(inline), expires_at])


def read_token(token: str) -> Link:
    """Return what a token was signed for; raises :class:`LinkForged` or :class:`LinkExpired`."""
    try:
        key, name, content_type, inline, expires_at = _signer().unsign_object(token)
    except (signing.BadSignature, ValueError) as error:
        raise LinkForged("There is no such file. Ask for a new link.") from error
    if clock.now().timestamp() >= expires_at:
        raise LinkExpired("This link has expired. Ask for a new one.")
    return Link(key=key, name=name, content_type=content_type, inline=bool(inline), expires_at=expires_at)


def make_upload_token(*, key: str, bytes_max: int, expires_seconds: int) -> str:
    """Return a token for a link that takes one file of at most ``bytes_max``, safe in a URL's path."""
    expires_at = clock.now().timestamp() + expires_seconds
    return _signer(UPLOAD_SALT).sign_object([check_key(key), bytes_max, expires_at])


def read_upload_token(token: str) -> Upload:
    """Return what a token for an upload was signed for; raises :class:`LinkForged` or :class:`LinkExpired`."""
    try:
        key, bytes_max, expires_at = _signer(UPLOAD_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError) as error:
        raise LinkForged("Nothing can be put here. Ask for a new link.") from error
    if clock.now().timestamp() >= expires_at:
        raise LinkExpired("This link has expired. Ask for a new one.")
    return Upload(key=key, bytes_max=bytes_max)


def find_upload_bytes_max(path: str) -> int | None:
    """Return how many bytes may be sent to ``path`` by its token, or None where there is no good one."""
    if not path.startswith(UPLOADS):
        return None
    try:
        return read_upload_token(path.removeprefix(UPLOADS)).bytes_max
    except errors.NotFound:
        return None


def _signer(salt: str = SALT) -> signing.Signer:
    return signing.Signer(salt=salt, sep=SEPARATOR)
