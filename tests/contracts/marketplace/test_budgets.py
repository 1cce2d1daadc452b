"""What the endpoints cost in queries, the same however much has been done before (M-2.4, M-5.2)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from marketplace.models import DayCount, Service, TaskReport, UserCount
from tests.contracts.marketplace.conftest import MUSIC, Marketplace

RunJobs = Callable[[], int]


@contextmanager
def budget(queries: int) -> Iterator[None]:
    """Fail unless the block costs ``queries``; the brackets of transactions are not counted."""
    with CaptureQueriesContext(connection) as captured:
        yield
    said = [query["sql"] for query in captured.captured_queries]
    counted = [sql for sql in said if sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
    assert len(counted) == queries, "\n".join(counted)


def post(shop: Marketplace, path: str, body: object) -> str:
    """Post on this thread, whose connection is watched, and return the code."""
    code: str = Client().post(path, body, content_type="application/json", headers=shop.headers()).json()["errorCode"]["status"]
    return code


@pytest.mark.clause("M-2.4")
def test_a_call(shop: Marketplace) -> None:
    """Service, known before; price, wallet, hold, transfer, task, job, call. Nothing goes to the broker here."""
    assert post(shop, "/call", MUSIC) == "AC_001"
    with budget(9):
        assert post(shop, "/call", MUSIC) == "AC_001"


@pytest.mark.clause("M-5.2")
def test_stats_with_few_and_with_many_ended_tasks(shop: Marketplace, service: Service, run_jobs: RunJobs) -> None:
    task_id = shop.call_task()
    assert run_jobs() == 1
    costs = []
    for has_many in (False, True):
        if has_many:
            pretend_many(service)
        with budget(2):
            assert post(shop, "/stats", {}) == "AC_000"
        with CaptureQueriesContext(connection) as captured:
            post(shop, "/stats", {})
        costs.append(len(captured))
    assert costs[0] == costs[1]
    with budget(3):
        assert post(shop, "/result", {"taskId": task_id}) == "AC_000"


def pretend_many(service: Service) -> None:
    """Fill the tables as 20,000 ended tasks of 200 users would."""
    accounts = [Account(kind=Account.Kind.MARKETPLACE, service=service.slug, outside_id=f"other-{number}") for number in range(200)]
    Account.objects.bulk_create(accounts)
    UserCount.objects.bulk_create(UserCount(account=account, succeeded=100) for account in accounts)
    DayCount.objects.bulk_create(
        DayCount(service=service, method="music_gen", user_id=account.outside_id, day="2026-01-01", succeeded=100) for account in accounts
    )
    TaskReport.objects.bulk_create(
        TaskReport(
            task_id=f"00000000-0000-7000-8000-{number:012d}", service_id=service.pk, user_id="other-1", status=True, processing_duration=1
        )
        for number in range(20_000)
    )
