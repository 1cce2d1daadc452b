"""What looking for due deliveries costs: nothing for those that have ended, whatever their number."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from common import clock, ids
from tasks import selectors
from tasks.models import Delivery
from tasks.services import delivering
from tests.factories import people
from tests.unit.tasks.test_budgets import budget

ENDED, WAITING = 20_000, 200
WHOLE_TABLE = r"SCAN [a-zU0]*tasks_delivery\b(?! USING)|SCAN U0|Seq Scan on tasks_delivery"


@pytest.fixture
def account_id(db: None) -> UUID:
    """An account with many deliveries that have ended, and some that wait behind one that is tried tomorrow."""
    account = people.make_user().account
    lane, now = ids.new_id(), clock.now()
    tomorrow = now.replace(year=now.year + 1)
    common = {"account": account, "channel": "webhook", "event": "task.completed", "url": "https://a.example/", "payload": {}}
    ended = [Delivery(**common, lane=ids.new_id(), state="delivered", ended_at=now) for _ in range(ENDED)]
    waiting = [Delivery(**common, lane=lane, origin="https://a.example", next_at=now if number else tomorrow) for number in range(WAITING)]
    Delivery.objects.bulk_create([*ended, *waiting], batch_size=1_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return account.pk


class Plans:
    """Explains every statement on deliveries."""

    def __init__(self) -> None:
        self.plans: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if re.match(r"(SELECT|UPDATE)\b.*\btasks_delivery\b", sql, re.DOTALL):
            explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
            with connection.cursor() as cursor:
                cursor.execute(f"{explain} {sql}", params)
                self.plans.append("\n".join(str(row) for row in cursor.fetchall()))
        return execute(sql, params, many, context)


@pytest.fixture
def plans() -> Iterator[Plans]:
    """What the database says it will do."""
    explained = Plans()
    with connection.execute_wrapper(explained):
        yield explained


def test_looking_for_what_is_due_reads_what_waits_only(account_id: UUID, plans: Plans) -> None:
    with budget(1):
        assert delivering.claim_due(limit=16) == []
    [plan] = plans.plans
    assert re.search("delivery_due|delivery_lane", plan), plan
    assert not re.search(WHOLE_TABLE, plan), plan


def test_claiming_costs_four_statements(account_id: UUID, plans: Plans) -> None:
    row = delivering.create_delivery(account_id=account_id, task=None, channel="x", event="x", url="https://b.example/", payload={})
    plans.plans.clear()
    # what is due, the lane locked and looked at, the claim
    with budget(4):
        assert [claimed.pk for claimed in delivering.claim_due(limit=1)] == [row.pk]
    for plan in plans.plans:
        assert not re.search(WHOLE_TABLE, plan), plan


def test_a_page_of_the_log_costs_two(account_id: UUID, plans: Plans) -> None:
    with budget(2):
        assert len(selectors.list_deliveries(account_id=account_id)[:20]) == 20
    assert not re.search(WHOLE_TABLE, plans.plans[0]), plans.plans[0]
