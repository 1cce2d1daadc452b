"""The letters that accounts send. Each goes to an address that is or was stored, never to one that was only typed.

No letter repeats a name that somebody gave: registration would send strangers' words to strangers. The links lead to pages of ``web``,
whose paths stand here, because imports go down; a test holds them against the pages.
"""

from urllib.parse import quote

from django.conf import settings

from accounts.models import User
from accounts.tokens import make_link_token
from common import clock, mail

VERIFY, RESET, INVITE = "verify", "reset", "invite"
"""What links are for; part of their signatures."""
VERIFY_PAGE, RESET_PAGE, FORGOTTEN_PAGE = "/verify", "/reset-password", "/forgotten-password"


def send_verification(*, user: User) -> None:
    """Post a link by which the user shows that the address is theirs."""
    token = make_link_token(purpose=VERIFY, user_id=user.pk, bound_to=verify_binding(user), made_at=clock.now())
    context: dict[str, object] = {"link": _link(VERIFY_PAGE, token), "days": settings.VERIFY_LINK_SECONDS // 86_400}
    mail.post(to=user.email, subject="Confirm your mail address", template="verify", context=context)


def send_reset(*, user: User) -> None:
    """Post a link by which the user sets a new password."""
    token = make_link_token(purpose=RESET, user_id=user.pk, bound_to=reset_binding(user), made_at=clock.now())
    context: dict[str, object] = {"link": _link(RESET_PAGE, token), "minutes": settings.RESET_LINK_SECONDS // 60}
    mail.post(to=user.email, subject="Set a new password", template="reset", context=context)


def send_invitation(*, user: User) -> None:
    """Post a link by which somebody whom staff invited sets their first password."""
    token = make_link_token(purpose=INVITE, user_id=user.pk, bound_to=reset_binding(user), made_at=clock.now())
    context: dict[str, object] = {"link": _link(RESET_PAGE, token), "days": settings.INVITE_LINK_SECONDS // 86_400}
    mail.post(to=user.email, subject="You are invited to Tollgate", template="invite", context=context)


def send_password_changed(*, user: User) -> None:
    """Post word that the password was changed, so that its owner notices when it was somebody else."""
    context: dict[str, object] = {"link": f"{settings.PUBLIC_URL}{FORGOTTEN_PAGE}"}
    mail.post(to=user.email, subject="Your password was changed", template="changed", context=context)


def send_moved(*, to: str) -> None:
    """Post word to the old address that letters now go to another, so that its owner notices when it was somebody else."""
    mail.post(to=to, subject="Your mail address was changed", template="moved", context={})


def verify_binding(user: User) -> str:
    """Return what a verification link is bound to: the address that it was sent to."""
    return user.email


def reset_binding(user: User) -> str:
    """Return what a reset link is bound to: it dies with the password that it replaces, and with the address that it was sent to."""
    return f"{user.password}:{user.email}"


def _link(page: str, token: str) -> str:
    return f"{settings.PUBLIC_URL}{page}?token={quote(token)}"
