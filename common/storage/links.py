"""Signed links to local files: the token says which file, under which name, until when; nobody else can write one.

Stands by itself because it is pure: it reads the clock and the secret key, no database and no disk, so making a link is cheap enough for
every row of a list. Invariant: everything the view does with a file is in the signed token, nothing in the query string.
"""

import math
from dataclasses import dataclass

from django.core import signing

from common import clock, errors
from common.storage.port import check_key

SALT = "tollgate.storage.link"
# The separator must not be one that Base64 uses; a dot needs no escaping in a path.
SEPARATOR = "."


@dataclass(frozen=True, slots=True)
class Link:
    """What a token was signed for. ``expires_at`` is in Unix seconds."""

    key: str
    name: str
    content_type: str
    inline: bool
    expires_at: int


class LinkForged(errors.NotFound):
    """The token was not made by us, or with another secret key."""


class LinkExpired(errors.NotFound):
    """The token was valid and its time is over."""


def make_token(*, key: str, name: str, content_type: str, inline: bool, expires_seconds: int) -> str:
    """Return a token for a link, safe in a URL's path."""
    expires_at = math.ceil(clock.now().timestamp()) + expires_seconds
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


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=SEPARATOR)
