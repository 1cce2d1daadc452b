"""Changing a password, and setting a new one by mail (G-1.8). Either ends the sessions that the old one opened.

The change is one conditional ``UPDATE`` on the hash that is replaced: of simultaneous changes, and of simultaneous uses of one link, one
wins.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Coalesce

from accounts import selectors
from accounts.emails import EMAIL_CHARACTERS_MAX, fold, normalise
from accounts.errors import BadLink, WeakPassword, WrongCredentials
from accounts.models import ResetRequest, User
from accounts.services import letters, sessions
from accounts.tokens import is_signed, read_link_token
from common import clock, limits, queue

ANSWER_JOB = "accounts.answer_reset"


def change_password(*, user_id: UUID, session_id: UUID | None, current: str, new: str, address: str) -> None:
    """Replace the user's password and end every session but ``session_id``.

    A wrong current password counts like a failed sign-in, against the same limits. Raises :class:`WrongCredentials`,
    :class:`WeakPassword` or ``limits.RateExceeded``.
    """
    user = selectors.get_user(user_id)
    key, failure_rate = sessions.failure_key(user.email), limits.parse_rate(settings.LOGIN_FAILURE_RATE)
    limits.take(key=f"login:{address}", rate=limits.parse_rate(settings.LOGIN_RATE))
    limits.take(key=key, rate=failure_rate)
    if not user.check_password(current):
        raise WrongCredentials
    limits.give_back(key=key, rate=failure_rate)
    if not _replace(user, new, keep=session_id):
        raise WrongCredentials


def request_reset(*, email: str, address: str) -> None:
    """Have a link sent to ``email`` if a user has it. Does the same work whether one does: a job looks."""
    limits.take(key=f"reset:{address}", rate=limits.parse_rate(settings.RESET_RATE))
    limits.take(key=f"mail:{fold(email)}", rate=limits.parse_rate(settings.MAIL_RATE))
    with transaction.atomic():
        request = ResetRequest.objects.create(email=normalise(email)[:EMAIL_CHARACTERS_MAX])
        queue.enqueue(name=ANSWER_JOB, key=str(request.pk))


def answer_reset(*, request_id: UUID) -> None:
    """Send the link that was asked for, if the address belongs to a user who may sign in; once."""
    with transaction.atomic():
        request = ResetRequest.objects.filter(pk=request_id).first()
        if request is None or not ResetRequest.objects.filter(pk=request_id).delete()[0]:
            return
        user = User.objects.filter(email=request.email, is_active=True).first()
        if user is not None:
            letters.send_reset(user=user)


def get_user_of_reset(*, token: str) -> User:
    """Return the user whose password the token may set; raises :class:`BadLink`."""
    link = read_link_token(token)
    user = User.objects.filter(pk=link.user_id, is_active=True).first()
    bound_to = letters.reset_binding(user) if user else ""
    lasting = {letters.RESET: settings.RESET_LINK_SECONDS, letters.INVITE: settings.INVITE_LINK_SECONDS}
    purpose = next((name for name in lasting if is_signed(link, purpose=name, bound_to=bound_to)), None)
    if purpose is None or user is None:
        raise BadLink
    if clock.now() - link.made_at >= timedelta(seconds=lasting[purpose]):
        raise BadLink
    return user


def reset_password(*, token: str, new: str, address: str) -> User:
    """Set the password that the token allows to set, once, end all sessions, and return the user.

    The token came by mail, so the address is verified too. Raises :class:`BadLink` or ``limits.RateExceeded``; after
    :class:`WeakPassword` the token is still good.
    """
    limits.take(key=f"reset-confirm:{address}", rate=limits.parse_rate(settings.RESET_RATE))
    user = get_user_of_reset(token=token)
    if not _replace(user, new, verified_at=clock.now()):
        raise BadLink
    limits.clear(key=sessions.failure_key(user.email))
    return user


def _replace(user: User, new: str, *, keep: UUID | None = None, verified_at: datetime | None = None) -> bool:
    """Return whether the password is now ``new``: not when it changed after ``user`` was read."""
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise WeakPassword(error.messages, field="newPassword") from None
    # Hashed before the transaction begins: on SQLite nobody else could write meanwhile.
    encoded, now = make_password(new), clock.now()
    verified = {"verified_at": Coalesce("verified_at", verified_at)} if verified_at else {}
    with transaction.atomic():
        unchanged = User.objects.filter(pk=user.pk, password=user.password, is_active=True)
        if not unchanged.update(password=encoded, updated_at=now, **verified):
            return False
        sessions.end_others(user_id=user.pk, session_id=keep)
        letters.send_password_changed(user=user)
    return True
