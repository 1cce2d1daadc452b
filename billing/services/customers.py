"""Who an account is at Stripe: one customer, made when it is first needed."""

import hashlib
from uuid import UUID

from accounts import selectors as accounts_selectors
from billing import selectors
from billing.errors import StripeFailed
from billing.models import StripeCustomer
from billing.stripe import calls

MISSING = "resource_missing"
"""Stripe's word for an id that it does not know: the object was deleted there, or the key is of another mode."""


def require_customer(*, account_id: UUID) -> str:
    """Return the account's customer id, made at Stripe if it has none; of two calls at once both return the same."""
    return selectors.find_customer_id(account_id) or _make(account_id)


def replace_customer(*, account_id: UUID, error: StripeFailed) -> str:
    """Return a new customer for an account whose old one Stripe does not know any more; raises ``error`` if it says something else."""
    if error.code != MISSING:
        raise error
    StripeCustomer.objects.filter(account_id=account_id).delete()
    return _make(account_id)


def _make(account_id: UUID) -> str:
    account = accounts_selectors.get_account(account_id)
    email, name = (account.user.email, f"{account.user.first_name} {account.user.last_name}") if account.user else ("", str(account))
    # Made once for the same person within a day, which is how long Stripe remembers; after that the row does.
    facts = hashlib.sha256(f"{email}|{name}".encode()).hexdigest()[:12]
    customer_id = calls.make_customer(email=email, name=name, account=str(account_id), key=f"customer:{account_id}:{facts}")
    row, _ = StripeCustomer.objects.get_or_create(account_id=account_id, defaults={"customer_id": customer_id})
    return row.customer_id
