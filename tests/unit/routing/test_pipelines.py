"""P-1.3: steps as data, one task, one price, one progress, results from the steps; a step's failure retries that step only."""

from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.identity import Caller
from aitasks import registry
from aitasks.models import FinishedStep
from aitasks.providers import faults
from aitasks.services import running
from billing import selectors
from tasks.models import Output, Task
from tasks.services import files
from tests.apps.relay.features import RELAY
from tests.unit.routing.conftest import Vendors, calls_of, fails

Run = Callable[..., Task]

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P-1.3"), pytest.mark.usefixtures("vendors")]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Where the steps note that they were done."""
    return tmp_path / "journal"


def outputs(task: Task) -> list[str | None]:
    return list(Output.objects.filter(task=task).order_by("index").values_list("text", flat=True))


def test_one_task_one_price_one_progress_and_the_last_step_is_who_did_it(run: Run, journal: Path, caller: Caller) -> None:
    task = run(RELAY, journal=str(journal))
    assert (task.state, task.attempt, task.progress, task.used_units) == ("succeeded", 1, 100, 3)
    assert (task.provider, task.model) == ("relay-signer", "relay-sign-1")
    assert outputs(task) == ["relay-plan", "relay-plan relay-make", "relay-plan relay-make relay-sign"]
    assert [event.data.get("progress") for event in task.events.order_by("seq")][1:-1] == [12, 12, 50, 50, 87, 87]
    assert [name for name, _, _ in calls_of(task)] == ["relay-planer", "relay-makeer", "relay-signer"]
    assert selectors.get_balance(caller.account_id) == selectors.Balance(997, 0)


def test_a_failing_step_is_tried_again_alone(run: Run, journal: Path, caller: Caller) -> None:
    task = run(RELAY, journal=str(journal), fails=2)
    assert (task.state, task.attempt, task.used_units) == ("queued", 1, 1)
    assert outputs(task) == ["relay-plan"]
    assert list(FinishedStep.objects.values_list("number", "step", "data", "units")) == [(0, "relay-plan", {"said": "relay-plan"}, 1)]
    for attempt in (2, 3):
        running.run_attempt(task_id=task.pk)
        task.refresh_from_db()
        assert task.attempt == attempt
    assert (task.state, task.used_units) == ("succeeded", 3)
    assert journal.read_text().split() == ["relay-plan", *["relay-make"] * 3, "relay-sign"]
    assert outputs(task) == ["relay-plan", "relay-plan relay-make", "relay-plan relay-make relay-sign"]
    assert [event.data["index"] for event in task.events.filter(kind="partial").order_by("seq")] == [0, 1, 2]
    assert selectors.get_balance(caller.account_id) == selectors.Balance(997, 0)


def test_a_step_that_is_refused_ends_the_task_which_costs_what_was_delivered(run: Run, journal: Path, caller: Caller) -> None:
    task = run(RELAY, journal=str(journal), fails=1, how="refused")
    assert (task.state, task.attempt, task.error_kind) == ("failed", 1, "invalid")
    assert outputs(task) == ["relay-plan"]
    assert selectors.get_balance(caller.account_id) == selectors.Balance(999, 0)


def test_steps_go_to_different_providers_and_fall_back_each_for_itself(vendors: Vendors, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    planner, maker, signer = registry.rowless_providers()
    monkeypatch.setattr(registry, "rowless_providers", lambda: (planner, signer))
    vendors.add("makers", fails(faults.Down("Down.")), serves=("relay-make",), priority=1)
    vendors.add("others", maker.run, serves=("relay-make",), priority=2)
    task = run(RELAY)
    assert (task.state, task.attempt, task.provider) == ("succeeded", 1, "relay-signer")
    assert {name: outcome for name, outcome, _ in calls_of(task)} == {
        "relay-planer": "succeeded", "makers": "failed", "others": "succeeded", "relay-signer": "succeeded",
    }  # fmt: skip
    assert outputs(task)[-1] == "relay-plan relay-make relay-sign"


def test_a_pipeline_that_has_ended_is_removed_with_its_steps(run: Run, caller: Caller, journal: Path) -> None:
    task = run(RELAY, journal=str(journal))
    assert FinishedStep.objects.count() == 2
    files.remove_task(account_id=caller.account_id, task_id=task.pk)
    assert (FinishedStep.objects.count(), task.provider_calls.count()) == (0, 0)
