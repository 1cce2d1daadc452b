"""P-3.3: what each failure of a vendor leads to, over real HTTP with its own SDK; ``docs/provider-failures.md`` is this table in words.

The task is ``text2text``; a row at the fake does its second step, and the embedded provider is next in line.
"""

import importlib
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from aitasks.models import ProviderCall, ProviderHealth
from aitasks.services import providers, running
from billing.models import Hold
from common import clock
from tasks.models import Task
from tests.conftest import Actor
from tests.fakes.openai.server import KEY, FakeOpenAI, openai_server

__all__ = ["openai_server"]

RunJobs = Callable[[], int]
TEXT2TEXT = "/api/ai/text2text"
PROMPT = "What is 2 + 3?"
PAGE = Path(__file__).resolve().parents[3] / "docs" / "provider-failures.md"
MEMORY_BYTES_MAX = 40_000_000
NEXT, CALLER, BROKEN = "next provider", "the caller hears it", "broken off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A row of the table: how the fake fails, what we call that, what it leads to."""

    trouble: dict[str, Any] = field(default_factory=dict)
    error: str
    leads_to: str
    base_url: str = ""


CASES = {
    "connection refused": Case(base_url="http://127.0.0.1:9/v1", error="Down", leads_to=NEXT),
    "400": Case(trouble={"status": 400, "message": "Too hot."}, error="Refused", leads_to=CALLER),
    "401": Case(trouble={"status": 401, "message": f"Wrong key {KEY}"}, error="KeyRefused", leads_to=NEXT),
    "429 with Retry-After": Case(trouble={"status": 429, "headers": {"Retry-After": "7"}}, error="Busy", leads_to=NEXT),
    "500": Case(trouble={"status": 500}, error="Down", leads_to=NEXT),
    "503": Case(trouble={"status": 503}, error="Down", leads_to=NEXT),
    "no answer": Case(trouble={"how": "hang"}, error="TookTooLong", leads_to=NEXT),
    "one byte a second": Case(trouble={"how": "drip"}, error="TookTooLong", leads_to=NEXT),
    "garbage": Case(trouble={"how": "garbage"}, error="Garbled", leads_to=NEXT),
    "cut off before the first piece": Case(trouble={"how": "truncate"}, error="Down", leads_to=NEXT),
    "cut off after it": Case(trouble={"how": "truncate", "after": 2}, error="StreamBroken", leads_to=BROKEN),
    "100 MB": Case(trouble={"how": "flood"}, error="Garbled", leads_to=NEXT),
}

pytestmark = pytest.mark.clause("P-3.3")


def make_row(base_url: str, **facts: Any) -> None:
    """Make a provider of the fake's model."""
    models = [{"name": "gpt-test", "steps": ["intent2text", "chat"], "targets": ["text"]}]
    given: Any = {"kind": "openai", "base_url": base_url, "model_list": models, "priority": 5} | facts
    providers.save_provider(name="fake", facts=given, credential=KEY)


def call(user: Actor, run_jobs: RunJobs, **parameters: Any) -> dict[str, Any]:
    """Call the feature, run what is due, and return the task as its owner sees it."""
    body = {"prompts": {"prompt": PROMPT}} | parameters
    location = user.api.post(TEXT2TEXT, body, headers={"Prefer": "respond-async"}).headers["location"]
    run_jobs()
    shown: dict[str, Any] = user.api.get(location).json
    return shown


@pytest.fixture(autouse=True)
def hurried(settings: Settings) -> None:
    """Nothing is waited for longer than a moment; the SDK, which takes long to import, is there."""
    importlib.import_module("openai")
    settings.PROVIDER_TIMEOUT_SECONDS = settings.PROVIDER_STREAM_IDLE_SECONDS = 1.5
    settings.PROVIDER_BREAKER_FAILURES = 2


@pytest.mark.parametrize("name", CASES)
def test_what_a_failure_leads_to(user: Actor, run_jobs: RunJobs, openai_server: FakeOpenAI, name: str) -> None:
    case = CASES[name]
    make_row(case.base_url or openai_server.base_url)
    if case.trouble:
        openai_server.fail(**case.trouble)
    task = call(user, run_jobs)
    tries = list(ProviderCall.objects.filter(step="intent2text").order_by("started_at").values_list("provider", "outcome", "error_kind"))
    health = ProviderHealth.objects.get(name="fake")
    assert KEY not in str(task) + health.last_error
    assert Hold.objects.get().charged == int(task["usage"]["credits"])
    if case.leads_to == NEXT:
        assert tries == [("fake", "failed", case.error), ("local", "succeeded", "")]
        assert (task["status"], task["attempt"], task["provider"], task["usage"]["credits"]) == ("succeeded", 1, "local", "1")
        assert health.failures_in_row == 1
    elif case.leads_to == CALLER:
        assert tries == [("fake", "refused", case.error)]
        assert (task["status"], task["attempt"], task["usage"]["credits"]) == ("failed", 1, "0")
        assert task["error"] == {"code": 3, "message": "The AI provider refuses this: Too hot."}
        assert health.failures_in_row == 0
    else:
        assert tries == [("fake", "broken", case.error)]
        assert (task["status"], task["attempt"], task["usage"]["credits"], task["error"]["code"]) == ("failed", 1, "1", 13)
        assert (Task.objects.get().used_units, health.failures_in_row) == (len(PROMPT) + len("All is "), 1)


def test_a_hundred_megabytes_leave_memory_flat(user: Actor, run_jobs: RunJobs, openai_server: FakeOpenAI, settings: Settings) -> None:
    settings.PROVIDER_TIMEOUT_SECONDS = 20
    make_row(openai_server.base_url)
    openai_server.fail(how="flood")
    tracemalloc.start()
    try:
        assert call(user, run_jobs)["provider"] == "local"
        assert tracemalloc.get_traced_memory()[1] < MEMORY_BYTES_MAX
    finally:
        tracemalloc.stop()


def test_the_wait_that_was_asked_for_is_kept(user: Actor, run_jobs: RunJobs, openai_server: FakeOpenAI, travel: Any) -> None:
    make_row(openai_server.base_url)
    openai_server.fail(status=429, headers={"Retry-After": "7"})
    call(user, run_jobs)
    assert ProviderHealth.objects.get().kept_out_until == clock.now() + timedelta(seconds=7)
    call(user, run_jobs)
    assert len(openai_server.requests) == 1
    travel(timedelta(seconds=7))
    assert call(user, run_jobs)["provider"] == "openai"


def test_our_credentials_refused_and_nobody_else_is_our_fault(user: Actor, run_jobs: RunJobs, openai_server: FakeOpenAI) -> None:
    """With no attempt left it is code 13, and never the caller's 401."""
    make_row(openai_server.base_url)
    openai_server.fail(status=401, message=f"Wrong key {KEY}", times=9)
    task = call(user, run_jobs, model="gpt-test")
    assert (task["status"], task["attempt"]) == ("queued", 1)
    Task.objects.update(attempt=2)
    running.run_attempt(task_id=Task.objects.get().pk)
    shown = user.api.get(f"{TEXT2TEXT}/{task['id']}").json
    assert (shown["status"], shown["error"]["code"], shown["usage"]) == ("failed", 13, {"credits": "0", "reserved": "0"})
    assert KEY not in str(shown)


def test_a_stream_that_never_ends_is_left_at_its_deadline(
    user: Actor, run_jobs: RunJobs, openai_server: FakeOpenAI, settings: Settings
) -> None:
    """Busy all the time, and yet no end: the whole has a deadline too; what was sent is charged."""
    settings.PROVIDER_DEADLINE_SECONDS = 0.6
    make_row(openai_server.base_url)
    openai_server.reply, openai_server.piece_seconds = "word " * 200, 0.1
    task = call(user, run_jobs)
    assert (task["status"], task["error"]["code"], task["usage"]["credits"]) == ("failed", 13, "1")
    assert openai_server.left.wait(2)


def test_a_model_that_nobody_has_is_not_implemented(user: Actor) -> None:
    reply = user.api.post(TEXT2TEXT, {"prompts": {"prompt": PROMPT}, "model": "gpt-gone"})
    assert (reply.status, reply.json["code"]) == (501, 12)
    assert reply.json["message"].endswith("Leave model out, and the platform chooses.")
    assert Task.objects.count() == 0


def test_the_page_tells_of_every_case() -> None:
    rows = [line.split("|")[1:4] for line in PAGE.read_text().splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    said = {name.strip(): (error.strip(" `"), leads_to.strip()) for name, error, leads_to in rows[1:]}
    assert list(said) == list(CASES)
    for name, case in CASES.items():
        assert said[name][0] == case.error
        assert said[name][1].startswith(case.leads_to)
