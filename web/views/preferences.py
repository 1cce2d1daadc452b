"""The settings page: what the person's apps keep about them for all apps (P-4.1), as JSON that they can read and change."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts import selectors as accounts_selectors
from accounts.services import preferences
from common import errors
from web.forms import SettingsForm
from web.identity import Visitor
from web.views.answering import form_page
from web.views.rendering import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def settings_page(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Show the settings, or put what was written in their place."""
    error: errors.TollgateError | None = None
    form = SettingsForm(request.POST) if request.method == "POST" else SettingsForm(initial={"settings": _read(visitor)})
    if form.is_bound and form.is_valid():
        try:
            preferences.replace_settings(account_id=visitor.account_id, settings=form.cleaned_data["settings"])
            messages.success(request, "Your settings are saved.")
            return redirect("web:settings")
        except (errors.Invalid, errors.Oversized) as raised:
            error = raised
    return form_page(request, "settings.html", form, error, visitor=visitor)


def _read(visitor: Visitor) -> dict[str, Any]:
    return accounts_selectors.get_settings(visitor.account_id)
