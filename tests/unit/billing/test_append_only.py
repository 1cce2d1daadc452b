"""Transfers are written once: the database refuses to change one, and the audit shows a missing one."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from billing import audit
from billing.models import Transfer

pytestmark = pytest.mark.clause("A-4.1")


@pytest.mark.parametrize("change", [{"amount": F("amount") + 1}, {"ref": "other"}, {"amount": F("amount")}])
def test_no_transfer_can_be_changed(change: dict[str, object], account_id: UUID, give: Callable[..., bool]) -> None:
    give(100)
    with pytest.raises(IntegrityError, match="billing_transfer is append-only"), transaction.atomic():
        Transfer.objects.update(**change)
    assert list(Transfer.objects.values_list("kind", "amount")) == [("grant", 100)]


def test_a_deleted_transfer_is_found(account_id: UUID, give: Callable[..., bool]) -> None:
    give(100)
    with transaction.atomic():
        Transfer.objects.all().delete()
        assert list(audit.find_problems()) == [
            f"{account_id}: available is not the sum of its transfers (100 and 0)",
            f"{account_id}: what was granted is not what was issued (100 and 0)",
        ]
        transaction.set_rollback(True)
