"""What the ledger's tests share: an account with nothing in it, ways to give and to spend, and what stands in the books."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

import pytest

from accounts.identity import Caller
from billing.models import Hold, Transfer, Wallet
from billing.services import ledger
from billing.states import GrantSource, UnitPrice
from common import clock
from tests.factories import people

ONE_EACH = UnitPrice(1, 1)


@pytest.fixture
def account_id(db: None) -> UUID:
    """An account with an empty wallet: no welcome grant."""
    account = people.make_user().account
    Wallet.objects.create(account=account)
    return account.pk


@pytest.fixture
def caller(account_id: UUID) -> Caller:
    """The account's owner, by session."""
    return Caller(account_id=account_id)


@pytest.fixture
def give(account_id: UUID) -> Callable[..., bool]:
    """Grants credits; ``days`` until they expire."""
    numbers = count(1)

    def grant(amount: int, *, days: float | None = None, ref: str = "") -> bool:
        expires_at: datetime | None = None if days is None else clock.now() + timedelta(days=days)
        return ledger.grant(
            account_id=account_id,
            source=GrantSource.STAFF,
            amount=amount,
            ref=ref or f"grant:{next(numbers)}",
            reason="For a test",
            expires_at=expires_at,
        )

    return grant


@pytest.fixture
def hold(caller: Caller) -> Callable[..., Hold]:
    """Places holds, a credit a unit unless told otherwise."""
    numbers = count(1)

    def place(units_max: int, *, price: UnitPrice = ONE_EACH, by: Caller = caller) -> Hold:
        return ledger.place_hold(caller=by, ref=f"work:{next(numbers)}", price=price, units_max=units_max)

    return place


@pytest.fixture
def books(account_id: UUID) -> Callable[[], tuple[int, int]]:
    """What is available and what is reserved."""
    return lambda: Wallet.objects.values_list("available", "reserved").get(pk=account_id)


@pytest.fixture
def movements(account_id: UUID) -> Callable[[], list[tuple[str, int]]]:
    """All transfers, oldest first, as kind and amount."""
    return lambda: list(Transfer.objects.filter(account_id=account_id).order_by("pk").values_list("kind", "amount"))
