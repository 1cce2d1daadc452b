"""The audit log: with the change or not at all, by ids and without names."""

from uuid import uuid4

import pytest
from django.core.management import call_command

from accounts.identity import Staff
from accounts.models import AuditEntry, User
from accounts.services import audit
from billing.models import Wallet
from billing.services import prices
from tests.factories import people

STAFF = Staff(user_id=uuid4(), address="192.0.2.1")
pytestmark = [pytest.mark.django_db, pytest.mark.clause("P-6.1")]


def rename(user: User, result: object) -> object:
    User.objects.filter(pk=user.pk).update(first_name="Changed")
    return result


def test_a_change_and_its_entry_come_together() -> None:
    user = people.make_user()
    assert audit.keep(staff=STAFF, action="user.rename", on=user, change=lambda: rename(user, 7), details={"why": "a test"}) == 7
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.address, entry.action) == (STAFF.user_id, "192.0.2.1", "user.rename")
    assert (entry.object_type, entry.object_id, entry.object_label, entry.details) == (
        "accounts.user", str(user.pk), "", {"why": "a test"}
    )  # fmt: skip


def test_neither_comes_when_the_change_fails() -> None:
    user = people.make_user()

    def breaks() -> None:
        rename(user, None)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        audit.keep(staff=STAFF, action="user.rename", on=user, change=breaks)
    assert (AuditEntry.objects.count(), User.objects.get(pk=user.pk).first_name) == (0, "Ada")


@pytest.mark.parametrize(("result", "entries"), [(None, 1), (True, 1), (3, 1), (False, 0), (0, 0)])
def test_what_changed_nothing_is_not_recorded(result: object, entries: int) -> None:
    audit.keep(staff=STAFF, action="x", on=people.make_user(), change=lambda: result)
    assert AuditEntry.objects.count() == entries


def test_what_is_nobodys_has_a_label() -> None:
    price = prices.set_price(feature="imagine", target="image", credits=7)
    audit.record(staff=None, action="price.add", on=price)
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.object_label, str(entry)) == (None, "imagine/image: 7 per 1", "price.add imagine/image: 7 per 1")


def test_a_grant_by_command_is_recorded_without_an_actor() -> None:
    user = people.make_user()
    call_command("grant_credits", user.email, "40", reason="For the outage")
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.action, entry.object_id, entry.details) == (None, "grant.add", str(user.account.pk), {"amount": 40})
    assert (Wallet.objects.get(account=user.account).available, user.email in str(entry.details)) == (540, False)
