"""P-3.3: the circuit breaker, over all processes: open after so many failures, one trial a window, closed by a success."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from accounts.identity import Caller
from aitasks import selectors as aitasks_selectors
from aitasks.models import ProviderCall, ProviderHealth
from aitasks.providers import faults
from aitasks.services import admitting, providers, running
from aitasks.services.admitting import NotAdmitted
from aitasks.services.running import NoneAvailable
from billing import selectors
from common import clock
from tasks.models import Task
from tests.unit.routing.conftest import Vendors, calls_of, fails, says

Run = Callable[..., Task]
Travel = Callable[[timedelta], None]
DOWN = fails(faults.Down("Down."))

pytestmark = pytest.mark.clause("P-3.3")


@pytest.fixture(autouse=True)
def soon(settings: Any) -> None:
    """Three failures open it for ten seconds."""
    settings.PROVIDER_BREAKER_FAILURES, settings.PROVIDER_BREAKER_SECONDS = 3, 10


@pytest.mark.django_db
def test_a_dead_provider_is_tried_once_a_window_and_calls_go_on_through_the_second(vendors: Vendors, run: Run, travel: Travel) -> None:
    first = vendors.add("first", DOWN, priority=1)
    vendors.add("second", priority=2)
    assert {run().state for _ in range(3)} == {"succeeded"}
    assert len(first.works) == 3
    health = ProviderHealth.objects.get(name="first")
    assert (health.failures_in_row, health.opened_at, health.trial_at) == (3, clock.now(), clock.now() + timedelta(seconds=10))
    for window in range(1, 4):
        assert [run().state for _ in range(5)] == ["succeeded"] * 5
        travel(timedelta(seconds=10))
        assert [run().state for _ in range(5)] == ["succeeded"] * 5
        assert len(first.works) == 3 + window
    assert ProviderCall.objects.filter(provider="first", is_trial=True).count() == 3
    said = {each["provider"]: each["reason"] for each in ProviderCall.objects.filter(provider="second").latest("pk").considered}
    assert said["first"].startswith("its breaker is open, next trial at ")


@pytest.mark.django_db
def test_a_trial_that_succeeds_closes_it(vendors: Vendors, run: Run, travel: Travel) -> None:
    first = vendors.add("first", DOWN, DOWN, DOWN, says("back"), priority=1)
    vendors.add("second", priority=2)
    for _ in range(3):
        run()
    travel(timedelta(seconds=10))
    assert calls_of(run()) == [("first", "succeeded", "")]
    health = ProviderHealth.objects.get(name="first")
    assert (health.failures_in_row, health.opened_at, health.trial_at) == (0, None, None)
    run()
    assert len(first.works) == 5
    assert 0 < health.error_rate < 0.5


@pytest.mark.django_db
def test_a_provider_that_answers_that_a_request_is_bad_works(vendors: Vendors, run: Run, travel: Travel) -> None:
    vendors.add("first", DOWN, DOWN, fails(faults.Refused("Too hot.")), DOWN, DOWN, priority=1)
    vendors.add("second", priority=2)
    for _ in range(5):
        run()
    assert ProviderHealth.objects.get(name="first").trial_at is None


@pytest.mark.django_db
def test_when_everybody_is_kept_out_the_task_waits_and_the_attempt_does_not_count(
    vendors: Vendors, run: Run, travel: Travel, settings: Any, caller: Caller
) -> None:
    settings.TASK_MAX_ATTEMPTS, settings.PROVIDER_DEADLINE_SECONDS = 1, 100
    vendors.add("only", DOWN, DOWN, DOWN, says("back"))
    for _ in range(3):
        run()
    task = run()
    assert (task.state, task.attempt) == ("queued", 0)
    travel(timedelta(seconds=5))
    running.run_attempt(task_id=task.pk)
    assert calls_of(task) == [("", "waited", "")]
    travel(timedelta(seconds=5))
    running.run_attempt(task_id=task.pk)
    task.refresh_from_db()
    assert (task.state, task.attempt, task.used_units) == ("succeeded", 1, 1)
    assert selectors.get_balance(caller.account_id) == selectors.Balance(999, 0)


@pytest.mark.django_db
def test_a_task_does_not_wait_for_ever(vendors: Vendors, run: Run, travel: Travel, settings: Any, caller: Caller) -> None:
    settings.PROVIDER_DEADLINE_SECONDS, settings.PROVIDER_BREAKER_SECONDS = 100, 1_000
    vendors.add("only", DOWN)
    for _ in range(3):
        run()
    task = run()
    travel(timedelta(seconds=98))
    running.run_attempt(task_id=task.pk)
    assert Task.objects.get(pk=task.pk).state == "queued"
    travel(timedelta(seconds=3))
    running.run_attempt(task_id=task.pk)
    task.refresh_from_db()
    assert (task.state, task.error_kind, task.error_message) == ("failed", "provider_failed", NoneAvailable().message)
    assert Task.objects.select_related("hold").get(pk=task.pk).hold.charged == 0


@pytest.mark.django_db
def test_staff_close_it_by_hand(vendors: Vendors, run: Run) -> None:
    vendors.add("only", DOWN, DOWN, DOWN, says("back"))
    for _ in range(3):
        run()
    state = aitasks_selectors.find_provider_health("only")
    assert state is not None
    assert (state.breaker, state.failures_in_row, state.last_error, state.calls) == ("open", 3, "Down: Down.", 3)
    assert providers.close_breaker(name="only") is True
    assert providers.close_breaker(name="only") is False
    assert run().state == "succeeded"


def test_of_many_processes_one_makes_the_trial(live_database: None, vendors: Vendors, travel: Travel) -> None:
    """Each thread has a connection of its own, as processes have."""
    now = clock.now()
    ProviderHealth.objects.create(name="first", failures_in_row=3, opened_at=now, trial_at=now)
    passed: list[bool] = []
    refused: list[str] = []
    start = threading.Barrier(12)

    def try_it() -> None:
        start.wait()
        try:
            passed.append(admitting._pass_breaker("first"))
        except NotAdmitted as error:
            refused.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=try_it) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (passed, len(refused)) == ([True], 11)
