"""``make test`` finds the services that answer, says why one was left out, and plans its runs accordingly."""

import sys

import pytest

from tests import suites
from tests.suites import Service, Suite, look_for, plan

FOUND = {"TEST_DATABASE_URL": "postgres://a", "TEST_REDIS_URL": "redis://b", "TEST_AMQP_URL": "amqp://c"}


def refuse(url: str) -> None:
    raise ConnectionError(f"{url} is closed\nand more")


def accept(url: str) -> None:
    assert url == "redis://named"


def test_a_service_is_looked_for_at_its_variable_and_else_at_its_usual_place() -> None:
    services = (Service("Redis", "TEST_REDIS_URL", "redis://usual", accept), Service("Rabbit", "TEST_AMQP_URL", "amqp://usual", refuse))
    found, missing = look_for(services, {"TEST_REDIS_URL": "redis://named", "TEST_AMQP_URL": ""})
    assert found == {"TEST_REDIS_URL": "redis://named"}
    assert missing == {"Rabbit": "amqp://usual is closed (TEST_AMQP_URL names another address)"}


@pytest.mark.parametrize(("service", "scheme"), list(zip(suites.SERVICES, ["postgres", "redis", "amqp"], strict=True)))
def test_a_closed_port_is_no_service(service: Service, scheme: str) -> None:
    found, missing = look_for([service], {service.variable: f"{scheme}://127.0.0.1:1/"})
    assert (found, list(missing)) == ({}, [service.name])


def test_without_services_only_the_embedded_suite_runs() -> None:
    assert [suite.environment for suite in plan("test", {})] == [{}]


def test_with_postgresql_the_same_suites_run_on_it() -> None:
    embedded, served = plan("test", FOUND)
    assert embedded.environment == {}
    assert served.environment == FOUND | {"DATABASE_URL": "postgres://a", "REDIS_URL": "redis://b"}
    assert "not browser and not slow" in served.arguments


def test_without_postgresql_the_tests_of_other_services_still_run() -> None:
    _, served = plan("test", {"TEST_REDIS_URL": "redis://b"})
    assert (served.environment, served.arguments) == ({"TEST_REDIS_URL": "redis://b"}, ("-m", "services"))


@pytest.mark.parametrize(
    ("code", "may_be_empty", "narrowed", "expected"),
    [(5, False, False, 5), (5, True, False, 0), (5, False, True, 0), (1, True, True, 1), (0, False, False, 0)],
)
def test_an_empty_selection_fails_unless_it_may_be_empty(code: int, may_be_empty: bool, narrowed: bool, expected: int) -> None:
    assert suites.verdict(code, suite=Suite("Any", (), {}, may_be_empty=may_be_empty), narrowed=narrowed) == expected


def test_continuous_integration_needs_every_service(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CI", "true")
    monkeypatch.delenv("TEST_AMQP_URL", raising=False)
    monkeypatch.setattr(suites, "SERVICES", (Service("Rabbit", "TEST_AMQP_URL", "amqp://usual", refuse),))
    monkeypatch.setattr(sys, "argv", ["suites", "test"])
    assert suites.main() == 1
    assert capsys.readouterr().out == "Skipped: Rabbit: amqp://usual is closed (TEST_AMQP_URL names another address)\n"
