"""Gives credits to accounts and sets prices, by the ledger's own services."""

from itertools import count

from accounts.models import User
from billing.models import Wallet
from billing.services import ledger
from billing.states import GrantSource

_numbers = count(1)


def give_credits(user: User, amount: int) -> None:
    """Grant ``amount`` credits on top of what the user has."""
    ledger.grant(
        account_id=user.account.pk, source=GrantSource.STAFF, amount=amount, ref=f"test:{next(_numbers)}:{user.pk}", reason="For a test"
    )


def leave_credits(user: User, amount: int) -> None:
    """Make ``amount`` all that a user without a wallet has: no welcome grant."""
    Wallet.objects.create(account=user.account)
    if amount:
        give_credits(user, amount)
