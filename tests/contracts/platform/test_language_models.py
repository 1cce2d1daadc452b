"""P-1.4, P-3: a language model in the product: who is chosen, and what is charged, also when the vendor breaks or the caller leaves."""

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from aitasks import registry
from aitasks.services import ending
from billing.models import Hold
from tasks.models import Task
from tests.conftest import Actor
from tests.fakes.openai.server import KEY, FakeOpenAI, forget_providers, openai_configured, openai_server

__all__ = ["openai_configured", "openai_server"]

TEXT2TEXT, INSPIRE, TRANSFORM = "/api/ai/text2text", "/api/ai/inspire", "/api/ai/transform"
CALL = {"prompts": {"prompt": "Say that all is well."}, "target": {"type": "text"}}
ALONE = CALL | {"model": "gpt-test"}
"""A call that nobody else can do: the embedded provider has no such model."""
PROMPT_CHARACTERS = len("Say that all is well.")
REPLY = "All is well here today."
RunJobs = Callable[[], int]
Worker = Callable[[], AbstractContextManager[None]]
Travel = Callable[[timedelta], None]


def submit(user: Actor, path: str, call: dict[str, Any]) -> str:
    """Submit a call without waiting for its end, and return where its task is."""
    return user.api.post(path, call, headers={"Prefer": "respond-async"}).headers["location"]


def deltas(user: Actor, location: str) -> str:
    """Return the text that the task's readers have seen."""
    with user.api.stream("GET", f"{location}/events") as stream:
        return "".join(chunk["delta"]["text"] for _, chunk in stream.events() if chunk != "[DONE]" and "delta" in chunk)


@pytest.fixture(autouse=True)
def configured(openai_configured: FakeOpenAI) -> FakeOpenAI:
    """Every test here has the provider."""
    return openai_configured


def test_providers_are_asked_in_order() -> None:
    assert [provider.kind for provider in registry.all_providers()][-4:] == ["openai", "openai", "openai-assistants", "local"]
    assert registry.find_keeper("openai") is not None
    assert registry.find_keeper("openai-assistants") is not None
    assert registry.find_keeper("local") is None


def test_without_models_there_is_none(settings: Any) -> None:
    settings.OPENAI_MODELS = ()
    forget_providers()
    assert "openai" not in {provider.kind for provider in registry.all_providers()}
    assert registry.find_keeper("openai") is None


@pytest.mark.clause("P-1.4", "P-3.2")
@pytest.mark.parametrize(
    ("path", "call"),
    [
        (TEXT2TEXT, CALL),
        (INSPIRE, CALL | {"source": {"data": {"text": "Is all well?"}}}),
        (TRANSFORM, CALL | {"source": {"data": {"text": "all is well"}}}),
    ],
)
def test_text_features_are_done_by_the_model(user: Actor, run_jobs: RunJobs, path: str, call: dict[str, Any]) -> None:
    location = submit(user, path, call)
    run_jobs()
    task = user.api.get(location).json
    assert (task["status"], task["provider"], task["model"], task["attempt"]) == ("succeeded", "openai", "gpt-test", 1)
    assert task["target"]["data"]["text"] == REPLY
    assert task["usage"] == {"credits": "1", "reserved": "0"}
    assert deltas(user, location) == REPLY
    source = len(call["source"]["data"]["text"]) if "source" in call else 0
    assert Task.objects.get().used_units == PROMPT_CHARACTERS + source + len(REPLY)


def test_images_stay_with_the_embedded_provider(user: Actor, run_jobs: RunJobs, openai_server: FakeOpenAI) -> None:
    location = submit(user, "/api/ai/imagine", {"prompts": {"prompt": "a red ball"}, "target": {"type": "image"}})
    run_jobs()
    assert user.api.get(location).json["provider"] == "local"
    assert openai_server.requests == []


@pytest.mark.parametrize("how", ["truncate", "cut", "garbage"])
def test_broken_stream_is_charged_for_what_was_sent(user: Actor, run_jobs: RunJobs, openai_server: FakeOpenAI, how: str) -> None:
    openai_server.reply = "word " * 500
    openai_server.fail(how=how, after=300)
    location = submit(user, TEXT2TEXT, CALL)
    run_jobs()
    task = user.api.get(location).json
    assert (task["status"], task["attempt"], task["error"]["code"]) == ("failed", 1, 13)
    assert task["usage"] == {"credits": "2", "reserved": "0"}
    assert deltas(user, location) == "word " * 300
    assert Task.objects.get().used_units == PROMPT_CHARACTERS + 1_500
    assert Hold.objects.get().charged == 2


@pytest.mark.clause("P-3.3")
def test_passing_failure_is_tried_again_and_charged_once(user: Actor, run_jobs: RunJobs, openai_server: FakeOpenAI, travel: Travel) -> None:
    openai_server.fail(status=503)
    openai_server.fail(how="truncate")
    location = submit(user, TEXT2TEXT, ALONE)
    for _ in range(3):
        run_jobs()
        travel(timedelta(seconds=10))
    task = user.api.get(location).json
    assert (task["status"], task["attempt"], task["usage"]["credits"]) == ("succeeded", 3, "1")
    assert deltas(user, location) == REPLY


@pytest.mark.clause("P-3.3")
@pytest.mark.parametrize(("status", "attempts", "code"), [(400, 1, 3), (413, 1, 3), (401, 3, 13), (404, 3, 13), (500, 3, 13)])
def test_failure_costs_nothing(
    user: Actor, run_jobs: RunJobs, openai_server: FakeOpenAI, travel: Travel, *, status: int, attempts: int, code: int
) -> None:
    openai_server.fail(status=status, message=f"Wrong key {KEY}" if status != 400 else "Too hot.", times=9)
    location = submit(user, TEXT2TEXT, ALONE)
    for _ in range(4):
        run_jobs()
        travel(timedelta(seconds=10))
    reply = user.api.get(location)
    task = reply.json
    assert (task["status"], task["attempt"], task["error"]["code"]) == ("failed", attempts, code)
    assert task["usage"] == {"credits": "0", "reserved": "0"}
    assert reply.status == 200
    if status != 413:
        assert KEY not in json.dumps(task)


@pytest.mark.parametrize("after", [0, 40])
def test_cancelling_ends_the_request_within_two_seconds(user: Actor, worker: Worker, openai_server: FakeOpenAI, after: int) -> None:
    """Whether the vendor is in the middle of its reply or has not begun: nobody generates for a caller who has gone."""
    openai_server.reply = "word " * 200
    openai_server.fail(how="hang", after=after)
    with worker():
        location = submit(user, TEXT2TEXT, CALL)
        wait_for(lambda: len(openai_server.requests) == 1 and Task.objects.get().used_units >= 5 * after)
        ending.cancel(account_id=user.account_id, task_id=Task.objects.get().pk)
        assert openai_server.left.wait(2)
    task = user.api.get(location).json
    assert task["status"] == "cancelled"
    expected = PROMPT_CHARACTERS + 5 * after if after else 0
    assert Task.objects.get().used_units == expected
    assert task["usage"] == {"credits": "1" if after else "0", "reserved": "0"}
    assert deltas(user, location) == "word " * after


def wait_for(happened: Callable[[], bool]) -> None:
    """Return when something has happened; the test runner's own limit ends a wait that is in vain."""
    while not happened():
        time.sleep(0.01)
