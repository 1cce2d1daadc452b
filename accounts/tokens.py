"""Tokens as text: what they look like, how they are made, hashed and taken apart. No database.

An access token is a JWT that names its session (``sid``). A refresh token is ``<session id>.<secret>``; an API key is
``tg_<8 to show>_<secret>``. Both secrets carry 256 bits, so a plain SHA-256 keeps them. A link in a letter carries
``<user id>.<seconds since 1970>.<signature>``; the signature covers what the link is for and what it is bound to, such as the password's
hash, so that it dies when that changes.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

from accounts.errors import BadLink, BadRefreshToken, BadToken

KEY_PREFIX = "tg_"


@dataclass(frozen=True, slots=True)
class LinkToken:
    """What the token of a letter's link says before anybody has checked it."""

    user_id: UUID
    made_at: datetime
    signature: str


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What an access token says."""

    user_id: UUID
    session_id: UUID


def make_access_token(*, user_id: UUID, session_id: UUID) -> str:
    """Return a signed access token for a session."""
    token = AccessToken()
    token["sub"], token["sid"] = str(user_id), str(session_id)
    return str(token)


def read_access_token(text: str) -> AccessClaims:
    """Return what the access token says; raises :class:`BadToken` if it is forged, expired or no token."""
    try:
        token = AccessToken(text)  # type: ignore[arg-type]  # the stubs want a Token, the code takes the text
        return AccessClaims(UUID(token["sub"]), UUID(token["sid"]))
    except (TokenError, KeyError, ValueError, TypeError, AttributeError):
        raise BadToken from None


def make_secret() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def make_refresh_token(*, session_id: UUID, secret: str) -> str:
    """Return the refresh token of a session."""
    return f"{session_id.hex}.{secret}"


def read_refresh_token(text: str) -> tuple[UUID, str]:
    """Return the session's id and the hash of the secret; raises :class:`BadRefreshToken`."""
    session_id, _, secret = text.partition(".")
    try:
        return UUID(session_id), hash_secret(secret)
    except ValueError:
        raise BadRefreshToken from None


def make_api_key() -> tuple[str, str]:
    """Return a new API key and its prefix, the part that may be shown."""
    prefix = f"{KEY_PREFIX}{secrets.token_hex(4)}"
    return f"{prefix}_{make_secret()}", prefix


def hash_secret(secret: str) -> str:
    """Return the form in which a secret is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_link_token(*, purpose: str, user_id: UUID, bound_to: str, made_at: datetime) -> str:
    """Return a token for a link in a letter, good for ``purpose`` while ``bound_to`` stays what it is."""
    body = f"{user_id.hex}.{int(made_at.timestamp())}"
    return f"{body}.{_sign(purpose, body, bound_to)}"


def read_link_token(text: str) -> LinkToken:
    """Return what the token says, to be checked by :func:`is_signed`; raises :class:`BadLink` for what is no token."""
    try:
        user_id, made_at, signature = text.split(".")
        if not (len(user_id) == 32 and made_at.isascii() and made_at.isdecimal() and len(made_at) <= 11):  # noqa: PLR2004 - hexadecimal digits of an id; seconds
            raise BadLink
        return LinkToken(UUID(hex=user_id), datetime.fromtimestamp(int(made_at), UTC), signature)
    except ValueError:
        raise BadLink from None


def is_signed(token: LinkToken, *, purpose: str, bound_to: str) -> bool:
    """Return whether we made the token for this purpose, and what it is bound to has not changed."""
    body = f"{token.user_id.hex}.{int(token.made_at.timestamp())}"
    return constant_time_compare(token.signature, _sign(purpose, body, bound_to))


def _sign(purpose: str, body: str, bound_to: str) -> str:
    return salted_hmac(f"tollgate.accounts.link:{purpose}", f"{body}:{bound_to}", algorithm="sha256").hexdigest()
