"""G-7.2: who calls what is deprecated is noted, cheaply, and told by mail, once."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import Client as PageClient
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import Account
from common import clock, ids, rows
from common.queue import embedded
from metrics import services
from metrics.models import DeprecatedCall, DeprecationNotice
from tests.conftest import Actor, make_actor
from tests.fakes.asgi import Client

READ, WRITE = "GET /api/v1/fading/{name}", "POST /api/v1/fading/{name}"
Travel = Callable[[timedelta], None]


@pytest.fixture(autouse=True)
def fading(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The product with a deprecated endpoint, in a process that has not seen a call yet."""
    settings.ROOT_URLCONF = "tests.apps.fading.urls"
    monkeypatch.setattr(services, "remembered", services.Memory())


@pytest.fixture
def another_process(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Forgets what this process remembers, as another one would not know it."""
    return lambda: monkeypatch.setattr(services, "remembered", services.Memory())


@pytest.fixture
def outbox(settings: Settings) -> Iterator[list[mail.EmailMessage]]:
    """The mails sent."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    yield mail.outbox
    mail.outbox = []


def noted() -> list[tuple[str, UUID, date]]:
    return list(DeprecatedCall.objects.order_by("day", "endpoint").values_list("endpoint", "account_id", "day"))


def note(account_id: UUID, endpoint: str = READ, days_ago: int = 0) -> None:
    """Note a call of some days ago."""
    DeprecatedCall.objects.create(account_id=account_id, endpoint=endpoint, day=clock.now().date() - timedelta(days=days_ago))


def notify(*arguments: str) -> list[str]:
    """Run the command and return the lines that it writes."""
    out = StringIO()
    call_command("notify_deprecations", *arguments, stdout=out, stderr=out)
    for job in embedded.claim_jobs(limit=100):
        embedded.run_claimed(job)
    return out.getvalue().splitlines()


@pytest.mark.clause("G-7.2")
def test_calls_are_noted_once_a_day_by_account_and_operation(
    api: Client, user: Actor, second_user: Actor, travel: Travel, another_process: Callable[[], None]
) -> None:
    travel(timedelta(0))
    today = clock.now().date()
    for _ in range(2):
        for call in (user.api.get, user.key_api.get):
            assert call("/api/v1/fading/Bob").status == 200
            assert call("/api/v1/fading/nobody").status == 404
        user.api.send("HEAD", "/api/v1/fading/Bob")
        second_user.api.post("/api/v1/fading/Bob", {"words": "x"})
        another_process()
    assert noted() == [(READ, user.account_id, today), (WRITE, second_user.account_id, today)]
    travel(timedelta(days=1))
    make_actor(api, email="new@example.com").api.get("/api/v1/fading/Bob")
    services.record_deprecated_call(account_id=user.account_id, endpoint=READ)
    assert [(endpoint, day) for endpoint, _, day in noted()][2:] == [(READ, today + timedelta(days=1))] * 2


@pytest.mark.clause("G-7.2")
def test_calls_that_are_none_are_not_noted(api: Client, user: Actor) -> None:
    api.get("/api/v1/fading/Bob")
    user.api.delete("/api/v1/fading/Bob")
    user.api.get("/api/v1/fading")
    user.api.get("/api/v1/greetings/Bob")
    user.api.get("/api/v1/users/me")
    assert noted() == []


@pytest.mark.clause("G-7.2")
def test_simultaneous_calls_are_one_row(user: Actor) -> None:
    replies = user.api.send_together([user.api.request("GET", "/api/v1/fading/Bob") for _ in range(16)])
    assert [reply.status for reply in replies] == [200] * 16
    assert len(noted()) == 1


@pytest.mark.clause("G-7.2")
def test_it_costs_one_statement_a_day_and_nothing_where_nothing_is_deprecated(user: Actor) -> None:
    def statements(path: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            assert PageClient().get(path, headers={"Authorization": f"Bearer {user.access}"}).status_code == 200
        return [query["sql"].split("(")[0].split(" ")[0] for query in captured.captured_queries]

    assert statements("/api/v1/greetings/Bob") == ["SELECT"]
    assert statements("/api/v1/fading/Bob") == ["SELECT", "INSERT"]
    assert statements("/api/v1/fading/Bob") == ["SELECT"]


@pytest.mark.clause("G-7.2")
def test_a_database_that_refuses_spoils_no_call(user: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: Any) -> int:
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(rows, "execute", refuse)
        assert user.api.get("/api/v1/fading/Bob").json == {"words": "Hello, Bob!"}
    assert noted() == []
    user.api.get("/api/v1/fading/Bob")
    assert len(noted()) == 1


def test_a_process_remembers_a_limited_number_of_calls(live_database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "REMEMBERED_MAX", 3)
    for number in range(10):
        services.record_deprecated_call(account_id=ids.new_id(), endpoint=f"GET /{number}")
        assert len(services.remembered.calls) <= 3
    assert len(noted()) == 10


@pytest.mark.clause("G-7.2")
def test_every_developer_is_told_once(user: Actor, second_user: Actor, outbox: list[mail.EmailMessage]) -> None:
    user.api.get("/api/v1/fading/Bob")
    user.api.post("/api/v1/fading/Bob", {"words": "x"})
    second_user.api.get("/api/v1/fading/Bob")
    people = sorted([user.user.email, second_user.user.email])
    head = "since 2026-11-01, until 2027-06-01, guide https://example.com/docs/greetings"
    assert notify("--dry-run") == [
        f"{READ}: {head}", *(f"  {email}" for email in people), "  2 would be told.",
        f"{WRITE}: {head}", f"  {user.user.email}", "  1 would be told.",
    ]  # fmt: skip
    assert (len(outbox), DeprecationNotice.objects.count()) == (0, 0)
    assert notify("--endpoint", WRITE) == [f"{WRITE}: {head}", f"  {user.user.email}", "  1 told."]
    assert notify() == [f"{READ}: {head}", *(f"  {email}" for email in people), "  2 told.", f"{WRITE}: {head}", "  0 told."]
    assert notify() == [f"{READ}: {head}", "  0 told.", f"{WRITE}: {head}", "  0 told."]
    assert [(letter.to, letter.subject) for letter in outbox] == [
        ([user.user.email], f"{WRITE} is deprecated and works until 2027-06-01"),
        *(([email], f"{READ} is deprecated and works until 2027-06-01") for email in people),
    ]
    letter = outbox[0]
    assert letter.from_email == "Tollgate <no-reply@127.0.0.1>"
    for part in ("Hello Ada,", WRITE, "2026-11-01", "2027-06-01", "GET /api/v2/greetings/{name}", "https://example.com/docs/greetings"):
        assert str(letter.body).count(part) == 1, part
    assert sorted(DeprecationNotice.objects.values_list("endpoint", "account_id")) == sorted(
        [(WRITE, user.account_id), (READ, user.account_id), (READ, second_user.account_id)]
    )


@pytest.mark.clause("G-7.2")
@pytest.mark.parametrize(("days_ago", "told"), [(0, 1), (90, 1), (91, 0)])
def test_whoever_called_in_the_last_90_days(user: Actor, outbox: list[mail.EmailMessage], days_ago: int, told: int) -> None:
    note(user.account_id, days_ago=days_ago)
    notify()
    assert len(outbox) == told
    services.forget_deprecated_calls()
    assert len(noted()) == told


@pytest.mark.clause("G-7.2")
def test_nobody_else_is_told(api: Client, user: Actor, outbox: list[mail.EmailMessage]) -> None:
    note(user.account_id, endpoint="GET /api/v1/greetings/{name}")
    disabled = make_actor(api)
    note(disabled.account_id)
    disabled.user.is_active = False
    disabled.user.save()
    machine = Account.objects.create(kind=Account.Kind.MARKETPLACE, service="shop", outside_id="1")
    note(machine.pk)
    assert [line for line in notify() if line.startswith("  ")] == ["  0 told."] * 2
    assert outbox == []


@pytest.mark.clause("G-7.2")
def test_an_endpoint_that_is_not_deprecated_is_refused(live_database: None) -> None:
    with pytest.raises(CommandError, match=r"GET /api/v1/users/me is not deprecated\. Deprecated: GET .*, POST .*\."):
        notify("--endpoint", "GET /api/v1/users/me")


@pytest.mark.clause("G-7.2")
def test_nothing_is_deprecated(live_database: None, settings: Settings) -> None:
    settings.ROOT_URLCONF = "config.urls"
    assert notify() == ["Nothing is deprecated."]
