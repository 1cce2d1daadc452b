"""The usage page: calls and credits by day and by API as pictures, and what limits them (P-4.1, P-5.4)."""

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from billing import selectors as billing_selectors
from web import selectors
from web.identity import Visitor
from web.views.rendering import render_page, signed_in

SPANS = (7, 30, 90)


@require_safe
@signed_in
def usage_page(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Show the last days; ``?days=`` says how many."""
    asked = request.GET.get("days", "")
    days = next((span for span in SPANS if str(span) == asked), 30)
    context = {
        "usage": selectors.get_usage(account_id=visitor.account_id, days=days),
        "limits": billing_selectors.describe_limits(visitor.account_id),
        "days": days,
        "spans": SPANS,
    }
    return render_page(request, "usage.html", context, visitor=visitor)
