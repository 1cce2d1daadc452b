"""The page where people see their plan, change it, buy credits and leave; paying itself happens at Stripe.

Going to Stripe is a page of ours that goes on by itself, not a redirect of the form: the Content-Security-Policy lets forms lead to this
site only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from billing import selectors as billing_selectors
from billing.models import Offer
from billing.services import checkout, ledger, subscriptions
from billing.states import OfferKind, Plan, SubscriptionStatus
from common.errors import Kind, TollgateError
from web.identity import Visitor
from web.views.rendering import render_page, signed_in

SHOWN = frozenset({Kind.INVALID, Kind.CONFLICT, Kind.PAYMENT_REQUIRED, Kind.PROVIDER_FAILED})
"""Refusals that are said on the page; anything else is a failure of ours."""
PAID = "Thank you. Your payment is being confirmed; this takes a moment."
LEFT = "The payment was not finished. Nothing was charged, and nothing has changed."


@dataclass(frozen=True, slots=True)
class Choice:
    """A plan as the page offers it."""

    offer: Offer
    is_held: bool
    is_change: bool
    is_cheaper: bool


@require_safe
@signed_in
def billing_page(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Show the plan, the credits by where they came from, and what can be bought."""
    account_id = visitor.account_id
    ledger.open_wallet(account_id=account_id)
    standing = billing_selectors.get_standing(account_id)
    is_paid = standing.plan != Plan.FREE
    plans = list(billing_selectors.list_offers(OfferKind.PLAN))
    paid = next((offer.amount for offer in plans if offer.name == standing.plan), 0)
    context = {
        "standing": standing,
        "is_paid": is_paid,
        "is_pending": standing.status is SubscriptionStatus.PENDING,
        "is_ending": standing.status is SubscriptionStatus.CANCELLED,
        "has_customer": bool(billing_selectors.find_customer_id(account_id)),
        "plans": [Choice(offer, offer.name == standing.plan, is_paid, offer.amount < paid) for offer in plans],
        "packs": billing_selectors.list_offers(OfferKind.PACK),
        "grants": billing_selectors.list_grants(account_id),
        "word": _word(request),
    }
    return render_page(request, "billing.html", context, visitor=visitor)


@require_POST
@signed_in
def choose_plan(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Begin to pay for a plan, or change to it."""
    return _leave(request, visitor, lambda: checkout.upgrade(account_id=visitor.account_id, plan=request.POST.get("plan", "")))


@require_POST
@signed_in
def buy_pack(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Begin to pay for a pack of credits."""
    return _leave(request, visitor, lambda: checkout.buy_pack(account_id=visitor.account_id, pack=request.POST.get("pack", "")))


@require_POST
@signed_in
def cancel(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Cancel the plan at the end of what is paid, or drop a payment that was begun."""
    try:
        row = subscriptions.cancel(account_id=visitor.account_id)
    except TollgateError as error:
        return _refused(request, error)
    is_running = billing_selectors.describe(row).status is SubscriptionStatus.CANCELLED
    words = "Your plan is cancelled. You keep it until the end of what is paid." if is_running else LEFT
    messages.success(request, words)
    return redirect("web:billing")


@require_POST
@signed_in
def resume(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Take back a cancellation."""
    try:
        subscriptions.resume(account_id=visitor.account_id)
    except TollgateError as error:
        return _refused(request, error)
    messages.success(request, "Your plan goes on.")
    return redirect("web:billing")


@require_POST
@signed_in
def portal(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Go to Stripe's portal, where cards are changed and invoices are found."""
    return _leave(request, visitor, lambda: subscriptions.open_portal(account_id=visitor.account_id))


@require_safe
@signed_in
def left_checkout(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Take back somebody who left the checkout without paying: it is closed, and what was before is as it was."""
    try:
        checkout.abandon(account_id=visitor.account_id)
    except TollgateError as error:
        return _refused(request, error)
    messages.info(request, LEFT)
    return redirect("web:billing")


def _word(request: HttpRequest) -> str:
    """Return what to say to somebody who comes back from paying."""
    return PAID if "paid" in request.GET or "changed" in request.GET else ""


def _leave(request: HttpRequest, visitor: Visitor, open_at_stripe: Callable[[], str]) -> HttpResponseBase:
    """Go on to the page that Stripe has opened, or say why it has not."""
    try:
        url = open_at_stripe()
    except TollgateError as error:
        return _refused(request, error)
    return render_page(request, "leaving.html", {"url": url, "host": urlsplit(url).netloc}, visitor=visitor)


def _refused(request: HttpRequest, error: TollgateError) -> HttpResponseBase:
    if error.kind not in SHOWN:
        raise error
    messages.error(request, error.message)
    return redirect("web:billing")
