"""Registering users and changing what they may change about themselves."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import selectors
from accounts.emails import EMAIL_CHARACTERS_MAX, fold, normalise
from accounts.errors import EmailTaken, WeakPassword
from accounts.models import Account, User
from accounts.services import avatars, letters
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


def _store(user: User, password: str, *, has_letter: bool) -> None:
    _checked(user.email)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(error.messages) from None
    if User.objects.filter(email=user.email).exists():
        raise EmailTaken
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            Account.objects.create(kind=Account.Kind.PERSON, user=user)
            if has_letter:
                letters.send_verification(user=user)
    except IntegrityError:
        raise EmailTaken from None
