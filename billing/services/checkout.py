"""Buying: a plan or a pack of credits in Stripe Checkout, or another plan for a subscription that runs.

Never a second subscription: before a checkout is opened, Stripe is asked for a running one, and an earlier checkout is closed. Until Stripe
has confirmed, nothing but the ``pending`` columns changes.
"""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from billing import selectors
from billing.errors import CheckoutOvertaken, InvalidPack, InvalidPlan, StripeFailed
from billing.models import Offer, Subscription
from billing.services import catalogue, customers, subscriptions
from billing.states import OfferKind
from billing.stripe import calls, facts
from common import clock
from common.errors import TollgateError

CHANGE_PENDING = timedelta(hours=1)
"""How long a change of plan shows as pending if Stripe's event does not come."""
BILLING_PATH = "/billing"


def upgrade(*, account_id: UUID, plan: str) -> str:
    """Begin to pay for a plan and return the address to go to: Stripe's checkout, or our page where a running subscription was changed.

    Raises :class:`InvalidPlan` for a plan that is not sold or held already, ``PaymentDeclined`` if the difference could not be taken.
    """
    offer = _find_offer(OfferKind.PLAN, plan)
    if offer is None or selectors.get_plan(account_id) == plan:
        raise InvalidPlan
    row = subscriptions.require_row(account_id)
    if row.pending_session and row.pending_plan == plan:
        begun = calls.get_checkout(row.pending_session)
        if begun.status == "open":
            return begun.url
    if row.pending_session:
        row = subscriptions.drop_checkout(row)
    live = subscriptions.find_live(row)
    if live is not None and live.price_id == offer.price_id:
        # Paid already, and the event is still on its way.
        subscriptions.refresh(account_id=account_id)
        raise InvalidPlan
    return _open(row, offer) if live is None else _change(row, offer, live)


def buy_pack(*, account_id: UUID, pack: str, key: str = "") -> str:
    """Begin to pay for a pack of credits and return the address of Stripe's checkout; the same ``key`` begins once.

    Raises :class:`InvalidPack`.
    """
    offer = _find_offer(OfferKind.PACK, pack)
    if offer is None:
        raise InvalidPack
    facts_of_sale = {"offer": offer.name, "credits": str(offer.credits), "account": str(account_id)}
    details = {"mode": "payment", "payment_intent_data": {"metadata": facts_of_sale}, "metadata": facts_of_sale}
    # Hashed, since a caller's key may be longer than Stripe takes, and of characters that no header carries.
    own_key = f"pack:{account_id}:{offer.price_id}:{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()}" if key else ""
    return _start(account_id, offer, details, left="", key=own_key).url


def abandon(*, account_id: UUID) -> None:
    """Drop the checkout that the account has begun, if there is one: what was before is as it was."""
    row = selectors.find_subscription(account_id)
    if row is not None and row.pending_session:
        subscriptions.drop_checkout(row)


def _find_offer(kind: OfferKind, name: str) -> Offer | None:
    offer = selectors.find_offer(kind=kind, name=name)
    if offer is None and catalogue.sync_first():
        offer = selectors.find_offer(kind=kind, name=name)
    return offer


def _open(row: Subscription, offer: Offer) -> str:
    facts_of_sale = {"offer": offer.name, "account": str(row.account_id)}
    details = {"mode": "subscription", "subscription_data": {"metadata": facts_of_sale}, "metadata": facts_of_sale}
    # The version is in the key: two requests at once begin one checkout, and a later one begins another.
    session = _start(row.account_id, offer, details, left="/left", key=f"plan:{row.account_id}:{offer.price_id}:{row.version}")
    pending = {"pending_plan": offer.name, "pending_session": session.id, "pending_until": session.expires_at}
    if subscriptions.write(row, **pending):
        return session.url
    now = subscriptions.require_row(row.account_id)
    if now.pending_session == session.id:
        return session.url
    calls.expire_checkout(session.id)
    raise CheckoutOvertaken


def _change(row: Subscription, offer: Offer, live: facts.Subscription) -> str:
    """Change a running subscription's price; to a dearer one the difference is paid at once, or nothing changes."""
    if not subscriptions.write(row, pending_plan=offer.name, pending_session="", pending_until=clock.now() + CHANGE_PENDING):
        raise CheckoutOvertaken
    try:
        is_dearer = offer.amount > calls.get_price(live.price_id).amount
        key = f"change:{live.id}:{offer.price_id}:{row.version}"
        calls.change_price(subscription=live, price_id=offer.price_id, is_dearer=is_dearer, key=key)
    except TollgateError:
        subscriptions.forget_change(account_id=row.account_id, plan=offer.name)
        raise
    return f"{settings.PUBLIC_URL}{BILLING_PATH}?changed={offer.name}"


def _start(account_id: UUID, offer: Offer, details: dict[str, Any], *, left: str, key: str) -> facts.Session:
    whole = details | {
        "customer": customers.require_customer(account_id=account_id),
        "client_reference_id": str(account_id),
        "line_items": [{"price": offer.price_id, "quantity": 1}],
        "success_url": f"{settings.PUBLIC_URL}{BILLING_PATH}?paid={offer.name}",
        "cancel_url": f"{settings.PUBLIC_URL}{BILLING_PATH}{left}",
    }
    try:
        return calls.start_checkout(details=whole, key=key)
    except StripeFailed as error:
        whole["customer"] = customers.replace_customer(account_id=account_id, error=error)
        return calls.start_checkout(details=whole, key=f"{key}:{whole['customer']}" if key else "")
