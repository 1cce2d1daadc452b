"""The number of open holds that a wallet keeps: counted when the column comes, and set right where an older version left it wrong."""

from collections.abc import Callable
from importlib import import_module
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.identity import Caller
from billing import audit
from billing.models import Hold, Wallet
from billing.services import ledger
from tests.factories import people


@pytest.mark.clause("P-5.4")
def test_holds_that_are_open_at_the_migration_are_counted(account_id: UUID, give: Callable[..., bool], hold: Callable[..., Hold]) -> None:
    give(100)
    for _ in range(3):
        hold(1)
    ledger.settle_hold(hold=hold(1), units=1)
    other = people.make_user().account.pk
    ledger.open_wallet(account_id=other)
    Wallet.objects.update(open_holds=0)
    with connection.cursor() as cursor:
        cursor.execute(import_module("billing.migrations.0004_quotas").COUNT_OPEN_HOLDS)
    assert dict(Wallet.objects.values_list("pk", "open_holds")) == {account_id: 3, other: 0}


@pytest.mark.clause("P-5.4")
def test_a_hold_that_was_not_counted_is_settled_too(account_id: UUID, give: Callable[..., bool], hold: Callable[..., Hold]) -> None:
    give(100)
    placed = hold(1)
    Wallet.objects.update(open_holds=0)
    ledger.settle_hold(hold=placed, units=1)
    assert list(audit.find_problems()) == []


@pytest.mark.clause("P-5.4", "A-4.1")
def test_recounting(account_id: UUID, give: Callable[..., bool], hold: Callable[..., Hold], capsys: pytest.CaptureFixture[str]) -> None:
    give(100)
    for _ in range(2):
        hold(1)
    other = people.make_user().account.pk
    ledger.open_wallet(account_id=other)
    Wallet.objects.update(open_holds=7)
    call_command("audit_ledger", "--recount")
    assert capsys.readouterr().out == "2 wallets recounted.\nThe ledger balances.\n"
    assert dict(Wallet.objects.values_list("pk", "open_holds")) == {account_id: 2, other: 0}


def test_a_limit_can_be_set_before_the_first_call(db: None) -> None:
    account = people.make_user().account
    ledger.limit_open_holds(account_id=account.pk, limit=1)
    assert Wallet.objects.get().open_holds_max == 1
    assert Caller(account_id=account.pk).user_id is None
