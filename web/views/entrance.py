"""Signing up, in and out, and the access token that a page's script calls the API with."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.clients import describe_client
from accounts.services import sessions, users
from common.contracts.address import client_address
from common.errors import TollgateError
from web import selectors, services
from web.forms import SignInForm, SignUpForm
from web.identity import Visitor
from web.views.answering import form_page, shown
from web.views.rendering import signed_in_script


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@never_cache
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Show the form, or sign in and go on to where the visitor was going."""
    if request.method == "GET" and selectors.find_visitor(request.session):
        return redirect(_next(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    error = None
    if form.is_valid():
        try:
            client = describe_client(request.headers.get("User-Agent", ""))
            tokens = sessions.sign_in(**form.cleaned_data, address=client_address(request), client=client)
            services.begin(request, tokens=tokens)
            return redirect(_next(request))
        except TollgateError as raised:
            error = shown(raised)
    return form_page(request, "sign_in.html", form, error, {"next": _given_next(request)})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@never_cache
def sign_up(request: HttpRequest) -> HttpResponseBase:
    """Show the form, or register, sign in and go on."""
    if request.method == "GET" and selectors.find_visitor(request.session):
        return redirect(_next(request))
    form = SignUpForm(request.POST if request.method == "POST" else None)
    error = None
    if form.is_valid():
        try:
            user = users.register(**form.cleaned_data, address=client_address(request))
            client = describe_client(request.headers.get("User-Agent", ""))
            services.begin(request, tokens=sessions.open_session(user=user, client=client))
            messages.info(request, f"We have sent a letter to {user.email}. Follow its link to confirm that the address is yours.")
            return redirect(_next(request))
        except TollgateError as raised:
            error = shown(raised)
    return form_page(request, "sign_up.html", form, error, {"next": _given_next(request)})


@require_POST
@never_cache
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Sign out everywhere that this page's session reaches."""
    services.end(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@require_POST
@signed_in_script
def session_token(_request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Return a fresh access token of the page's own session; it dies with it."""
    token = sessions.access_token(session_id=visitor.session_id, user_id=visitor.user_id)
    return JsonResponse({"token": token, "expiresIn": settings.ACCESS_TOKEN_SECONDS})


def _given_next(request: HttpRequest) -> str:
    """Return where the visitor was going, if that is on this site."""
    given = request.POST.get("next") or request.GET.get("next") or ""
    return given if url_has_allowed_host_and_scheme(given, allowed_hosts={request.get_host()}, require_https=request.is_secure()) else ""


def _next(request: HttpRequest) -> str:
    return _given_next(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
