"""Compares what we know with what Stripe says, and mends it: for events that never came, or came while we were away.

``manage.py reconcile_stripe`` calls this. What is done here is what the events' handlers do, for every customer; doing it twice
does no harm.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from billing.models import StripeCustomer, Subscription
from billing.services import payments, subscriptions
from billing.stripe import calls

SHOWN = ("plan", "status", "expires_at", "stripe_id", "pending_session")


def reconcile() -> Iterator[str]:
    """Mend one customer after the other, and yield a line for everything that had to be mended."""
    for account_id, customer_id in StripeCustomer.objects.order_by("pk").values_list("account_id", "customer_id").iterator():
        yield from (f"{customer_id}: {words}" for words in reconcile_account(account_id=account_id, customer_id=customer_id))


def reconcile_account(*, account_id: UUID, customer_id: str) -> list[str]:
    """Bring one account up to date, and return what had to be mended, in words."""
    before = _facts(account_id)
    row = subscriptions.refresh(account_id=account_id)
    if row.pending_session and calls.get_checkout(row.pending_session).status == "expired":
        subscriptions.forget_checkout(account_id=account_id, session_id=row.pending_session)
    after = _facts(account_id)
    mended = [f"{name} was {before[name]}, is {after[name]}" for name in SHOWN if before[name] != after[name]]
    mended += [
        f"invoice {invoice.id} was paid and had brought no credits"
        for invoice in calls.list_paid_invoices(customer_id)
        if payments.grant_invoice(account_id=account_id, invoice=invoice)
    ]
    mended += [
        f"checkout {session.id} was paid and had brought no credits"
        for session in calls.list_paid_checkouts(customer_id)
        if payments.grant_pack(account_id=account_id, session=session)
    ]
    mended += [
        f"charge {charge.id} was returned: {taken} credits taken back"
        for charge in calls.list_charges(customer_id)
        if (taken := payments.take_back(account_id=account_id, charge=charge))
    ]
    return mended


def _facts(account_id: UUID) -> dict[str, str | datetime | None]:
    found: dict[str, str | datetime | None] | None = Subscription.objects.filter(pk=account_id).values(*SHOWN).first()
    return found or dict.fromkeys(SHOWN)
