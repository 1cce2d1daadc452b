"""Showing that a mail address is one's own (G-1.8): a link sent to it, followed once."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts import selectors
from accounts.emails import fold
from accounts.errors import AlreadyVerified, BadLink
from accounts.models import User
from accounts.services import letters
from accounts.tokens import is_signed, read_link_token
from common import clock, limits


def verify(*, token: str, address: str) -> None:
    """Record that the address belongs to its user; raises :class:`BadLink` for any token but an unused, fresh one of ours."""
    limits.take(key=f"verify:{address}", rate=limits.parse_rate(settings.RESET_RATE))
    link = read_link_token(token)
    user = User.objects.filter(pk=link.user_id, is_active=True).first()
    bound_to = letters.verify_binding(user) if user else ""
    if not is_signed(link, purpose=letters.VERIFY, bound_to=bound_to) or user is None:
        raise BadLink
    now = clock.now()
    if now - link.made_at >= timedelta(seconds=settings.VERIFY_LINK_SECONDS):
        raise BadLink
    if not User.objects.filter(pk=user.pk, email=user.email, verified_at=None).update(verified_at=now, updated_at=now):
        raise BadLink


def send_again(*, user_id: UUID) -> None:
    """Send another verification link; raises :class:`AlreadyVerified` or ``limits.RateExceeded``."""
    user = selectors.get_user(user_id)
    if user.verified_at is not None:
        raise AlreadyVerified
    limits.take(key=f"mail:{fold(user.email)}", rate=limits.parse_rate(settings.MAIL_RATE))
    with transaction.atomic():
        letters.send_verification(user=user)
