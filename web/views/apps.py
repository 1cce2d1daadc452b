"""The apps page: what there is, what each app needs, and switching it on and off (P-5.1)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from accounts.services import access
from common import errors
from web import selectors
from web.identity import Visitor
from web.views.rendering import render_page, signed_in


@require_safe
@signed_in
def apps_page(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """List the apps."""
    context = {"apps": selectors.list_apps(visitor.account_id), "is_three_role": access.is_three_role()}
    return render_page(request, "apps.html", context, visitor=visitor)


@require_POST
@signed_in
def enable_app(request: HttpRequest, visitor: Visitor, slug: str) -> HttpResponseBase:
    """Enable an app with everything that it needs."""
    try:
        app = access.enable_app(account_id=visitor.account_id, slug=slug)
        messages.success(request, f"{app.title} is enabled.")
    except errors.NotFound:
        messages.info(request, "There is no such app any more.")
    return redirect("web:apps")


@require_POST
@signed_in
def disable_app(request: HttpRequest, visitor: Visitor, slug: str) -> HttpResponseBase:
    """Disable an app; what your plan or another app gives stays."""
    try:
        access.disable_app(account_id=visitor.account_id, slug=slug)
        messages.success(request, "The app is disabled. What your plan and your other apps give stays.")
    except errors.NotFound:
        messages.info(request, "There is no such app any more.")
    return redirect("web:apps")
