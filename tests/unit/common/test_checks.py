"""Declarations of deprecations that no deployment starts with (G-7.2)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core import checks

from common import clock
from common.checks import check_deprecations
from common.contracts.deprecation import Deprecation, add_months
from common.contracts.versions import DEPRECATED_VERSIONS
from tests.apps.fading.api import FadingGreetings

GOOD: dict[str, Any] = {"since": date(2026, 8, 31), "sunset": date(2027, 2, 28), "guide": "https://example.com/moving"}


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day before the sunset."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 2, 27, 23, 59, tzinfo=UTC))


def found(monkeypatch: pytest.MonkeyPatch, **facts: Any) -> list[checks.CheckMessage]:
    """Return what is said of a version that is deprecated so."""
    monkeypatch.setitem(DEPRECATED_VERSIONS, "/api/v1/old/", Deprecation(**GOOD | facts))
    return check_deprecations(None)


@pytest.mark.clause("G-7.2")
@pytest.mark.parametrize(
    ("facts", "ids"),
    [
        ({}, []),
        ({"sunset": date(2027, 3, 1)}, []),
        ({"sunset": date(2027, 2, 27)}, ["tollgate.E001", "tollgate.W001"]),
        ({"sunset": date(2026, 8, 31)}, ["tollgate.E001", "tollgate.W001"]),
        ({"sunset": date(2026, 8, 30)}, ["tollgate.E002", "tollgate.W001"]),
        ({"guide": ""}, ["tollgate.E003"]),
        ({"guide": "/docs/moving"}, ["tollgate.E003"]),
        ({"guide": "https:///docs"}, ["tollgate.E003"]),
        ({"guide": "ftp://example.com/"}, ["tollgate.E003"]),
        ({"guide": "https://example.com/>; rel=next"}, ["tollgate.E003"]),
        ({"guide": "https://example.com/\r\nSet-Cookie: a=b"}, ["tollgate.E003"]),
        ({"guide": "http://example.com/docs/moving#v2"}, []),
    ],
)
def test_both_sides_of_every_limit(monkeypatch: pytest.MonkeyPatch, facts: dict[str, Any], ids: list[str]) -> None:
    assert [message.id for message in found(monkeypatch, **facts)] == ids


@pytest.mark.clause("G-7.2")
def test_an_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    [error] = found(monkeypatch, since=date(2027, 2, 1), sunset=date(2027, 7, 31))
    assert error.level == checks.ERROR
    assert error.msg == "/api/v1/old/: the sunset 2027-07-31 is less than 6 months after the notice of 2027-02-01."
    assert error.hint == "Set sunset to 2027-08-01 or later."


@pytest.mark.clause("G-7.2")
def test_a_sunset_that_has_passed_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 2, 28, tzinfo=UTC))
    [warning] = found(monkeypatch)
    assert (warning.id, warning.level) == ("tollgate.W001", checks.WARNING)


@pytest.mark.clause("G-7.2")
def test_an_endpoints_declaration_is_looked_at(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = "tests.apps.fading.urls"
    assert check_deprecations(None) == []
    short = Deprecation(since=date(2027, 1, 1), sunset=date(2027, 6, 1), guide="")
    monkeypatch.setattr(FadingGreetings, "deprecation", short)
    messages = [(message.id, message.msg.partition(":")[0]) for message in check_deprecations(None)]
    assert messages == [
        (id, f"{method} /api/v1/fading/{{name}}") for method in ("GET", "POST") for id in ("tollgate.E001", "tollgate.E003")
    ]


def test_django_runs_them() -> None:
    assert check_deprecations in checks.registry.registry.get_checks()


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 6, date(2026, 7, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 6, 30), 6, date(2026, 12, 30)),
    ],
)
def test_months_later(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected
