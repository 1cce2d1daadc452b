"""The admin's front page: figures for staff who may see them, drawn without scripts, at a cost that does not grow."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.identity import Staff
from accounts.models import User
from accounts.services import users
from aitasks.models import ProviderHealth
from common import clock, ids
from config import desk
from metrics.models import UsageRecord
from tasks.models import Task
from tests.factories import people
from tests.unit.admin.conftest import Person, submit_picture

NOW = datetime(2026, 3, 31, 14, 30, tzinfo=UTC)
FRONT_QUERIES = 12


@pytest.fixture
def at_half_past_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is half past two on the last of March."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def use(person: Person) -> Callable[..., None]:
    """Records a call that ended some hours ago."""

    def record(hours_ago: float, **facts: Any) -> None:
        defaults = {"api": "imagine", "contract": "platform", "units": 1, "credits": 5, "latency_ms": 10, "outcome": "succeeded"}
        at = NOW - timedelta(hours=hours_ago)
        UsageRecord.objects.create(id=ids.new_id(), account_id=person.account.pk, created_at=at, **(defaults | facts))

    return record


@pytest.mark.clause("P-6.3")
@pytest.mark.usefixtures("at_half_past_two")
def test_charts_add_up(use: Callable[..., None]) -> None:
    use(0, credits=7, wait_ms=1_500)
    use(0.4, outcome="failed", credits=0)
    use(2.5, credits=3, wait_ms=90_000)
    use(23.4)
    use(23.6)  # An hour and a bit before the first column.
    use(24 * 29)
    use(24 * 30)
    hours, days = desk.read_charts().values()
    assert [(chart.title, chart.summary) for chart in hours] == [
        ("Calls", "4 in all, at most 2 at 14:00"),
        ("Credits", "15 in all, at most 7 at 14:00"),
        ("Failed calls", "1 in all, at most 1 at 14:00"),
        ("Longest wait for a worker", "at most 1.5 min at 12:00"),
    ]
    assert [(chart.title, chart.summary) for chart in days[:2]] == [
        ("Calls", "6 in all, at most 3 at Mar 31"),
        ("Credits", "25 in all, at most 10 at Mar 30"),
    ]
    bars = {bar.label: bar for bar in hours[0].bars}
    assert (len(hours[0].bars), hours[0].bars[0].label, hours[0].bars[-1].label) == (24, "15:00", "14:00")
    assert (bars["14:00"].height, bars["12:00"].height, bars["15:00"].height, bars["13:00"].height) == (96, 48, 48, 0)
    assert (len(days[0].bars), days[0].bars[0].label, days[0].bars[0].value) == (30, "Mar 2", "1")


@pytest.mark.clause("P-6.3")
@pytest.mark.usefixtures("at_half_past_two", "db")
def test_nothing_happened() -> None:
    for charts in desk.read_charts().values():
        assert [chart.summary for chart in charts] == ["none"] * 4
        assert {bar.height for chart in charts for bar in chart.bars} == {0}


@pytest.mark.clause("P-6.3")
def test_numbers_say_what_waits_and_what_is_out_of_order(person: Person) -> None:
    submit_picture(person)
    Task.objects.update(queued_at=clock.now() - timedelta(minutes=3))
    submit_picture(person)
    ProviderHealth.objects.create(name="local", opened_at=clock.now(), trial_at=clock.now() + timedelta(minutes=1))
    numbers = {number.label: (number.value, number.is_bad) for number in desk.read_numbers()}
    assert numbers == {
        "tasks wait for a worker": ("2", False),
        "the first of them since": ("3 min", True),
        "tasks run": ("0", False),
        "jobs in the queue": ("2", False),
        "webhooks wait to be sent": ("0", False),
        "providers kept out": ("local", True),
        "erasures not finished": ("0", False),
    }


@pytest.mark.clause("P-6.3")
def test_the_page_shows_them_in_words_and_pictures_without_scripts(desk_page: str) -> None:
    assert desk_page.count('<svg viewBox="0 0 480 96"') == 8
    assert desk_page.count('role="img" aria-label="') == 8
    assert desk_page.count("<summary>As a table</summary>") == 8
    section = desk_page[desk_page.index('<section class="desk"') : desk_page.rindex("</section>")]
    assert re.findall(r"<script|\sstyle=|\son\w+=|https?://", section) == []
    assert "user.disable" in section
    assert "ada@example.com" not in section


@pytest.fixture
def desk_page(desk: Client, clerk: User, person: Person) -> str:
    """The page as staff see it, after something was done."""
    users.set_active(user_id=person.user.pk, is_active=False, staff=Staff(user_id=clerk.pk, address="192.0.2.1", is_superuser=True))
    return desk.get("/admin/").content.decode()


@pytest.mark.clause("P-6.3")
def test_staff_without_the_right_see_no_figures(person: Person) -> None:
    client = Client()
    client.force_login(people.make_user(email="new@example.com", is_staff=True))
    page = client.get("/admin/").content.decode()
    assert ("desk-charts" in page, "What staff did last" in page) == (False, False)


@pytest.mark.clause("P-6.3")
def test_others_do_not_see_the_page(person: Person) -> None:
    client = Client()
    client.force_login(person.user)
    for path in ("/admin/", "/admin/accounts/"):
        assert (client.get(path).status_code, Client().get(path).status_code) == (302, 302)


@pytest.mark.clause("P-6.3")
def test_it_costs_the_same_however_much_there_is(desk: Client, person: Person, use: Callable[..., None]) -> None:
    desk.get("/admin/")
    assert count_queries(desk) == FRONT_QUERIES
    for hours in range(40):
        use(hours)
        submit_picture(person)
    assert count_queries(desk) == FRONT_QUERIES


def count_queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/admin/").status_code == 200
    return len(captured)


@pytest.mark.clause("P-6.3")
@pytest.mark.usefixtures("at_half_past_two")
def test_the_charts_are_read_by_an_index(use: Callable[..., None]) -> None:
    use(1)
    with CaptureQueriesContext(connection) as captured:
        desk.read_charts()
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # So small a table is read whole, which is right; what is asked here is whether the index can serve a large one.
            cursor.execute("SET enable_seqscan = off")
        plans = []
        for query in list(captured):
            cursor.execute(f"{explain} {query['sql']}")
            plans.append(" ".join(str(row[-1]) for row in cursor.fetchall()))
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = on")
    assert [plan for plan in plans if "usage_by_time" in plan] == plans != []
