"""Registering users, changing what they may change about themselves, and what staff may do to them: invite, disable, enable."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import selectors
from accounts.emails import EMAIL_CHARACTERS_MAX, fold, normalise
from accounts.errors import AboveOneself, EmailTaken, LastSuperuser, NotOneself, WeakPassword
from accounts.identity import Staff
from accounts.models import Account, Erasure, User
from accounts.services import audit, avatars, letters, sessions
from common import clock, errors, limits


def register(*, email: str, password: str, first_name: str, last_name: str, address: str) -> User:
    """Create a user and the account that owns their work and credits (G-1.1).

    ``address`` is the client's, limited by ``SIGNUP_RATE``. A letter asks the address to be verified. Raises :class:`EmailTaken`,
    :class:`WeakPassword`, ``limits.RateExceeded``.
    """
    limits.take(key=f"signup:{address}", rate=limits.parse_rate(settings.SIGNUP_RATE))
    user = User(email=normalise(email), first_name=first_name, last_name=last_name)
    _store(user, password, has_letter=True)
    return user


def create_user(*, email: str, password: str, first_name: str, last_name: str, is_staff: bool = False, is_verified: bool = False) -> User:
    """Create a user with an account, without the limits of a public door and without a letter."""
    user = User(email=normalise(email), first_name=first_name, last_name=last_name, is_staff=is_staff, is_superuser=is_staff)
    user.verified_at = clock.now() if is_verified else None
    _store(user, password, has_letter=False)
    return user


def update_profile(*, user_id: UUID, first_name: str, last_name: str) -> None:
    """Change a user's names, the only fields that G-2.2 lets them change."""
    User.objects.filter(pk=user_id).update(first_name=first_name, last_name=last_name, updated_at=clock.now())


def change_profile(
    *,
    user_id: UUID,
    account_id: UUID,
    first_name: str | None = None,
    last_name: str | None = None,
    email: str | None = None,
    avatar: str | None = None,
) -> None:
    """Change what is given of a user's record; ``avatar`` is what :mod:`accounts.services.avatars` takes, or empty to remove it.

    A new address is unverified, and gets a letter with a link; the old one gets word of it. All of it changes or nothing does. Raises
    :class:`EmailTaken`, ``limits.RateExceeded`` and what is wrong with the picture.
    """
    address = None if email is None else _checked(normalise(email))
    if address is not None and address != selectors.get_user(user_id).email:
        if User.objects.filter(email=address).exists():
            raise EmailTaken
        limits.take(key=f"mail:{fold(address)}", rate=limits.parse_rate(settings.MAIL_RATE))
    key = avatars.prepare_avatar(account_id=account_id, source=avatar) if avatar else ""
    names = {name: value for name, value in {"first_name": first_name, "last_name": last_name}.items() if value is not None}
    try:
        with transaction.atomic():
            user = User.objects.select_for_update().get(pk=user_id)
            before = user.avatar_key
            changes = names | ({} if avatar is None else {"avatar_key": key})
            User.objects.filter(pk=user_id).update(**changes, updated_at=clock.now())
            if address is not None and address != user.email:
                _move(user, address)
    except BaseException as error:
        avatars.discard_avatar(key=key)
        if isinstance(error, IntegrityError):
            raise EmailTaken from None
        raise
    if avatar is not None:
        avatars.discard_avatar(key=before)


def _move(user: User, address: str) -> None:
    old, user.email = user.email, address
    User.objects.filter(pk=user.pk).update(email=address, verified_at=None)
    letters.send_verification(user=user)
    letters.send_moved(to=old)


def _checked(email: str) -> str:
    # The normal form can be longer than what was typed: one sign may stand for a word.
    if len(email) > EMAIL_CHARACTERS_MAX:
        raise errors.Invalid("Invalid input data.", details={"email": [f"Ensure this has at most {EMAIL_CHARACTERS_MAX} characters."]})
    return email


def invite(*, staff: Staff, email: str, first_name: str, last_name: str) -> User:
    """Create a user without a password and send them a link by which they set one (P-6.1); raises :class:`EmailTaken`."""
    user = User(email=normalise(email), first_name=first_name, last_name=last_name)
    user.set_unusable_password()
    _check_new(user)
    try:
        with transaction.atomic():
            _insert(user)
            letters.send_invitation(user=user)
            audit.record(staff=staff, action="user.create", on=user)
    except IntegrityError:
        raise EmailTaken from None
    return user


def set_active(*, user_id: UUID, is_active: bool, staff: Staff) -> None:
    """Let a user in, or refuse them everywhere from now on: their sessions end, and their keys are refused while they are disabled.

    Raises ``errors.NotFound``, and what :func:`lock_for_staff` raises.
    """
    with transaction.atomic():
        user = lock_for_staff(user_id=user_id, staff=staff, removes=not is_active)
        if user.is_active == is_active:
            return
        User.objects.filter(pk=user.pk).update(is_active=is_active, updated_at=clock.now())
        if not is_active:
            sessions.end_others(user_id=user.pk, session_id=None)
        audit.record(staff=staff, action="user.enable" if is_active else "user.disable", on=user)


def lock_for_staff(*, user_id: UUID, staff: Staff, removes: bool) -> User:
    """Return a user whom this member of staff may change, alone with them until the transaction ends.

    ``removes`` says that the user will not be able to sign in afterwards. Raises ``errors.NotFound`` (an erased user is not there),
    :class:`NotOneself`, :class:`AboveOneself`, :class:`LastSuperuser`. All superusers are locked too, in one order, so that two of them
    cannot remove each other at once.
    """
    wanted = Q(pk=user_id) | Q(is_superuser=True, is_active=True)
    locked = {user.pk: user for user in User.objects.select_for_update().filter(wanted).order_by("pk")}
    user = locked.get(user_id)
    # Asked after the lock is held: somebody may have deleted the user meanwhile.
    if user is None or Erasure.objects.filter(user_id=user_id).exists():
        raise errors.NotFound("There is no such user.")
    if user.pk == staff.user_id:
        raise NotOneself
    if user.is_superuser and not staff.is_superuser:
        raise AboveOneself
    if removes and user.is_superuser and not any(other.is_superuser and other.is_active for other in locked.values() if other != user):
        raise LastSuperuser
    return user


def _store(user: User, password: str, *, has_letter: bool) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(error.messages) from None
    _check_new(user)
    user.set_password(password)
    try:
        with transaction.atomic():
            _insert(user)
            if has_letter:
                letters.send_verification(user=user)
    except IntegrityError:
        raise EmailTaken from None


def _check_new(user: User) -> None:
    _checked(user.email)
    if User.objects.filter(email=user.email).exists():
        raise EmailTaken


def _insert(user: User) -> None:
    user.save(force_insert=True)
    Account.objects.create(kind=Account.Kind.PERSON, user=user)
