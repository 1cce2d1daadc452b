"""P-3.1: providers are rows: made from the environment once, changed in the admin, with credentials that nobody sees again."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import AuditEntry
from aitasks import registry, routing
from aitasks.models import Provider
from aitasks.providers import faults, port
from aitasks.providers.port import Access
from aitasks.routing.offers import find_credential
from aitasks.selectors import list_provider_health
from aitasks.services import providers
from aitasks.services.providers import ProviderInvalid
from tests.factories import people
from tests.unit.routing.conftest import Vendors, fails, row

SECRET = "sk-very-secret-0123456789"
ADD, LIST = reverse("admin:aitasks_provider_add"), reverse("admin:aitasks_provider_changelist")
FORM = {
    "name": "openai-eu", "kind": "openai", "is_on": "on", "base_url": "https://eu.example.com/v1", "credential_variable": "",
    "credential": SECRET, "model_list": '[{"name": "gpt-eu", "steps": ["chat"], "targets": ["text"], "limits": {"maxCharacters": 900}}]',
    "priority": "5", "weight": "3", "concurrency_max": "7",
}  # fmt: skip

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P-3.1")]


@pytest.fixture
def desk(tmp_path: Any, settings: Settings) -> Client:
    """A browser in which staff is signed in to the admin."""
    settings.STATIC_ROOT = tmp_path
    client = Client()
    client.force_login(people.make_user(email="staff@example.com", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def environment(settings: Settings) -> Iterator[Settings]:
    """Settings as an environment with keys would make them."""
    yield settings
    registry.forget()
    routing.forget_offers()


def facts() -> list[tuple[str, str, str, str, int, bool]]:
    return list(Provider.objects.order_by("name").values_list("name", "kind", "base_url", "credential_variable", "priority", "is_on"))


def test_a_start_without_keys_makes_the_embedded_one() -> None:
    assert providers.seed_providers() == 1
    assert facts() == [("local", "local", "", "", 20, True)]


def test_the_first_start_makes_rows_by_reference_and_later_ones_leave_them_alone(environment: Settings) -> None:
    environment.OPENAI_API_KEY, environment.OPENAI_MODELS = SECRET, ("gpt-large", "gpt-small")
    assert providers.seed_providers() == 2
    assert facts() == [("local", "local", "", "", 20, True), ("openai", "openai", "", "OPENAI_API_KEY", 10, True)]
    names = [model["name"] for model in row("openai").model_list]
    assert names[:2] == ["gpt-large", "gpt-small"]
    assert SECRET not in json.dumps(list(Provider.objects.values()), default=str)
    Provider.objects.filter(name="openai").update(is_on=False, priority=99)
    environment.OPENAI_BASE_URL = "http://127.0.0.1:1/v1"
    assert providers.seed_providers() == 0
    assert facts()[1] == ("openai", "openai", "", "OPENAI_API_KEY", 99, False)
    assert find_credential(row("openai")) == SECRET


def test_a_server_without_keys_is_seeded_with_its_models_only(environment: Settings) -> None:
    environment.OPENAI_BASE_URL, environment.OPENAI_MODELS = "http://127.0.0.1:11434/v1", ("llama3.2",)
    providers.seed_providers()
    assert facts()[1] == ("openai", "openai", "http://127.0.0.1:11434/v1", "", 10, True)
    assert [model["name"] for model in row("openai").model_list] == ["llama3.2"]


def test_without_rows_the_embedded_one_is_there_and_with_others_too_until_its_row_says_otherwise() -> None:
    def names() -> list[str]:
        routing.forget_offers()
        return [offer.name for offer in routing.list_offers() if not offer.problem]

    assert names() == ["local"]
    providers.save_provider(name="mine", facts={"kind": "openai", "base_url": "http://127.0.0.1:1/v1"})
    assert sorted(names()) == ["local", "mine"]
    providers.save_provider(name="local", facts={"kind": "local", "is_on": False})
    assert names() == ["mine"]


def test_a_sealed_credential_reaches_the_provider_and_nobody_else(vendors: Vendors, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Access] = []
    connect = vendors.connect

    def note(access: Access) -> port.Provider:
        given.append(access)
        return connect(access)

    monkeypatch.setattr(vendors, "connect", note)
    vendors.add("first")
    kind = registry.all_kinds()["vendor"]
    kinds = {"vendor": replace(kind, connect=vendors.connect, needs_credential=True)}
    monkeypatch.setattr(registry, "all_kinds", lambda: kinds)
    providers.save_provider(name="first", facts={}, credential=SECRET)
    routing.list_offers()
    assert (given[-1].credential, SECRET in repr(given[-1])) == (SECRET, False)
    kept = row("first")
    assert SECRET not in kept.credential_sealed
    assert SECRET not in repr(list_provider_health()) + repr(routing.list_offers())


def test_another_secret_key_opens_nothing_and_stops_that_provider_alone(vendors: Vendors, settings: Settings) -> None:
    vendors.add("first")
    vendors.add("second")
    providers.save_provider(name="first", facts={}, credential=SECRET)
    settings.SECRET_KEY = "another secret of forty characters, more or less"
    routing.forget_offers()
    problems = {offer.name: offer.problem for offer in routing.list_offers() if offer.kind == "vendor"}
    assert problems == {"first": "What was kept cannot be opened: SECRET_KEY is another one than when it was sealed.", "second": ""}


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"kind": "smoke"}, "kind", "Must be one of"),
        ({"base_url": "ftp://x"}, "base_url", "Must be an absolute http or https address."),
        ({"base_url": "example.com"}, "base_url", "Must be an absolute http or https address."),
        ({"credential_variable": "SECRET_KEY"}, "credential_variable", "or begin with PROVIDER_."),
        ({"credential_variable": "STRIPE_API_KEY"}, "credential_variable", "or begin with PROVIDER_."),
        ({"model_list": {"name": "x"}}, "model_list", "models: Input should be a valid list."),
        ({"model_list": [{}]}, "model_list", "0.name: Field required."),
        ({"model_list": [{"name": "x", "limits": {"count": "2"}}]}, "model_list", "0.limits.count: Input should be a valid integer."),
        ({"model_list": [{"name": "x", "colour": 1}]}, "model_list", "0.colour: Extra inputs are not permitted."),
        ({"model_list": [{"name": "x", "cost": -1}]}, "model_list", "0.cost: Input should be greater than or equal to 0."),
    ],
)
def test_what_a_row_may_not_be_is_said_at_its_field(change: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(ProviderInvalid) as refused:
        providers.save_provider(name="x", facts={"kind": "openai", **change})  # type: ignore[typeddict-item]  # wrong on purpose
    assert said in refused.value.details[field][0]
    assert Provider.objects.count() == 0


def test_staff_make_one_and_its_credential_is_never_shown_again(desk: Client) -> None:
    assert desk.post(ADD, FORM).status_code == 302
    made = row("openai-eu")
    assert (made.kind, made.priority, made.weight, made.concurrency_max, made.is_on) == ("openai", 5, 3, 7, True)
    assert find_credential(made) == SECRET
    change = reverse("admin:aitasks_provider_change", args=[made.pk])
    paths = (change, LIST, reverse("admin:aitasks_provider_history", args=[made.pk]))
    pages = [desk.get(path).content.decode() for path in paths]
    assert [SECRET in text or made.credential_sealed in text for text in pages] == [False] * 3
    assert SECRET not in json.dumps(list(AuditEntry.objects.values()), default=str)
    assert desk.post(change, FORM | {"credential": "", "weight": "4"}).status_code == 302
    made.refresh_from_db()
    assert (made.weight, find_credential(made)) == (4, SECRET)
    assert desk.post(change, FORM | {"credential": "", "forget_credential": "on"}).status_code == 302
    made.refresh_from_db()
    assert made.credential_sealed == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model_list": "[{]"}, "Enter a valid JSON"),
        ({"model_list": '[{"steps": []}]'}, "0.name: Field required."),
        ({"weight": "0"}, "provider_weight_positive"),
        ({"credential_variable": "OPENAI_API_KEY"}, "Give a variable or a credential, not both."),
        ({"credential_variable": "HOME", "credential": ""}, "or begin with PROVIDER_."),
        ({"name": "no spaces"}, "Enter a valid"),
    ],
)
def test_the_form_says_what_is_wrong_and_saves_nothing(desk: Client, change: dict[str, str], said: str) -> None:
    reply = desk.post(ADD, FORM | change)
    assert reply.status_code == 200
    assert said in reply.content.decode()
    assert SECRET not in reply.content.decode()
    assert Provider.objects.count() == 0


def test_staff_switch_off_and_close_breakers(desk: Client, vendors: Vendors) -> None:
    vendors.add("one")
    vendors.add("two")
    chosen = {"_selected_action": [str(row("one").pk)]}
    assert "1 providers switched off." in desk.post(LIST, {"action": "switch_off", **chosen}, follow=True).content.decode()
    assert (row("one").is_on, row("two").is_on) == (False, True)
    assert [offer.problem for offer in routing.list_offers() if offer.name == "one"] == ["switched off"]
    desk.post(LIST, {"action": "switch_on", **chosen})
    assert row("one").is_on
    assert "0 breakers closed" in desk.post(LIST, {"action": "close_breaker", **chosen}, follow=True).content.decode()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["provider.switch_off", "provider.switch_on"]


def test_the_tasks_page_tells_the_decision(desk: Client, vendors: Vendors, run: Callable[..., Any]) -> None:
    vendors.add("first", fails(faults.Down("The AI provider does not work.")), priority=1)
    vendors.add("second", priority=2)
    vendors.add("sleeping", is_on=False)
    task = run()
    text = desk.get(reverse("admin:tasks_task_change", args=[task.pk])).content.decode()
    for said in ("first (usual-1)", "second (usual-1)", "Down: The AI provider does not work.", "<b>sleeping</b>: switched off",
                 "<b>first</b>: failed just now (Down)", "<b>second</b>: next in line (priority 2)"):  # fmt: skip
        assert said in text
    listed = desk.get(reverse("admin:aitasks_providercall_changelist"), {"provider": "second"}).content.decode()
    assert "second (usual-1)" in listed
    assert "first (usual-1)" not in listed
