"""Pages behind the links of letters: a new password for who has forgotten theirs, and a mail address confirmed.

Opening a link changes nothing, because mail programs and virus scanners open links too; the button on its page does.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import BadLink
from accounts.services import passwords, verification
from common.contracts.address import client_address
from common.errors import TollgateError
from web import selectors
from web.forms import ForgottenForm, ResetForm
from web.views.answering import form_page, shown
from web.views.rendering import render_page

TOKEN_CHARACTERS_MAX = 200


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def forgotten_password(request: HttpRequest) -> HttpResponseBase:
    """Ask for the address and have a link sent to it, if somebody has it."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    error = None
    if form.is_valid():
        try:
            passwords.request_reset(email=form.cleaned_data["email"], address=client_address(request))
            return redirect("web:forgotten-sent")
        except TollgateError as raised:
            error = shown(raised)
    return form_page(request, "forgotten_password.html", form, error, visitor=selectors.find_visitor(request.session))


@require_safe
@never_cache
def forgotten_sent(request: HttpRequest) -> HttpResponseBase:
    """Say to look into the mail; not whether the address is known."""
    return render_page(request, "forgotten_sent.html", visitor=selectors.find_visitor(request.session))


@sensitive_post_parameters("new_password", "token")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reset_password(request: HttpRequest) -> HttpResponseBase:
    """Show the form that a link leads to, or set the new password and go on to sign in with it."""
    token, error = _token(request), None
    form = ResetForm(request.POST if request.method == "POST" else None)
    try:
        email = passwords.get_user_of_reset(token=token).email
        if form.is_valid():
            error = _reset(request, token, form.cleaned_data["new_password"])
            if error is None:
                return redirect("web:sign-in")
    except BadLink:
        return render_page(request, "link_dead.html", {"purpose": "reset"}, visitor=selectors.find_visitor(request.session), status=400)
    return form_page(request, "reset_password.html", form, error, {"token": token, "email": email})


@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify(request: HttpRequest) -> HttpResponseBase:
    """Show the button that a link leads to, or confirm the address."""
    visitor, token = selectors.find_visitor(request.session), _token(request)
    if request.method != "POST":
        return render_page(request, "verify.html", {"token": token}, visitor=visitor)
    try:
        verification.verify(token=token, address=client_address(request))
    except BadLink:
        return render_page(request, "link_dead.html", {"purpose": "verify"}, visitor=visitor, status=400)
    except TollgateError as raised:
        error = shown(raised)
        context = {"token": token, "problem": error.message}
        response = render_page(request, "verify.html", context, visitor=visitor, status=429)
        response.headers["Retry-After"] = str(error.retry_after_seconds)
        return response
    return render_page(request, "verified.html", visitor=visitor)


def _reset(request: HttpRequest, token: str, new: str) -> TollgateError | None:
    try:
        passwords.reset_password(token=token, new=new, address=client_address(request))
    except BadLink:
        raise
    except TollgateError as error:
        return shown(error)
    messages.success(request, "Your password is changed, and every device is signed out. Sign in with the new one.")
    return None


def _token(request: HttpRequest) -> str:
    return str(request.POST.get("token") or request.GET.get("token") or "")[:TOKEN_CHARACTERS_MAX]
