"""The account page: names, mail address, password, and where one is signed in."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import selectors as accounts_selectors
from accounts.errors import AlreadyVerified, WrongCredentials
from accounts.services import passwords, sessions, users, verification
from common import errors
from common.contracts.address import client_address
from common.errors import TollgateError
from common.limits import RateExceeded
from web.forms import NamesForm, PasswordForm
from web.identity import Visitor
from web.views.answering import form_page, shown
from web.views.rendering import signed_in

SESSIONS_SHOWN = 30


@require_safe
@signed_in
def account(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Show the account."""
    return account_page(request, visitor, {})


@require_POST
@signed_in
def change_names(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Change the names."""
    form = NamesForm(request.POST)
    if not form.is_valid():
        return account_page(request, visitor, {"names": form})
    users.update_profile(user_id=visitor.user_id, **form.cleaned_data)
    messages.success(request, "Your names are saved.")
    return redirect("web:account")


@sensitive_post_parameters("current_password", "new_password")
@require_POST
@signed_in
def change_password(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Change the password, which signs every other device out."""
    form = PasswordForm(request.POST)
    error: TollgateError | None = None
    if form.is_valid():
        try:
            passwords.change_password(
                user_id=visitor.user_id,
                session_id=visitor.session_id,
                current=form.cleaned_data["current_password"],
                new=form.cleaned_data["new_password"],
                address=client_address(request),
            )
            messages.success(request, "Your password is changed. Every other device is signed out.")
            return redirect("web:account")
        except WrongCredentials:
            form.add_error("current_password", "This is not your current password.")
        except TollgateError as raised:
            error = shown(raised)
    return account_page(request, visitor, {"password": form}, error)


@require_POST
@signed_in
def send_verification(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Send another link that confirms the mail address."""
    try:
        verification.send_again(user_id=visitor.user_id)
        messages.success(request, f"A letter is on its way to {visitor.email}. Follow its link.")
    except (AlreadyVerified, RateExceeded) as error:
        messages.info(request, error.message)
    return redirect("web:account")


@require_POST
@signed_in
def end_session(request: HttpRequest, visitor: Visitor, session_id: UUID) -> HttpResponseBase:
    """Sign one device out."""
    try:
        sessions.end_session(user_id=visitor.user_id, session_id=session_id)
        messages.success(request, "That session is ended.")
    except errors.NotFound:
        messages.info(request, "There is no such session any more.")
    return redirect("web:account")


@require_POST
@signed_in
def end_other_sessions(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Sign every other device out."""
    ended = sessions.end_others(user_id=visitor.user_id, session_id=visitor.session_id)
    messages.success(request, f"{ended} other session{'' if ended == 1 else 's'} ended.")
    return redirect("web:account")


def account_page(
    request: HttpRequest, visitor: Visitor, filled: Mapping[str, forms.Form], error: TollgateError | None = None
) -> HttpResponseBase:
    """Return the account page with the form that was filled in, ``names`` or ``password``, and what was wrong with it."""
    user = accounts_selectors.get_user(visitor.user_id)
    alive = accounts_selectors.list_sessions(visitor.user_id)
    rows = list(alive[: SESSIONS_SHOWN + 1])
    context: dict[str, Any] = {
        "names": filled.get("names") or NamesForm(initial={"first_name": user.first_name, "last_name": user.last_name}),
        "password": filled.get("password") or PasswordForm(),
        "person": user,
        "sessions": rows[:SESSIONS_SHOWN],
        "has_more": len(rows) > SESSIONS_SHOWN,
        "has_others": len(rows) > 1,
    }
    form = next(iter(filled.values()), PasswordForm())
    return form_page(request, "account.html", form, error, context, visitor=visitor)
