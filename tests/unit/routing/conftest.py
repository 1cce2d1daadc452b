"""What the tests of routing share: vendors that do as they are told, each behind a row, and calls to a feature that only they can do."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from accounts.identity import Caller
from aitasks import registry, routing
from aitasks.feature import Feature
from aitasks.models import Provider, ProviderCall
from aitasks.providers.port import Access, Delta, Event, Kind, Media, Output, Usage, Work
from aitasks.providers.port import Provider as PortProvider
from aitasks.services import providers, running, submitting
from aitasks.services.providers import Facts
from tasks.models import Task
from tests.apps.relay.features import RELAY
from tests.apps.relay.providers import Runner
from tests.apps.slow.features import SLOW
from tests.factories import people
from tests.factories.credits import leave_credits

Script = Callable[[Work], Iterator[Event]]


@dataclass(slots=True)
class Vendor:
    """A provider that runs one script after the other, a call each, the last one again and again; ``works`` is what it was given."""

    scripts: list[Script]
    serves_steps: tuple[str, ...] = ("slow",)
    works: list[Work] = field(default_factory=list)
    kind: str = "vendor"

    def serves(self, work: Work) -> bool:
        """Return whether the step is one of its own."""
        return work.step in self.serves_steps

    def model(self, work: Work) -> str:
        """Return the model that the router chose, or the usual one."""
        return work.model or "usual-1"

    def run(self, work: Work) -> Iterator[Event]:
        """Run the next script."""
        script = self.scripts[min(len(self.works), len(self.scripts) - 1)]
        self.works.append(work)
        yield from script(work)


def says(text: str) -> Script:
    """Return a script that delivers one text, a unit."""

    def script(work: Work) -> Iterator[Event]:
        yield Usage(1)
        yield Output(0, Media(type="text/plain", text=text))

    return script


def fails(error: Exception, *, after: tuple[Event, ...] = ()) -> Script:
    """Return a script that yields some events and then fails."""

    def script(work: Work) -> Iterator[Event]:
        yield from after
        raise error

    return script


def streams(*pieces: str) -> Script:
    """Return a script that delivers text piece by piece."""

    def script(work: Work) -> Iterator[Event]:
        for number, piece in enumerate(pieces):
            yield Usage(number + 1)
            yield Delta(piece)
        yield Output(0, Media(type="text/plain", text="".join(pieces)))

    return script


class Vendors:
    """The vendors of a test, by the names of their rows."""

    def __init__(self) -> None:
        self.by_name: dict[str, Vendor] = {}

    def connect(self, access: Access) -> PortProvider:
        """Return the vendor behind a row."""
        return self.by_name[access.name]

    def add(self, name: str, *scripts: Script, serves: tuple[str, ...] = ("slow",), **facts: Any) -> Vendor:
        """Make a row with a vendor behind it."""
        self.by_name[name] = Vendor(list(scripts) or [says(name)], serves)
        given: Facts = {"kind": "vendor", **facts}  # type: ignore[typeddict-item]  # a test's own facts
        providers.save_provider(name=name, facts=given)
        return self.by_name[name]


@pytest.fixture
def vendors(monkeypatch: pytest.MonkeyPatch) -> Vendors:
    """Nobody yet, but for the runners of ``relay``."""
    found = Vendors()
    free = Kind(name="vendor", title="Vendor", connect=found.connect, needs_credential=False)
    kinds = {**registry.all_kinds(), "vendor": free, "keyed": replace(free, name="keyed", needs_credential=True)}
    runners = tuple(Runner(step.name) for step in RELAY.steps)
    # The URL map is made once, from the features of its moment: not from this one.
    importlib.import_module("config.urls")
    monkeypatch.setattr(registry, "all_kinds", lambda: kinds)
    monkeypatch.setattr(registry, "all_features", lambda: {"slow": SLOW, "relay": RELAY})
    monkeypatch.setattr(registry, "rowless_providers", lambda: runners)
    routing.forget_offers()
    return found


def make_caller() -> Caller:
    """Return somebody with a thousand credits."""
    user = people.make_user()
    leave_credits(user, 1_000)
    return Caller(account_id=user.account.pk)


@pytest.fixture
def caller(db: None) -> Caller:
    """Who owns the tasks."""
    return make_caller()


@pytest.fixture
def submit(caller: Caller) -> Callable[..., Task]:
    """Calls a feature, ``slow`` if nothing else is said."""

    def call(feature: Feature = SLOW, **parameters: Any) -> Task:
        body = {"prompts": {"prompt": "work"}, **({"pieces": 5} if feature is SLOW else {}), **parameters}
        return submitting.submit(caller=caller, feature=feature, body=body, contract="platform")[0]

    return call


@pytest.fixture
def run(submit: Callable[..., Task]) -> Callable[..., Task]:
    """Calls a feature and makes one attempt at it; returns the task as it is then."""

    def call(feature: Feature = SLOW, **parameters: Any) -> Task:
        task = submit(feature, **parameters)
        running.run_attempt(task_id=task.pk)
        return Task.objects.select_related("hold").get(pk=task.pk)

    return call


@pytest.fixture
def work(tmp_path: Path) -> Callable[..., Work]:
    """Makes a piece of work."""

    def make(step: str = "slow", *, target: str = "text", model: str = "", source: str = "", **parameters: Any) -> Work:
        return Work(
            step=step, source=Media(type=source) if source else None, prompt="work", negative="", target=target, parameters=parameters,
            folder=tmp_path, model=model,
        )  # fmt: skip

    return make


def calls_of(task: Task) -> list[tuple[str, str, str]]:
    """Return who was asked, how it ended and with which error, in order."""
    return list(ProviderCall.objects.filter(task=task).order_by("pk").values_list("provider", "outcome", "error_kind"))


def row(name: str) -> Provider:
    """Return a provider's row."""
    return Provider.objects.get(name=name)
