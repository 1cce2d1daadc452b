"""The statements on every call's path find their rows by an index, so that neither users nor calls make them slower (M-2.4, M-5.2)."""

import re

import pytest
from django.db import connection

from marketplace import selectors
from marketplace.models import Service


@pytest.mark.clause("M-2.4", "M-5.2")
@pytest.mark.parametrize(
    ("statement", "values"),
    [(selectors.FIND_KNOWN, ("request-1", "audiocraft", "user-1")), (selectors.COUNT_ENDED, ("audiocraft", "user-1"))],
    ids=["known", "ended"],
)
def test_users_and_calls_are_found_by_index(service: Service, statement: str, values: tuple[str, ...]) -> None:
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            # A table without rows is read whole, which is right; what is asked here is whether the index can serve.
            cursor.execute("SET enable_seqscan = off")
        cursor.execute(explain + statement, values)
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
        if connection.vendor != "sqlite":
            cursor.execute("SET enable_seqscan = on")
    assert "account_outside_id_unique" in plan
    assert re.search(r"SCAN \w|Seq Scan", plan) is None, plan
