"""An account's subscription as Stripe knows it: fetched again whenever something happened, changed and cancelled through Stripe.

No event's content is believed: :func:`refresh` asks Stripe for all that the customer has. A row is written only if nobody wrote it since
it was read, and it is read before Stripe is asked; so an answer that is older than the one in the row never replaces it.
"""

from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import F

from billing import selectors
from billing.errors import CheckoutOvertaken, NothingToCancel, NothingToResume, OfferUnknown, StripeFailed
from billing.models import Offer, Subscription
from billing.services import customers
from billing.states import OfferKind, Plan, SubscriptionStatus
from billing.stripe import calls, facts
from common import clock

log = structlog.get_logger(__name__)
TRIES_MAX = 10
NO_PENDING: dict[str, Any] = {"pending_plan": "", "pending_session": "", "pending_until": None}


def require_row(account_id: UUID) -> Subscription:
    """Return the account's row, made if it has none."""
    return Subscription.objects.get_or_create(account_id=account_id)[0]


def write(row: Subscription, **values: Any) -> bool:
    """Write ``values`` if nobody wrote the row since it was read, and return whether that was so."""
    changed = Subscription.objects.filter(pk=row.pk, version=row.version).update(version=F("version") + 1, **values)
    return bool(changed)


def refresh(*, account_id: UUID) -> Subscription:
    """Bring the account's row up to date with Stripe, and return it."""
    customer_id = selectors.find_customer_id(account_id)
    for _ in range(TRIES_MAX):
        row = require_row(account_id)
        current = find_current(customer_id) if customer_id else None
        if current is None or write(row, **_values(row, current)):
            return require_row(account_id)
    raise CheckoutOvertaken


def find_current(customer_id: str) -> facts.Subscription | None:
    """Return the customer's subscription that counts: a running one if there is one, else the newest."""
    found = sorted(calls.list_subscriptions(customer_id), key=lambda one: (one.is_live, one.created))
    if sum(one.is_live for one in found) > 1:
        log.error("billing.several_subscriptions", customer_id=customer_id)
    return found[-1] if found else None


def find_live(row: Subscription) -> facts.Subscription | None:
    """Return the running subscription that the account has at Stripe, if any."""
    customer_id = selectors.find_customer_id(row.account_id)
    current = find_current(customer_id) if customer_id else None
    return current if current is not None and current.is_live else None


def cancel(*, account_id: UUID) -> Subscription:
    """Cancel at the end of what is paid, and return the row; a checkout that was begun and not paid is dropped.

    Raises :class:`NothingToCancel`.
    """
    row = require_row(account_id)
    is_dropped = bool(row.pending_session)
    if is_dropped:
        row = drop_checkout(row)
    live = find_live(row)
    if live is not None:
        if not live.is_ending:
            calls.end_subscription(live.id)
        return refresh(account_id=account_id)
    if row.stripe_id is None and selectors.describe(row).plan != Plan.FREE:
        # Given by staff: there is nothing at Stripe to cancel.
        ended = SubscriptionStatus.CANCELLED if row.expires_at else SubscriptionStatus.INACTIVE
        Subscription.objects.filter(pk=row.pk).update(status=ended.value, version=F("version") + 1)
        return require_row(account_id)
    if not is_dropped:
        raise NothingToCancel
    return row


def resume(*, account_id: UUID) -> Subscription:
    """Take back a cancellation before its end has come, and return the row; raises :class:`NothingToResume`."""
    live = find_live(require_row(account_id))
    if live is None or not live.is_ending:
        raise NothingToResume
    calls.end_subscription(live.id, is_ending=False)
    return refresh(account_id=account_id)


def open_portal(*, account_id: UUID) -> str:
    """Return the address of Stripe's customer portal, where cards are changed and invoices are found."""
    customer_id = customers.require_customer(account_id=account_id)
    return calls.open_portal(customer_id=customer_id, return_url=f"{settings.PUBLIC_URL}/billing")


def drop_checkout(row: Subscription) -> Subscription:
    """Close the checkout that is pending, so that nobody can pay in it any more, and return the row as it is then.

    One that was paid meanwhile is taken over instead.
    """
    session = calls.get_checkout(row.pending_session)
    if session.status == "open":
        try:
            calls.expire_checkout(session.id)
        except StripeFailed as error:
            # Refused because it was paid or dropped a moment ago is what the second look tells.
            log.info("billing.checkout_not_expired", problem=error.problem)
        session = calls.get_checkout(row.pending_session)
    if session.status == "complete":
        return refresh(account_id=row.account_id)
    if session.status == "open":
        raise CheckoutOvertaken
    forget_checkout(account_id=row.account_id, session_id=session.id)
    return require_row(row.account_id)


def forget_checkout(*, account_id: UUID, session_id: str) -> None:
    """Take back the pending state of a checkout that came to nothing."""
    Subscription.objects.filter(account_id=account_id, pending_session=session_id).update(version=F("version") + 1, **NO_PENDING)


def forget_change(*, account_id: UUID, plan: str) -> None:
    """Take back the pending state of a change of plan that Stripe refused."""
    waiting = Subscription.objects.filter(account_id=account_id, pending_plan=plan, pending_session="")
    waiting.update(version=F("version") + 1, **NO_PENDING)


def find_plan(price_id: str) -> Offer:
    """Return the plan that a price of Stripe's is for, an older price of it too; raises :class:`OfferUnknown`."""
    plans = Offer.objects.filter(kind=OfferKind.PLAN.value)
    found = plans.filter(price_id=price_id).first() or plans.filter(name=calls.get_price(price_id).offer).first()
    if found is None:
        raise OfferUnknown(price_id)
    return found


def _values(row: Subscription, current: facts.Subscription) -> dict[str, Any]:
    """Return the row's columns as Stripe's answer makes them."""
    plan = find_plan(current.price_id).name
    if current.is_live:
        status = SubscriptionStatus.CANCELLED if current.is_ending else SubscriptionStatus.ACTIVE
    else:
        status = SubscriptionStatus.PENDING if current.status == "incomplete" else SubscriptionStatus.INACTIVE
    is_confirmed = current.is_live and row.pending_plan == plan
    return {
        "plan": plan,
        "status": status.value,
        "expires_at": current.period_ends_at,
        "stripe_id": current.id,
        "stripe_status": current.status,
        "synced_at": clock.now(),
        **(NO_PENDING if is_confirmed else {}),
    }
