"""P-1.4, P-3.3: who is chosen, by what a call needs, priority, weight and health; and what is refused at once."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from accounts.identity import Caller
from aitasks import routing
from aitasks.models import Provider, ProviderHealth
from aitasks.providers.port import Work
from aitasks.routing import NoProvider, UnknownModel
from aitasks.services import providers, submitting
from billing import selectors
from common.errors import Kind
from tasks.models import Task
from tests.apps.relay.features import RELAY
from tests.apps.slow.features import SLOW
from tests.unit.routing.conftest import Vendors, calls_of, row

MakeWork = Callable[..., Work]
Run = Callable[..., Task]
MODELS = [
    {"name": "small-1", "steps": ["slow"], "targets": ["text"], "limits": {"pieces": 3}},
    {"name": "large-1", "steps": ["slow"], "targets": ["text"], "limits": {"pieces": 10}},
    {"name": "painter-1", "steps": ["draw"], "targets": ["image"]},
]

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P-1.4", "P-3.3")]


def reasons(work: Work, **how: Any) -> dict[str, str]:
    """Return why each provider is left out."""
    return {each.name: each.reason for each in routing.fit(work, **how)[1]}


def chosen(work: Work) -> list[tuple[str, str]]:
    """Return who can do the work, with which model."""
    return [(each.offer.name, each.model) for each in routing.fit(work)[0]]


@pytest.mark.parametrize(("pieces", "model"), [(1, "small-1"), (3, "small-1"), (4, "large-1"), (10, "large-1")])
def test_the_first_model_within_its_limits_does_it(vendors: Vendors, work: MakeWork, pieces: int, model: str) -> None:
    vendors.add("one", model_list=MODELS)
    assert chosen(work(pieces=pieces)) == [("one", model)]


def test_what_nobody_can_do_is_refused_with_what_it_was(vendors: Vendors, work: MakeWork) -> None:
    vendors.add("one", model_list=MODELS)
    with pytest.raises(NoProvider) as refused:
        routing.fit(work(pieces=11))
    assert (refused.value.kind, refused.value.message) == (Kind.UNSUPPORTED, "No provider can do slow to text with these parameters.")
    with pytest.raises(NoProvider):
        routing.fit(work("draw", target="text"))


def test_why_each_of_the_others_cannot(vendors: Vendors, work: MakeWork, monkeypatch: pytest.MonkeyPatch) -> None:
    vendors.add("able")
    vendors.add("narrow", model_list=MODELS[:1])
    vendors.add("off", is_on=False)
    vendors.add("other", serves=("draw",))
    vendors.add("keyless", credential_variable="PROVIDER_MISSING_KEY", kind="keyed")
    assert reasons(work(pieces=5)) == {
        "relay-planer": "does no slow to text",
        "relay-makeer": "does no slow to text",
        "relay-signer": "does no slow to text",
        "narrow": "pieces is more than small-1 does (3 at most)",
        "off": "switched off",
        "other": "does no slow to text",
        "keyless": "its credential is missing (PROVIDER_MISSING_KEY)",
        "local": "does no slow to text",
    }


def test_a_model_asked_for_by_name_is_used(vendors: Vendors, run: Run) -> None:
    vendors.add("first", model_list=MODELS)
    vendors.add("second", model_list=[{"name": "special-1"}], priority=20)
    task = run(pieces=2, model="special-1")
    assert (task.state, task.provider, task.model) == ("succeeded", "vendor", "special-1")
    assert calls_of(task) == [("second", "succeeded", "")]
    work = vendors.by_name["second"].works[0]
    assert (work.model, "model" in work.parameters) == ("special-1", False)


def test_a_model_that_nobody_has_is_refused_at_once(vendors: Vendors, caller: Caller) -> None:
    vendors.add("first", model_list=MODELS)
    for model, pieces in (("gone-1", 1), ("small-1", 4)):
        body = {"prompts": {"prompt": "work"}, "pieces": pieces, "model": model}
        with pytest.raises(UnknownModel) as refused:
            submitting.submit(caller=caller, feature=SLOW, body=body, contract="platform")
        assert refused.value.kind == Kind.UNSUPPORTED
        assert refused.value.message == (
            f"No provider here has a model {model} that can do slow to text with these parameters. "
            "Leave model out, and the platform chooses."
        )
    assert Task.objects.count() == 0
    assert selectors.get_balance(caller.account_id) == selectors.Balance(1_000, 0)


def test_what_another_process_has_added_a_moment_ago_is_found(vendors: Vendors, work: MakeWork) -> None:
    vendors.add("first", model_list=MODELS)
    asked = replace(work(), model="late-1")
    with pytest.raises(UnknownModel):
        chosen(asked)
    Provider.objects.filter(name="first").update(model_list=[{"name": "late-1"}])
    assert chosen(asked) == [("first", "late-1")]


@pytest.mark.clause("P-1.3")
def test_a_model_asked_of_a_pipeline_is_for_its_last_step(vendors: Vendors, run: Run, caller: Caller) -> None:
    vendors.add("signers", serves=("relay-sign",), model_list=[{"name": "pen-1"}])
    task = run(RELAY, model="pen-1")
    assert (task.state, task.model) == ("succeeded", "pen-1")
    assert {name for name, _, _ in calls_of(task)} == {"relay-planer", "relay-makeer", "signers"}
    with pytest.raises(UnknownModel):
        submitting.submit(caller=caller, feature=RELAY, body={"prompts": {"prompt": "x"}, "model": "relay-plan-1"}, contract="platform")


def test_the_lower_priority_is_asked_first_whatever_its_weight(vendors: Vendors, run: Run) -> None:
    vendors.add("second", priority=11, weight=1_000)
    vendors.add("first", priority=10, weight=1)
    assert [calls_of(run())[0][0] for _ in range(5)] == ["first"] * 5


def test_weights_share_the_work(vendors: Vendors, work: MakeWork) -> None:
    vendors.add("three", weight=30)
    vendors.add("one", weight=10)
    counted = shares(work())
    assert 700 <= counted["three"] <= 800
    assert counted["three"] + counted["one"] == 1_000


def test_errors_and_slowness_take_work_away_but_not_all(vendors: Vendors, work: MakeWork) -> None:
    vendors.add("good")
    vendors.add("bad")
    assert 450 <= shares(work())["good"] <= 550
    ProviderHealth.objects.create(name="good", error_rate=0.0, latency_ms=100)
    ProviderHealth.objects.create(name="bad", error_rate=0.5, latency_ms=400)
    assert 750 <= shares(work())["good"] <= 850
    ProviderHealth.objects.filter(name="bad").update(error_rate=1.0)
    left = shares(work())["bad"]
    assert 20 <= left <= 80


def shares(work: Work) -> Counter[str]:
    """Return how often each is first among a thousand pieces of work."""
    able = routing.fit(work)[0]
    health = ProviderHealth.objects.in_bulk()
    return Counter(routing.rank(able, health=health, key=f"task-{number}")[0].offer.name for number in range(1_000))


def test_the_same_work_meets_the_same_provider_again(vendors: Vendors, work: MakeWork) -> None:
    for name in ("one", "two", "three"):
        vendors.add(name)
    able = routing.fit(work())[0]
    orders = [[each.offer.name for each in routing.rank(turned, health={}, key="task-1")] for turned in (able, able[::-1])]
    assert orders[0] == orders[1]
    assert routing.rank(able, health={}, key="task-1", first=orders[0][2])[0].offer.name == orders[0][2]


def test_the_record_says_why_the_others_were_not_asked(vendors: Vendors, run: Run) -> None:
    vendors.add("chosen", priority=5)
    vendors.add("later", priority=6)
    vendors.add("off", is_on=False)
    task = run()
    call = task.provider_calls.get()
    assert (call.provider, call.kind, call.model, call.step, call.attempt, call.outcome) == (
        "chosen",
        "vendor",
        "usual-1",
        "slow",
        1,
        "succeeded",
    )
    said = {each["provider"]: each["reason"] for each in call.considered}
    assert (said["later"], said["off"], said["local"]) == ("next in line (priority 6)", "switched off", "does no slow to text")


def test_a_row_that_is_switched_off_or_gone_strange_stops_nobody_else(vendors: Vendors, run: Run) -> None:
    vendors.add("strange")
    row("strange").__class__.objects.filter(name="strange").update(kind="forgotten")
    vendors.add("good", priority=20)
    task = run()
    assert calls_of(task) == [("good", "succeeded", "")]
    said = {each["provider"]: each["reason"] for each in task.provider_calls.get().considered}
    assert said["strange"] == "no installed app knows the kind forgotten"
    assert providers.switch_provider(name="good", on=False) is True
    assert providers.switch_provider(name="good", on=False) is False
    with pytest.raises(NoProvider):
        run()
