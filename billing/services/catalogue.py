"""What is sold, brought together with Stripe's products and prices; ``manage.py sync_stripe`` calls this."""

from django.conf import settings
from django.db import transaction

from billing.errors import PaymentsClosed
from billing.models import Offer
from billing.states import OfferKind
from billing.stripe import calls
from billing.stripe.client import check_open
from billing.stripe.facts import Price

FIRST_OFFERS = (
    ("basic", OfferKind.PLAN, "Basic", 5_000, 900),
    ("premium", OfferKind.PLAN, "Premium", 25_000, 2900),
    ("small", OfferKind.PACK, "1,000 credits", 1_000, 500),
    ("large", OfferKind.PACK, "10,000 credits", 10_000, 3900),
)
"""What a new installation sells until staff say otherwise: name, kind, title, credits, and the price in US cents."""


def make_first_offers() -> None:
    """Add the offers that every installation begins with; what is there stays as it is."""
    with transaction.atomic():
        for name, kind, title, credits, amount in FIRST_OFFERS:
            Offer.objects.get_or_create(name=name, defaults={"kind": kind.value, "title": title, "credits": credits, "amount": amount})


def list_plans() -> list[Offer]:
    """Return the plans that are sold, as their offers say, or as a new installation would offer them (not saved); cheapest first."""
    found = {offer.name: offer for offer in Offer.objects.filter(kind=OfferKind.PLAN.value)}
    first = [
        Offer(name=name, kind=kind.value, title=title, credits=credits, amount=amount)
        for name, kind, title, credits, amount in FIRST_OFFERS
        if kind is OfferKind.PLAN
    ]
    return sorted((found.get(offer.name, offer) for offer in first), key=lambda offer: offer.amount)


def sync() -> list[str]:
    """Give every offer a price at Stripe, and return a line for each that changed.

    A price that ``STRIPE_PRICES`` names is taken as it is, and the offer's amount with it. Otherwise the price with the offer's lookup
    key is taken if it fits, and made if not: at Stripe a price never changes, so another amount is another price.
    """
    check_open()
    make_first_offers()
    changed = []
    for offer in Offer.objects.filter(is_offered=True).order_by("pk"):
        price = _named_price(offer) or _fitting_price(offer) or _make_price(offer)
        facts = {"price_id": price.id, "amount": price.amount, "currency": price.currency}
        if any(getattr(offer, name) != value for name, value in facts.items()):
            Offer.objects.filter(pk=offer.pk).update(**facts)
            changed.append(f"{offer.name}: {price.id}, {price.amount} {price.currency}")
    return changed


def sync_first() -> bool:
    """Bring the offers to Stripe if none ever was, and return whether that was so: the first purchase of a new installation does this."""
    if Offer.objects.exclude(price_id="").exists():
        return False
    try:
        sync()
    except PaymentsClosed:
        return False
    return True


def _named_price(offer: Offer) -> Price | None:
    named = settings.STRIPE_PRICES.get(offer.name)
    return calls.get_price(named) if named else None


def _fitting_price(offer: Offer) -> Price | None:
    found = calls.find_price(offer.lookup_key)
    interval = "month" if offer.kind == OfferKind.PLAN else ""
    fits = found and (found.amount, found.currency, found.interval) == (offer.amount, offer.currency, interval)
    return found if fits else None


def _make_price(offer: Offer) -> Price:
    return calls.make_price(
        lookup_key=offer.lookup_key,
        offer=offer.name,
        title=offer.title,
        amount=offer.amount,
        currency=offer.currency,
        is_recurring=offer.kind == OfferKind.PLAN,
    )
