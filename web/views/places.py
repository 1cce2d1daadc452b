"""The pages themselves: home, playground, chat, credits, keys."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import selectors as accounts_selectors
from accounts.services import keys
from billing import selectors as billing_selectors
from billing.services import ledger
from common import errors
from common.contracts.wire import INT64_MAX
from web import selectors
from web.forms import KeyForm, refuse
from web.identity import Visitor
from web.views.rendering import render_page, signed_in


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Say what this is and how to begin."""
    return render_page(request, "home.html", visitor=selectors.find_visitor(request.session))


@require_safe
@signed_in
def playground(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Show the playground; its script does the rest."""
    apps = [app for app in selectors.list_apps(visitor.account_id) if app.is_enabled]
    return render_page(request, "playground.html", {"apps": apps}, visitor=visitor)


@require_safe
@signed_in
def chat_page(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Show the chat; its script does the rest."""
    return render_page(request, "chat.html", {"price": selectors.get_chat_price()}, visitor=visitor)


@require_safe
@signed_in
def credits_page(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Show the balance, what it consists of, and a page of its history."""
    ledger.open_wallet(account_id=visitor.account_id)
    statement = selectors.get_statement(account_id=visitor.account_id, before=_number(request.GET.get("before", "")))
    context = {"grants": billing_selectors.list_grants(visitor.account_id), "statement": statement}
    return render_page(request, "credits.html", context, visitor=visitor)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def keys_page(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """List the API keys, or make one; the reply that makes it is the only one that shows it."""
    apps = [(app.slug, app.title) for app in accounts_selectors.list_apps(visitor.account_id)]
    form = KeyForm(request.POST if request.method == "POST" else None, apps=apps)
    made, status = "", 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            try:
                _, made = keys.create_key(account_id=visitor.account_id, **form.cleaned_data)
                form, status = KeyForm(apps=apps), 201
            except errors.Invalid as error:
                refuse(form, error)
    context = {"form": form, "made": made, "keys": accounts_selectors.list_keys(visitor.account_id)}
    return render_page(request, "keys.html", context, visitor=visitor, status=status)


@require_POST
@signed_in
def revoke_key(request: HttpRequest, visitor: Visitor, key_id: UUID) -> HttpResponseBase:
    """Revoke an API key and go back to the list."""
    try:
        keys.revoke_key(account_id=visitor.account_id, key_id=key_id)
        messages.success(request, "The key is revoked. Programs that use it are refused from now on.")
    except errors.NotFound:
        messages.info(request, "There is no such key any more.")
    return redirect("web:keys")


def _number(text: str) -> int | None:
    """Return the number that a query string means; anything else means the beginning."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(INT64_MAX)) and int(text) <= INT64_MAX else None
