"""Proves the ledger: recomputes every balance from the rows that led to it (A-4.1).

Reads only; run by ``manage.py audit_ledger``, by the tests after every test that moves credits, and by operators whenever they like: all
figures come from one statement, which sees one moment, so credits that move meanwhile are no problem that it could report.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import BigIntegerField, Case, F, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from billing.models import Grant, Hold, Transfer, Wallet
from billing.states import Bucket


def find_problems() -> Iterator[str]:
    """Yield a sentence for each account whose figures do not agree; nothing if the ledger is sound."""
    for account in _accounts_without_wallet():
        yield f"{account}: moves credits and has no wallet"
    figures = Wallet.objects.annotate(
        moved_available=_total(Transfer.objects.all(), _moved(Bucket.AVAILABLE)),
        moved_reserved=_total(Transfer.objects.all(), _moved(Bucket.RESERVED)),
        moved_earned=_total(Transfer.objects.all(), _moved(Bucket.EARNED)),
        moved_issued=_total(Transfer.objects.all(), _moved(Bucket.ISSUED)),
        held=_total(Hold.objects.filter(settled_at=None), F("amount")),
        open=_total(Hold.objects.filter(settled_at=None), Value(1)),
        charged=_total(Hold.objects.exclude(settled_at=None), F("charged")),
        granted=_total(Grant.objects.all(), F("amount") - F("revoked")),
        remaining=_total(Grant.objects.all(), F("remaining")),
    )
    for row in figures.values().iterator():
        expected = {
            "available is not the sum of its transfers": (row["available"], row["moved_available"]),
            "reserved is not the sum of its transfers": (row["reserved"], row["moved_reserved"]),
            "reserved is not the sum of its open holds": (row["reserved"], row["held"]),
            "open_holds is not the number of its open holds": (row["open_holds"], row["open"]),
            "what was charged is not what was earned": (row["charged"], row["moved_earned"]),
            "what was granted is not what was issued": (row["granted"], -row["moved_issued"]),
            "grants have not left what is available and reserved": (row["available"] + row["reserved"], row["remaining"]),
        }
        yield from (f"{row['account_id']}: {words} ({left} and {right})" for words, (left, right) in expected.items() if left != right)


def _accounts_without_wallet() -> QuerySet[Any, Any]:
    transfers, holds, grants = (
        rows.filter(account__wallet=None).values_list("account_id", flat=True) for rows in (Transfer.objects, Hold.objects, Grant.objects)
    )
    return transfers.union(holds, grants)


def _moved(bucket: Bucket) -> Case:
    return Case(When(credit=bucket.value, then=F("amount")), When(debit=bucket.value, then=-F("amount")), default=0)


def _total(rows: QuerySet[Any], amount: "F | Case | CombinedExpression | Value") -> Coalesce:
    """Return the sum of ``amount`` over the ``rows`` of the outer query's account."""
    own = rows.filter(account=OuterRef("account")).values("account").annotate(total=Sum(amount)).values("total")
    return Coalesce(Subquery(own, output_field=BigIntegerField()), 0)
