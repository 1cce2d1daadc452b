"""Signing in, staying in, signing out. A session is a row; its tokens are good while the row says so.

A refresh token is good once. Used a second time it may have been stolen, so the whole session ends (G-1.5).
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.emails import fold, normalise
from accounts.errors import BadRefreshToken, WrongCredentials
from accounts.models import Session, User
from accounts.tokens import hash_secret, make_access_token, make_refresh_token, make_secret, read_refresh_token
from common import clock, errors, limits

REVOKED_KEPT = timedelta(days=7)
CLIENT_CHARACTERS_MAX = 100


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a client gets when it signs in or refreshes."""

    session_id: UUID
    access: str
    refresh: str


def check_password(*, email: str, password: str, address: str) -> User:
    """Return the user whose password this is; raises :class:`WrongCredentials` (G-1.4) or ``limits.RateExceeded``.

    An unknown address costs the same work as a wrong password. The limits are taken before the password is looked at, so no more guesses
    are evaluated than they allow; a right one gives its turn back.
    """
    key = failure_key(email)
    failure_rate = limits.parse_rate(settings.LOGIN_FAILURE_RATE)
    limits.take(key=f"login:{address}", rate=limits.parse_rate(settings.LOGIN_RATE))
    limits.take(key=key, rate=failure_rate)
    user = User.objects.filter(email=normalise(email)).first()
    if user is None or not user.has_usable_password():
        make_password(password)
        raise WrongCredentials
    if not user.check_password(password) or not user.is_active:
        raise WrongCredentials
    limits.give_back(key=key, rate=failure_rate)
    return user


def failure_key(email: str) -> str:
    """Return the name of the limit on wrong passwords for an address, one for all its ways of writing."""
    return f"login-failure:{fold(email)}"


def sign_in(*, email: str, password: str, address: str, client: str = "") -> Tokens:
    """Open a session for the right password and return its tokens (G-1.3); ``client`` is what a person will recognise it by."""
    return open_session(user=check_password(email=email, password=password, address=address), client=client)


def open_session(*, user: User, client: str = "") -> Tokens:
    """Open a session for a user who has proved who they are.

    Raises :class:`WrongCredentials` if the password has changed since ``user`` was read: the change has ended the sessions that it found,
    and none may open after it by the old password.
    """
    secret = make_secret()
    now = clock.now()
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, password=user.password, is_active=True).update(last_login=now):
            raise WrongCredentials
        session = Session.objects.create(
            user=user,
            refresh_hash=hash_secret(secret),
            client=client[:CLIENT_CHARACTERS_MAX],
            expires_at=now + timedelta(seconds=settings.REFRESH_TOKEN_SECONDS),
        )
    return _tokens(session.pk, user.pk, secret)


def refresh(*, token: str) -> Tokens:
    """Exchange a refresh token for new tokens, once; raises :class:`BadRefreshToken`.

    One conditional ``UPDATE`` decides, so of simultaneous refreshes one wins; every other use of the token ends the session.
    """
    session_id, old_hash = read_refresh_token(token)
    secret, now = make_secret(), clock.now()
    # Not `user__is_active`: Django turns an update over a join into `id IN (SELECT …)`, which PostgreSQL does not look at again after
    # waiting for the row, so that simultaneous refreshes would all win.
    active = Exists(User.objects.filter(pk=OuterRef("user_id"), is_active=True))
    alive = Session.objects.filter(active, pk=session_id, revoked_at=None, expires_at__gt=now)
    later = now + timedelta(seconds=settings.REFRESH_TOKEN_SECONDS)
    if alive.filter(refresh_hash=old_hash).update(refresh_hash=hash_secret(secret), refreshed_at=now, expires_at=later):
        return _tokens(session_id, Session.objects.values_list("user_id", flat=True).get(pk=session_id), secret)
    alive.update(revoked_at=now)
    raise BadRefreshToken


def sign_out(*, session_id: UUID) -> None:
    """End a session: its access and refresh tokens are refused from now on, everywhere (G-1.6)."""
    Session.objects.filter(pk=session_id, revoked_at=None).update(revoked_at=clock.now())


def end_session(*, user_id: UUID, session_id: UUID) -> None:
    """End one of the user's sessions; raises ``errors.NotFound`` if they have no such session alive."""
    if not Session.objects.filter(pk=session_id, user_id=user_id, revoked_at=None).update(revoked_at=clock.now()):
        raise errors.NotFound("There is no such session.")


def end_others(*, user_id: UUID, session_id: UUID | None) -> int:
    """End all sessions of the user but one, or all where there is none to keep, and return how many."""
    alive = Session.objects.filter(user_id=user_id, revoked_at=None)
    return (alive.exclude(pk=session_id) if session_id else alive).update(revoked_at=clock.now())


def access_token(*, session_id: UUID, user_id: UUID) -> str:
    """Return a fresh access token for a session that a page holds."""
    return make_access_token(user_id=user_id, session_id=session_id)


def forget_ended() -> int:
    """Delete sessions that ended a while ago, and return how many."""
    return Session.objects.filter(expires_at__lt=clock.now() - REVOKED_KEPT).delete()[0]


def _tokens(session_id: UUID, user_id: UUID, secret: str) -> Tokens:
    return Tokens(
        session_id, make_access_token(user_id=user_id, session_id=session_id), make_refresh_token(session_id=session_id, secret=secret)
    )
