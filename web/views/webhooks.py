"""The webhooks page: the secret that signs them, and what was delivered where (P-2.7)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from common import errors
from tasks import selectors as tasks_selectors
from tasks.services import delivering, webhook_secrets
from web.identity import Visitor
from web.views.rendering import render_page, signed_in

SHOWN = 30


@require_safe
@signed_in
def webhooks_page(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Show the secret and the newest deliveries."""
    rows = list(tasks_selectors.list_deliveries(account_id=visitor.account_id)[: SHOWN + 1])
    context = {
        "secret": webhook_secrets.ensure_secret(account_id=visitor.account_id),
        "deliveries": rows[:SHOWN],
        "has_more": len(rows) > SHOWN,
    }
    return render_page(request, "webhooks.html", context, visitor=visitor)


@require_POST
@signed_in
def rotate_secret(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Make a new secret; the old one signs too for a day."""
    webhook_secrets.rotate_secret(account_id=visitor.account_id)
    messages.success(request, "There is a new secret. The one before signs too for another day.")
    return redirect("web:webhooks")


@require_POST
@signed_in
def redeliver(request: HttpRequest, visitor: Visitor, delivery_id: UUID) -> HttpResponseBase:
    """Send a delivery once more."""
    try:
        delivering.redeliver(delivery_id=delivery_id, account_id=visitor.account_id)
        messages.success(request, "It is on its way once more.")
    except errors.NotFound:
        messages.info(request, "There is no such delivery any more.")
    except errors.TooMany as error:
        messages.error(request, error.message)
    return redirect("web:webhooks")
