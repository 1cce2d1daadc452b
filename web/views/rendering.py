"""How a page is rendered, and who may see it."""

from collections.abc import Callable, Mapping
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from billing import selectors as billing_selectors
from common.contracts.platform import PLATFORM
from common.errors import TollgateError
from web import selectors
from web.identity import Visitor

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
VisitorPage = Callable[Concatenate[HttpRequest, Visitor, P], HttpResponseBase]
SIGNED_OUT = "You are signed out. Sign in again to go on."


def render_page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, visitor: Visitor | None = None, status: int = 200
) -> HttpResponse:
    """Return the page: ``context`` with what every page's frame shows."""
    balance = billing_selectors.get_balance(visitor.account_id) if visitor else None
    frame = {"visitor": visitor, "balance": balance, "public_url": settings.PUBLIC_URL, "admin_path": settings.ADMIN_PATH}
    return render(request, f"web/{template}", frame | dict(context or {}), status=status)


def signed_in(page: VisitorPage[P]) -> Page[P]:
    """Show the page to people who are signed in, and send the others to sign in first; the page gets the visitor after the request."""

    @never_cache
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        visitor = selectors.find_visitor(request.session)
        if visitor is None:
            after = request.get_full_path() if request.method == "GET" else request.path
            return redirect(f"{reverse('web:sign-in')}?{urlencode({'next': after})}")
        return page(request, visitor, *args, **kwargs)

    update_wrapper(checked, page)
    return checked


def signed_in_script(endpoint: VisitorPage[P]) -> Page[P]:
    """Like :func:`signed_in` for what scripts ask: the others get 401 and words."""

    @never_cache
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        visitor = selectors.find_visitor(request.session)
        if visitor is None:
            return JsonResponse({"message": SIGNED_OUT}, status=401)
        return endpoint(request, visitor, *args, **kwargs)

    update_wrapper(checked, endpoint)
    return checked


def refusal(error: TollgateError) -> JsonResponse:
    """Return an error as scripts read it: in the platform contract's words, which the playground speaks anyway."""
    return JsonResponse(PLATFORM.render(error), status=PLATFORM.status(error), headers=PLATFORM.headers(error))
