"""Erasing who a deleted user was at Stripe, and what Stripe has told us of them (P-6.2). The ledger stays: it has no names in it."""

from uuid import UUID

from django.db.models import Q

from billing import selectors
from billing.errors import StripeFailed
from billing.models import Grant, QuotaOverride, QuotaUse, StripeCustomer, StripeEvent, Subscription
from billing.services import subscriptions
from billing.services.customers import MISSING
from billing.states import GrantSource
from billing.stripe import calls


def erase_customer(account_id: UUID) -> None:
    """Cancel the account's subscriptions, delete its customer at Stripe, and forget both here; what staff wrote about grants goes too."""
    customer_id = selectors.find_customer_id(account_id)
    if customer_id:
        _leave_stripe(account_id, customer_id)
        theirs = Q(payload__data__object__customer=customer_id) | Q(payload__data__object__id=customer_id)
        StripeEvent.objects.filter(theirs).delete()
    Subscription.objects.filter(account_id=account_id).delete()
    StripeCustomer.objects.filter(account_id=account_id).delete()
    QuotaOverride.objects.filter(account_id=account_id).delete()
    QuotaUse.objects.filter(account_id=account_id).delete()
    Grant.objects.filter(account_id=account_id, source=GrantSource.STAFF.value).update(reason="")


def _leave_stripe(account_id: UUID, customer_id: str) -> None:
    row = selectors.find_subscription(account_id)
    try:
        if row is not None and row.pending_session:
            subscriptions.drop_checkout(row)
        for current in calls.list_subscriptions(customer_id):
            if not current.has_ended:
                calls.cancel_subscription(current.id)
        calls.delete_customer(customer_id)
    except StripeFailed as error:
        # An attempt before this one has deleted the customer, or somebody has at Stripe.
        if error.code != MISSING:
            raise
