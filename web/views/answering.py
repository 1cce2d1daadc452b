"""How a page answers a form: the form again with what was wrong, and the status that says so to programs."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from common.errors import Kind, TollgateError
from web.forms import refuse
from web.identity import Visitor
from web.views.rendering import render_page

SHOWN = frozenset({Kind.INVALID, Kind.CONFLICT, Kind.UNAUTHENTICATED, Kind.FORBIDDEN, Kind.TOO_MANY})
"""Refusals that belong in the form; anything else is a failure of ours."""


def form_page(
    request: HttpRequest,
    template: str,
    form: forms.Form,
    error: TollgateError | None = None,
    context: Mapping[str, Any] | None = None,
    *,
    visitor: Visitor | None = None,
) -> HttpResponse:
    """Return the page with its form as it was filled in, and ``error`` where it belongs."""
    status = 200 if not form.is_bound else 400
    if error is not None:
        refuse(form, error)
        status = 429 if error.kind is Kind.TOO_MANY else 400
    response = render_page(request, template, {"form": form} | dict(context or {}), visitor=visitor, status=status)
    if error is not None and error.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response


def shown(error: TollgateError) -> TollgateError:
    """Return a refusal that belongs in the form, and raise any other."""
    if error.kind not in SHOWN:
        raise error
    return error
