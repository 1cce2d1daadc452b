"""The audit finds each way of tampering with the books, in words, and says nothing about books that are in order."""

from collections.abc import Callable
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F

from accounts.models import Account
from billing import audit
from billing.models import Grant, Hold, Transfer, Wallet
from billing.services import ledger
from common import clock
from tests.factories import people

pytestmark = pytest.mark.clause("A-4.1")


@pytest.fixture
def busy(account_id: UUID, give: Callable[..., bool], hold: Callable[..., Hold]) -> UUID:
    """An account with 100 granted, 15 charged, 20 reserved, 65 left."""
    give(60, days=1)
    give(40)
    ledger.settle_hold(hold=hold(30), units=15)
    hold(20)
    return account_id


def add_transfer(account_id: UUID, kind: str, debit: str, credit: str) -> None:
    Transfer.objects.create(account_id=account_id, kind=kind, debit=debit, credit=credit, amount=1, ref="forged")


def delete_wallet(account_id: UUID) -> None:
    Wallet.objects.filter(pk=account_id).delete()


TAMPERING: list[tuple[Callable[[UUID], object], list[str]]] = [
    (
        lambda account: Wallet.objects.filter(pk=account).update(available=F("available") + 1),
        [
            "available is not the sum of its transfers (66 and 65)",
            "grants have not left what is available and reserved (86 and 85)",
        ],
    ),
    (
        lambda account: Wallet.objects.filter(pk=account).update(reserved=F("reserved") - 1),
        [
            "reserved is not the sum of its transfers (19 and 20)",
            "reserved is not the sum of its open holds (19 and 20)",
            "grants have not left what is available and reserved (84 and 85)",
        ],
    ),
    (
        lambda account: Grant.objects.filter(account_id=account, expires_at=None).update(remaining=F("remaining") - 1),
        ["grants have not left what is available and reserved (85 and 84)"],
    ),
    (
        lambda account: Grant.objects.filter(account_id=account).update(amount=F("amount") + 1),
        ["what was granted is not what was issued (102 and 100)"],
    ),
    (
        lambda account: Hold.objects.filter(account_id=account, settled_at=None).update(amount=F("amount") + 1),
        ["reserved is not the sum of its open holds (20 and 21)"],
    ),
    (
        lambda account: Hold.objects.filter(account_id=account, settled_at=None).update(charged=0, settled_at=clock.now()),
        ["reserved is not the sum of its open holds (20 and 0)", "open_holds is not the number of its open holds (1 and 0)"],
    ),
    (
        lambda account: Wallet.objects.filter(pk=account).update(open_holds=F("open_holds") + 1),
        ["open_holds is not the number of its open holds (2 and 1)"],
    ),
    (
        lambda account: Hold.objects.filter(account_id=account).exclude(settled_at=None).update(charged=F("charged") + 1),
        ["what was charged is not what was earned (16 and 15)"],
    ),
    (
        lambda account: add_transfer(account, "grant", "issued", "available"),
        [
            "available is not the sum of its transfers (65 and 66)",
            "what was granted is not what was issued (100 and 101)",
        ],
    ),
    (
        lambda account: add_transfer(account, "hold", "available", "reserved"),
        [
            "available is not the sum of its transfers (65 and 64)",
            "reserved is not the sum of its transfers (20 and 21)",
        ],
    ),
    (
        lambda account: add_transfer(account, "charge", "reserved", "earned"),
        [
            "reserved is not the sum of its transfers (20 and 19)",
            "what was charged is not what was earned (15 and 16)",
        ],
    ),
    (
        lambda account: add_transfer(account, "expire", "available", "expired"),
        ["available is not the sum of its transfers (65 and 64)"],
    ),
    (
        lambda account: Transfer.objects.filter(account_id=account, kind="release").delete(),
        [
            "available is not the sum of its transfers (65 and 50)",
            "reserved is not the sum of its transfers (20 and 35)",
        ],
    ),
    (delete_wallet, ["moves credits and has no wallet"]),
]


@pytest.mark.parametrize(("tamper", "problems"), TAMPERING)
def test_each_kind_of_tampering_is_found(tamper: Callable[[UUID], object], problems: list[str], busy: UUID) -> None:
    assert list(audit.find_problems()) == []
    with transaction.atomic():
        tamper(busy)
        assert list(audit.find_problems()) == [f"{busy}: {problem}" for problem in problems]
        transaction.set_rollback(True)


def test_other_accounts_are_not_blamed(busy: UUID) -> None:
    other: Account = people.make_user().account
    ledger.open_wallet(account_id=other.pk)
    with transaction.atomic():
        Wallet.objects.filter(pk=other.pk).update(available=F("available") + 1)
        assert {problem.split(":")[0] for problem in audit.find_problems()} == {str(other.pk)}
        transaction.set_rollback(True)


def test_the_command_says_that_the_ledger_balances(busy: UUID) -> None:
    told = StringIO()
    call_command("audit_ledger", stdout=told)
    assert told.getvalue() == "The ledger balances.\n"


def test_the_command_fails_with_a_line_for_each_problem(busy: UUID) -> None:
    told = StringIO()
    with transaction.atomic():
        Grant.objects.filter(account_id=busy, expires_at=None).update(remaining=0)
        with pytest.raises(CommandError, match=r"The ledger does not balance: 1 problems\."):
            call_command("audit_ledger", stderr=told)
        transaction.set_rollback(True)
    assert told.getvalue() == f"{busy}: grants have not left what is available and reserved (85 and 45)\n"


def test_the_audit_is_two_statements_however_many_accounts_there_are(
    busy: UUID, django_assert_num_queries: Callable[[int], object]
) -> None:
    for _ in range(3):
        ledger.open_wallet(account_id=people.make_user().account.pk)
    with django_assert_num_queries(2):  # type: ignore[attr-defined]  # the fixture is a context manager's maker
        assert list(audit.find_problems()) == []
