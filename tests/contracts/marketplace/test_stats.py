"""M-5: counts, and the table that reports are made from."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from aitasks.services import ending
from common import errors
from marketplace.models import DayCount, TaskReport, UserCount
from tasks.models import Task
from tasks.services import running
from tests.contracts.marketplace.conftest import CHAT, MUSIC, Marketplace, envelope
from tests.contracts.matching import TEXT, TIMESTAMP
from tests.factories import services

RunJobs = Callable[[], int]


def counted(good: int, bad: int) -> Any:
    """Return the reply of M-5.1."""
    return {
        "apiVersion": "1.0.1", "service": "AudioCraft", "datetime": TIMESTAMP,
        "response": {"numRequestSuccess": good, "numRequestFailed": bad}, "errorCode": {"status": "AC_000", "reason": "success"},
    }  # fmt: skip


def fail(task_id: str) -> None:
    attempt = running.claim(task_id=UUID(task_id))
    assert attempt is not None
    running.fail(attempt=attempt, error=errors.ProviderFailed("Broken."), closing=ending.close)


@pytest.mark.clause("M-5.1")
@pytest.mark.parametrize("raw", [b"", b"{}", b" {} ", None])
def test_nobody_has_called_yet(shop: Marketplace, raw: bytes | None) -> None:
    reply = shop.post("stats", raw=raw)
    assert (reply.status, reply.json) == (200, counted(0, 0))


@pytest.mark.clause("M-5.1", "M-5.2")
def test_ended_tasks_of_the_user_in_the_service(shop: Marketplace, run_jobs: RunJobs) -> None:
    services.make_service(slug="second", name="Second", code="SE", is_default=False)
    second = Marketplace(client=shop.client, folder="/services/second")
    shop.call_task(MUSIC), shop.call_task(CHAT), shop.as_user("user-2").call_task(CHAT), second.call_task(CHAT)
    assert shop.post("stats", {}).json == counted(0, 0)
    run_jobs()
    fail(shop.call_task(CHAT))
    assert shop.post("stats", {}).json == counted(2, 1)
    assert shop.as_user("user-2").post("stats", {}).json == counted(1, 0)
    assert second.post("stats", {}).json["response"] == {"numRequestSuccess": 1, "numRequestFailed": 0}


@pytest.mark.clause("M-5.2")
def test_the_reporting_table(shop: Marketplace, run_jobs: RunJobs, travel: Callable[[timedelta], None]) -> None:
    good, bad = shop.call_task(CHAT), shop.as_user("user-2").call_task(CHAT)
    fail(bad)
    run_jobs()
    rows = {
        str(row["task_id"]): (row["user_id"], row["status"], type(row["processing_duration"]))
        for row in TaskReport.objects.values("user_id", "task_id", "status", "processing_duration", "datetime")
    }
    assert rows == {good: ("user-1", True, float), bad: ("user-2", False, float)}
    for row in TaskReport.objects.all():
        assert row.datetime == Task.objects.get(pk=row.task_id).finished_at


@pytest.mark.clause("M-5.2")
def test_its_columns_are_the_contract_s(shop: Marketplace) -> None:
    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, "marketplace_taskreport")}
    assert columns == {"id", "service_id", "user_id", "task_id", "status", "processing_duration", "datetime"}


@pytest.mark.clause("M-5.2")
def test_an_end_that_does_not_come_to_be_counts_nothing(shop: Marketplace) -> None:
    """The counters are written in the transaction that ends the task."""
    attempt = running.claim(task_id=UUID(shop.call_task(CHAT)))
    assert attempt is not None

    def closing(task: Task) -> None:
        ending.close(task)
        raise errors.StorageDown("The last write failed.")

    with pytest.raises(errors.StorageDown):
        running.succeed(attempt=attempt, used_units=1, closing=closing)
    assert (TaskReport.objects.count(), UserCount.objects.count(), DayCount.objects.count()) == (0, 0, 0)
    running.succeed(attempt=attempt, used_units=1, closing=ending.close)
    assert shop.post("stats", {}).json == counted(1, 0)


def test_days_and_methods(shop: Marketplace, run_jobs: RunJobs) -> None:
    shop.call_task(CHAT), shop.call_task(CHAT), shop.call_task(MUSIC)
    run_jobs()
    fail(shop.call_task(CHAT))
    day = Task.objects.latest("finished_at").finished_at
    assert day is not None
    rows = set(DayCount.objects.values_list("method", "user_id", "day", "succeeded", "failed"))
    assert rows == {("chat", "user-1", day.date(), 2, 1), ("music_gen", "user-1", day.date(), 1, 0)}
    assert DayCount.objects.get(method="music_gen").milliseconds > 0


@pytest.mark.clause("M-1.1", "M-1.2", "M-5.1")
def test_what_is_refused(shop: Marketplace) -> None:
    bodies: tuple[object, ...] = ({"a": 1}, [])
    for body in bodies:
        reply = shop.post("stats", body, headers=shop.headers(x_request_id="request-a"))
        assert (reply.status, reply.json) == (400, envelope("AC_400", TEXT, request_id="request-a"))
    reply = shop.post("stats", {}, headers=shop.headers(x_request_id=None))
    assert (reply.status, reply.json) == (400, envelope("AC_400", "The header x-request-id is missing."))
