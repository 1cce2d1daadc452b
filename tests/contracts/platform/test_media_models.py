"""P-1.4, P-3: images, speech, transcriptions and vectors by a vendor, in the product: who is chosen, what is delivered, what is charged."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest

from billing.models import Hold
from tasks.models import Task
from tests.conftest import Actor
from tests.fakes.openai.server import FakeOpenAI, openai_configured, openai_server, openai_wide

__all__ = ["openai_configured", "openai_server", "openai_wide"]

pytestmark = pytest.mark.clause("P-1.4", "P-3.2")
RunJobs = Callable[[], int]
TEXT = {"type": "text", "data": {"type": "text/plain", "text": "The tram runs every ten minutes."}}
PROMPT = {"prompt": "A calm sea"}


@pytest.fixture(autouse=True)
def configured(openai_wide: FakeOpenAI) -> FakeOpenAI:
    """Every test here has a model of each sort."""
    return openai_wide


def do(user: Actor, run_jobs: RunJobs, feature: str, call: dict[str, Any]) -> dict[str, Any]:
    """Make a call, have it done, and return the task."""
    location = user.api.post(f"/api/ai/{feature}", call, headers={"Prefer": "respond-async"}).headers["location"]
    run_jobs()
    task: dict[str, Any] = user.api.get(location).json
    return task


def test_images(user: Actor, run_jobs: RunJobs) -> None:
    task = do(user, run_jobs, "imagine", {"prompts": PROMPT, "target": {"type": "image"}, "count": 3})
    assert (task["status"], task["provider"], task["model"]) == ("succeeded", "openai", "gpt-image-test")
    assert [target["data"]["type"] for target in task["targets"]] == ["image/png"] * 3
    assert task["usage"] == {"credits": "30", "reserved": "0"}


def test_images_that_were_delivered_before_the_vendor_broke_are_charged(user: Actor, run_jobs: RunJobs, openai_server: FakeOpenAI) -> None:
    openai_server.fail(how="truncate", after=2)
    task = do(user, run_jobs, "imagine", {"prompts": PROMPT, "target": {"type": "image"}, "count": 4})
    assert (task["status"], task["attempt"], task["error"]["code"]) == ("failed", 1, 13)
    assert len(task["targets"]) == 2
    assert task["usage"] == {"credits": "20", "reserved": "0"}
    assert Hold.objects.get().charged == 20


def test_image_is_changed(user: Actor, run_jobs: RunJobs, openai_server: FakeOpenAI) -> None:
    data = b64encode(openai_server.image).decode()
    source = {"type": "image", "data": {"type": "image/png", "src": f"data:image/png;base64,{data}"}}
    task = do(user, run_jobs, "transform", {"source": source, "prompts": {"prompt": "At night"}, "target": {"type": "image"}})
    assert (task["status"], task["provider"], task["usage"]["credits"]) == ("succeeded", "openai", "2")


def test_speech_is_charged_by_the_second(user: Actor, run_jobs: RunJobs, openai_server: FakeOpenAI) -> None:
    openai_server.sound_seconds = 2.5
    task = do(user, run_jobs, "imagine", {"prompts": {"prompt": "Welcome. Your order is ready."}, "target": {"type": "speech"}})
    assert (task["status"], task["model"], task["target"]["data"]["type"]) == ("succeeded", "gpt-test-tts", "audio/wav")
    assert task["usage"]["credits"] == "3"


def test_vector(user: Actor, run_jobs: RunJobs) -> None:
    task = do(user, run_jobs, "embed", {"source": TEXT})
    assert (task["status"], task["model"], task["usage"]["credits"]) == ("succeeded", "text-embedding-3-test", "1")
    assert task["target"]["type"] == "vector"
    assert json.loads(task["target"]["data"]["text"]) == {"vector": [1, 2, 3, 4, 5, 6, 7, 8], "dimensions": 8}
    assert Task.objects.get().used_units == 32


def test_what_no_model_there_does_stays_here(user: Actor, run_jobs: RunJobs, openai_server: FakeOpenAI) -> None:
    """A seed is honoured by the embedded provider alone; so is a sound that is no speech."""
    seeded = do(user, run_jobs, "imagine", {"prompts": PROMPT, "target": {"type": "image"}, "seed": 7})
    sound = do(user, run_jobs, "imagine", {"prompts": PROMPT, "target": {"type": "sound"}, "seconds": 1})
    assert (seeded["provider"], sound["provider"]) == ("local", "local")
    assert openai_server.requests == []


@pytest.mark.parametrize("name", ["prompt", "negative"])
def test_a_vector_takes_no_prompt(user: Actor, name: str) -> None:
    """What would have no effect is refused, and nothing is made or held."""
    reply = user.api.post("/api/ai/embed", {"source": TEXT, "prompts": {name: "only the verbs"}})
    assert (reply.status, reply.json["code"]) == (400, 3)
    assert f"prompts.{name}: Leave it out." in reply.json["message"]
    assert (Task.objects.count(), Hold.objects.count()) == (0, 0)
