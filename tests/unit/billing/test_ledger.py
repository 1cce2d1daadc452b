"""The ledger, one movement at a time: exact values (A-4.1, A-4.2)."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from pytest_django import Settings

from accounts.errors import KeyLimitReached
from accounts.identity import Caller
from accounts.models import Account, ApiKey
from accounts.services import keys
from billing import selectors
from billing.errors import CreditsTooLow
from billing.models import Grant, Hold, Price, Transfer, Wallet
from billing.services import ledger
from billing.services.prices import set_price
from billing.states import GrantSource, UnitPrice
from common import clock
from tests.factories import people

pytestmark = pytest.mark.clause("A-4.1")
Give = Callable[..., bool]
Place = Callable[..., Hold]
Books = Callable[[], tuple[int, int]]
Movements = Callable[[], list[tuple[str, int]]]
Travel = Callable[[timedelta], None]


def remaining(account_id: UUID) -> list[int]:
    return list(Grant.objects.filter(account_id=account_id).order_by("pk").values_list("remaining", flat=True))


def test_a_grant_counts_once_for_its_reference(give: Give, books: Books, movements: Movements) -> None:
    assert give(100, ref="invoice:1") is True
    assert give(100, ref="invoice:1") is False
    assert books() == (100, 0)
    assert movements() == [("grant", 100)]


@pytest.mark.parametrize("amount", [0, -5])
def test_a_grant_of_nothing_is_refused_and_not_taken_for_a_repetition(amount: int, give: Give, books: Books, movements: Movements) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        give(amount)
    assert (books(), movements()) == ((0, 0), [])


def test_a_new_wallet_starts_with_the_welcome_grant_once(db: None, settings: Settings) -> None:
    settings.WELCOME_CREDITS = 70
    account_id = people.make_user().account.pk
    ledger.open_wallet(account_id=account_id)
    ledger.open_wallet(account_id=account_id)
    assert selectors.get_balance(account_id) == selectors.Balance(70, 0)
    assert list(Grant.objects.filter(account_id=account_id).values_list("source", "amount", "ref")) == [
        ("welcome", 70, f"welcome:{account_id}")
    ]


def test_a_first_call_opens_the_wallet(db: None, settings: Settings) -> None:
    settings.WELCOME_CREDITS = 70
    account_id = people.make_user().account.pk
    with transaction.atomic():
        ledger.place_hold(caller=Caller(account_id=account_id), ref="first", price=UnitPrice(1, 1), units_max=70)
    assert selectors.get_balance(account_id) == selectors.Balance(0, 70)


def test_a_hold_reserves_the_highest_price_and_settling_takes_the_true_one(
    give: Give, hold: Place, books: Books, movements: Movements
) -> None:
    give(100)
    placed = hold(40)
    assert books() == (60, 40)
    assert ledger.settle_hold(hold=placed, units=25) == 25
    assert books() == (75, 0)
    assert movements() == [("grant", 100), ("hold", 40), ("charge", 25), ("release", 15)]


def test_settling_nothing_releases_everything(give: Give, hold: Place, books: Books, movements: Movements) -> None:
    give(100)
    assert ledger.settle_hold(hold=hold(40), units=0) == 0
    assert books() == (100, 0)
    assert movements() == [("grant", 100), ("hold", 40), ("release", 40)]


def test_a_second_settlement_changes_nothing(give: Give, hold: Place, books: Books, movements: Movements) -> None:
    give(100)
    placed = hold(40)
    ledger.settle_hold(hold=placed, units=25)
    before = movements()
    assert ledger.settle_hold(hold=placed, units=40) == 25
    assert (books(), movements()) == ((75, 0), before)


def test_more_units_than_were_held_cost_what_was_held(give: Give, hold: Place, books: Books) -> None:
    give(100)
    assert ledger.settle_hold(hold=hold(40), units=1_000) == 40
    assert books() == (60, 0)


def test_too_few_credits_are_refused_and_nothing_changes(give: Give, hold: Place, books: Books, movements: Movements) -> None:
    give(39)
    with pytest.raises(CreditsTooLow) as refused, transaction.atomic():
        hold(40)
    assert (refused.value.needed, refused.value.available) == (40, 39)
    assert (books(), movements(), Hold.objects.count()) == ((39, 0), [("grant", 39)], 0)


def test_the_last_credit_can_be_spent_and_reserved_credits_cannot(give: Give, hold: Place, books: Books) -> None:
    give(40)
    hold(40)
    assert books() == (0, 40)
    with pytest.raises(CreditsTooLow), transaction.atomic():
        hold(1)


def test_a_free_call_needs_no_credits(hold: Place, books: Books, movements: Movements) -> None:
    assert ledger.settle_hold(hold=hold(0), units=0) == 0
    assert (books(), movements()) == ((0, 0), [])


@pytest.mark.parametrize(
    ("credits", "per", "units", "expected"),
    [(1, 1, 7, 7), (1, 1000, 1, 1), (1, 1000, 1000, 1), (1, 1000, 1001, 2), (5, 3, 4, 7), (0, 1, 9, 0), (3, 7, 0, 0)],
)
def test_prices_are_rounded_up_to_whole_credits(credits: int, per: int, units: int, expected: int) -> None:
    assert UnitPrice(credits, per).credits_for(units) == expected


def test_a_hold_is_settled_at_the_price_of_its_own_time(give: Give, hold: Place, books: Books) -> None:
    give(100)
    set_price(feature="imagine", target="image", credits=2, per=1)
    price = selectors.find_price(feature="imagine", target="image")
    assert price == UnitPrice(2, 1)
    placed = hold(10, price=price)
    set_price(feature="imagine", target="image", credits=9, per=1)
    assert selectors.find_price(feature="imagine", target="image") == UnitPrice(9, 1)
    assert ledger.settle_hold(hold=placed, units=3) == 6
    assert books() == (94, 0)


def test_a_price_is_valid_from_its_moment_on(db: None, travel: Travel) -> None:
    set_price(feature="imagine", target="image", credits=2, valid_from=clock.now() + timedelta(hours=1))
    assert selectors.find_price(feature="imagine", target="image") is None
    travel(timedelta(hours=1))
    assert selectors.find_price(feature="imagine", target="image") == UnitPrice(2, 1)
    assert selectors.list_prices() == {("imagine", "image"): UnitPrice(2, 1)}


@pytest.mark.clause("A-4.2")
def test_what_expires_soonest_is_spent_first_and_what_never_does_last(account_id: UUID, give: Give, hold: Place) -> None:
    give(10)
    give(10, days=30)
    give(10, days=2)
    ledger.settle_hold(hold=hold(25), units=15)
    assert remaining(account_id) == [10, 5, 0]
    ledger.settle_hold(hold=hold(15), units=7)
    assert remaining(account_id) == [8, 0, 0]


def test_grants_expire_with_what_is_left_of_them(account_id: UUID, give: Give, hold: Place, movements: Movements, travel: Travel) -> None:
    give(30, days=1)
    give(5)
    ledger.settle_hold(hold=hold(10), units=10)
    travel(timedelta(days=1))
    assert ledger.expire_grants(account_id=account_id) == 20
    assert ledger.expire_grants(account_id=account_id) == 0
    assert selectors.get_balance(account_id) == selectors.Balance(5, 0)
    assert movements() == [("grant", 30), ("grant", 5), ("hold", 10), ("charge", 10), ("expire", 20)]


def test_expired_credits_cannot_be_spent_even_before_the_scheduler_looked(give: Give, hold: Place, books: Books, travel: Travel) -> None:
    give(30, days=1)
    give(5)
    travel(timedelta(days=1))
    with pytest.raises(CreditsTooLow) as refused, transaction.atomic():
        hold(6)
    assert refused.value.available == 5
    hold(5)
    assert books() == (0, 5)


def test_reserved_credits_do_not_expire_until_the_hold_is_settled(
    give: Give, hold: Place, books: Books, movements: Movements, travel: Travel
) -> None:
    give(30, days=1)
    placed = hold(20)
    travel(timedelta(days=1))
    assert ledger.expire_grants(account_id=placed.account_id) == 10
    assert books() == (0, 20)
    assert ledger.settle_hold(hold=placed, units=8) == 8
    assert books() == (0, 0)
    assert movements() == [("grant", 30), ("hold", 20), ("expire", 10), ("charge", 8), ("release", 12), ("expire", 12)]


def test_what_another_hold_still_needs_outlives_the_first_settlement(
    account_id: UUID, give: Give, hold: Place, books: Books, travel: Travel
) -> None:
    give(30, days=1)
    first, second = hold(10), hold(20)
    travel(timedelta(days=1))
    ledger.settle_hold(hold=first, units=0)
    assert books() == (0, 20)
    assert ledger.settle_hold(hold=second, units=20) == 20
    assert (books(), remaining(account_id)) == ((0, 0), [0])


def test_the_scheduler_finds_the_accounts_where_something_is_due(account_id: UUID, give: Give, books: Books, travel: Travel) -> None:
    give(30, days=1)
    give(7, days=3)
    assert ledger.expire_due() == 0
    travel(timedelta(days=1))
    assert (ledger.expire_due(), books()) == (1, (7, 0))
    assert ledger.expire_due() == 0
    travel(timedelta(days=2))
    assert (ledger.expire_due(), books()) == (1, (0, 0))
    assert Wallet.objects.get(pk=account_id).next_expiry_at is None


@pytest.mark.clause("A-3.1")
def test_a_keys_limit_counts_what_is_held_and_gives_the_rest_back(account_id: UUID, give: Give, hold: Place, books: Books) -> None:
    give(100)
    key, _ = keys.create_key(account_id=account_id, name="Small", credit_limit=30)
    by = Caller(account_id=account_id, key_id=key.pk, key_has_limit=True)
    placed = hold(20, by=by)
    with pytest.raises(KeyLimitReached), transaction.atomic():
        hold(11, by=by)
    assert books() == (80, 20)
    ledger.settle_hold(hold=placed, units=5)
    assert ApiKey.objects.get(pk=key.pk).used_credits == 5
    hold(25, by=by)
    assert ApiKey.objects.get(pk=key.pk).used_credits == 30


def test_credits_too_low_leave_the_keys_limit_alone(account_id: UUID, give: Give, hold: Place) -> None:
    give(5)
    key, _ = keys.create_key(account_id=account_id, name="Small", credit_limit=30)
    with pytest.raises(CreditsTooLow), transaction.atomic():
        hold(6, by=Caller(account_id=account_id, key_id=key.pk, key_has_limit=True))
    assert ApiKey.objects.get(pk=key.pk).used_credits == 0


def test_a_key_without_a_limit_is_not_touched(account_id: UUID, give: Give, hold: Place) -> None:
    give(5)
    key, _ = keys.create_key(account_id=account_id, name="Free")
    ledger.settle_hold(hold=hold(5, by=Caller(account_id=account_id, key_id=key.pk)), units=5)
    assert ApiKey.objects.get(pk=key.pk).used_credits == 0


def test_an_account_that_the_ledger_mentions_cannot_be_deleted(account_id: UUID, give: Give) -> None:
    give(5)
    with pytest.raises(ProtectedError):
        Account.objects.get(pk=account_id).delete()


@pytest.mark.parametrize(
    "change",
    [
        lambda account_id: Wallet.objects.filter(pk=account_id).update(available=-1),
        lambda account_id: Wallet.objects.filter(pk=account_id).update(reserved=-1),
        lambda account_id: Grant.objects.filter(account_id=account_id).update(remaining=-1),
        lambda account_id: Grant.objects.filter(account_id=account_id).update(remaining=101),
        lambda account_id: Grant.objects.filter(account_id=account_id).update(amount=0, remaining=0),
        lambda account_id: Hold.objects.filter(account_id=account_id).update(amount=-1),
        lambda account_id: Hold.objects.filter(account_id=account_id).update(charged=41, settled_at=clock.now()),
        lambda account_id: Hold.objects.filter(account_id=account_id).update(charged=-1, settled_at=clock.now()),
        lambda account_id: Hold.objects.filter(account_id=account_id).update(charged=1),
        lambda account_id: Hold.objects.filter(account_id=account_id).update(settled_at=clock.now()),
        lambda account_id: Hold.objects.create(account_id=account_id, ref="work:1", amount=0, price_credits=1, price_per=1),
        lambda account_id: Transfer.objects.create(
            account_id=account_id, kind="grant", debit="issued", credit="available", amount=0, ref="x"
        ),
        lambda account_id: Transfer.objects.create(
            account_id=account_id, kind="grant", debit="earned", credit="available", amount=1, ref="x"
        ),
        lambda account_id: Transfer.objects.create(
            account_id=account_id, kind="hold", debit="available", credit="reserved", amount=1, ref=str(Hold.objects.get().pk)
        ),
        lambda account_id: Price.objects.create(feature="imagine", target="image", credits=1, per=0),
    ],
)
def test_the_database_refuses_what_cannot_be(change: Callable[[UUID], object], account_id: UUID, give: Give, hold: Place) -> None:
    give(100)
    hold(40)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(account_id)


def test_a_grant_is_known_by_where_it_comes_from(account_id: UUID, give: Give) -> None:
    give(100)
    assert Grant.objects.get(account_id=account_id).source == GrantSource.STAFF
