"""Signing a page in and out. A page's cookie session holds nothing but the id of a row in ``accounts.Session``, which is what counts.

Django's own ``login()`` is not used here: it is the staff admin's, and both can be signed in side by side.
"""

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from accounts.services import sessions
from accounts.services.sessions import Tokens
from billing.services import ledger
from common import errors
from web import selectors
from web.selectors import SESSION_KEY


class NoAccount(errors.Forbidden):
    """The user has no account that could own work: a superuser made on the command line."""

    def __init__(self) -> None:
        super().__init__("This user has no account of their own and can only use the admin. Sign up with another address.")


def begin(request: HttpRequest, *, tokens: Tokens) -> None:
    """Sign the page in with a session that has just been opened; raises :class:`NoAccount`, and ends the session then."""
    account = selectors.find_account(tokens.session_id)
    if account is None:
        sessions.sign_out(session_id=tokens.session_id)
        raise NoAccount
    before = selectors.find_visitor(request.session)
    if before is not None:
        sessions.sign_out(session_id=before.session_id)
    ledger.open_wallet(account_id=account.pk)
    # A new key and a new CSRF secret: whoever planted the old ones must not share the session that begins here.
    request.session.cycle_key()
    request.session[SESSION_KEY] = str(tokens.session_id)
    rotate_token(request)


def end(request: HttpRequest) -> None:
    """Sign the page out: end its session, so that its tokens are refused everywhere, and forget the cookie session."""
    visitor = selectors.find_visitor(request.session)
    if visitor is not None:
        sessions.sign_out(session_id=visitor.session_id)
    request.session.flush()
