"""The ledger under any sequence of grants, holds, settlements and passing time: after every step it audits clean and matches a model.

The model knows grants as a list of what is left and holds as a list of what is reserved; it is written without looking at the ledger's
own arithmetic.
"""

from datetime import UTC, datetime, timedelta
from itertools import count
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from accounts.identity import Caller
from billing import audit
from billing.errors import CreditsTooLow
from billing.models import Grant, Hold, Wallet
from billing.services import ledger
from billing.states import GrantSource, UnitPrice
from common import clock
from tests.factories import people

AMOUNTS = st.integers(min_value=1, max_value=60)
PRICES = st.builds(UnitPrice, credits=st.integers(0, 5), per=st.integers(1, 4))
START = datetime(2030, 1, 1, tzinfo=UTC)
_numbers = count(1)


class Ledger(RuleBasedStateMachine):
    """One account, a clock that moves, and what must be true of them."""

    @initialize()
    def open(self) -> None:
        """Start with an empty wallet."""
        self.now = START
        self.clock = mock.patch.object(clock, "now", side_effect=lambda: self.now)
        self.clock.start()
        account = people.make_user().account
        Wallet.objects.create(account=account)
        self.account_id = account.pk
        self.granted = self.charged = 0
        self.open_holds: list[Hold] = []

    def teardown(self) -> None:
        """Let the clock go."""
        self.clock.stop()

    @rule(amount=AMOUNTS, days=st.none() | st.integers(0, 3))
    def grant(self, amount: int, days: int | None) -> None:
        """Give credits that expire in a while, or never."""
        expires_at = None if days is None else self.now + timedelta(days=days)
        ref = f"property:{next(_numbers)}"
        for is_first in (True, False):
            did = ledger.grant(
                account_id=self.account_id, source=GrantSource.STAFF, amount=amount, ref=ref, reason="", expires_at=expires_at
            )
            assert did is is_first
        self.granted += amount

    @rule(price=PRICES, units_max=st.integers(0, 30))
    def hold(self, price: UnitPrice, units_max: int) -> None:
        """Reserve, or be refused if what can be spent is less."""
        can_be_spent = self.spendable()
        needed = price.credits_for(units_max)
        try:
            with transaction.atomic():
                hold = ledger.place_hold(
                    caller=Caller(account_id=self.account_id), ref=f"property:{next(_numbers)}", price=price, units_max=units_max
                )
        except CreditsTooLow:
            assert needed > can_be_spent
        else:
            assert needed <= can_be_spent
            assert hold.amount == needed
            self.open_holds.append(hold)

    @precondition(lambda self: self.open_holds)
    @rule(which=st.integers(0, 100), units=st.integers(0, 40))
    def settle(self, which: int, units: int) -> None:
        """Charge for some units, at most what was held; a second settlement changes nothing."""
        hold = self.open_holds.pop(which % len(self.open_holds))
        charged = ledger.settle_hold(hold=hold, units=units)
        assert charged == min(UnitPrice(hold.price_credits, hold.price_per).credits_for(units), hold.amount)
        assert ledger.settle_hold(hold=hold, units=units + 1) == charged
        self.charged += charged

    @rule(hours=st.integers(1, 40))
    def wait(self, hours: int) -> None:
        """Let time pass."""
        self.now += timedelta(hours=hours)

    @rule()
    def expire(self) -> None:
        """Let the scheduler look."""
        ledger.expire_due()

    @invariant()
    def is_sound(self) -> None:
        """Hold the books against each other and against the model."""
        if not hasattr(self, "account_id"):
            return
        assert list(audit.find_problems()) == []
        wallet = Wallet.objects.get(pk=self.account_id)
        assert wallet.reserved == sum(hold.amount for hold in self.open_holds)
        expired = self.granted - self.charged - wallet.available - wallet.reserved
        assert expired >= 0

    def spendable(self) -> int:
        """Return what a hold may take now: what the grants that have not expired have left, as far as no open hold has it.

        Open holds have the credits that expire soonest, expired ones among them.
        """
        reserved = sum(hold.amount for hold in self.open_holds)
        rows = Grant.objects.filter(account_id=self.account_id).values_list("remaining", "expires_at")
        gone = sum(remaining for remaining, expires_at in rows if expires_at is not None and expires_at <= self.now)
        alive = sum(remaining for remaining, _ in rows) - gone
        return alive - max(0, reserved - gone)


@pytest.mark.clause("A-4.1", "A-4.2")
def test_any_sequence_of_movements_keeps_the_books(db: None) -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(max_examples=15, stateful_step_count=30, deadline=None, database=None, suppress_health_check=list(HealthCheck)),
    )


@pytest.mark.clause("A-4.1")
def test_a_price_is_never_less_than_exact_and_less_than_a_credit_more() -> None:
    for credits in range(6):
        for per in range(1, 7):
            for units in range(40):
                price = UnitPrice(credits, per).credits_for(units)
                assert units * credits <= price * per < units * credits + per
