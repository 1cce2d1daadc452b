"""P-3.1, P-3.2: a vendor's job in the product: partial results, another attempt that goes on with it, cancelling; what is charged."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import islice
from typing import Any

import pytest

from aitasks import routing
from aitasks.providers import jobs
from aitasks.providers.replicate import predictions
from aitasks.services import providers
from tests.conftest import Actor
from tests.fakes.asgi import Stream, parse_event
from tests.fakes.job_vendor import make_png
from tests.fakes.replicate.server import TOKEN, FakeReplicate, replicate_server

__all__ = ["replicate_server"]

pytestmark = pytest.mark.clause("P-3.2")
IMAGINE = "/api/ai/imagine"
CALL = {"prompts": {"prompt": "A boat"}, "target": {"type": "image"}, "count": 4, "model": "acme/painter"}
IMAGE_CREDITS = 10
RunJobs = Callable[[], int]
Worker = Callable[[], AbstractContextManager[None]]
Travel = Callable[[timedelta], None]


@pytest.fixture(autouse=True)
def row(live_database: None, replicate_server: FakeReplicate, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A provider at the fake, asked first."""
    monkeypatch.setattr(jobs, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(jobs, "GROWTH", 1.0)
    predictions._schemas.clear()
    model = {"name": "acme/painter", "steps": ["imagine"], "targets": ["image"], "limits": {"count": 4}}
    facts: Any = {"kind": "replicate", "base_url": replicate_server.base_url, "model_list": [model], "priority": 1}
    providers.save_provider(name="pictures", facts=facts, credential=TOKEN)
    yield
    routing.forget_offers()


def draw(fake: FakeReplicate) -> list[str]:
    """Return the links of four pictures."""
    return [fake.serve_file(f"{number}.png", make_png(number), "image/png") for number in range(4)]


def go_on(links: list[str]) -> list[dict[str, Any]]:
    """Return the steps of a prediction that shows these links for a while, so that a test that fails does end."""
    return [{"status": "processing", "output": links}] * 300 + [{"status": "canceled"}]


def submit(user: Actor) -> str:
    """Ask for four pictures, and return where the task is."""
    reply = user.api.post(IMAGINE, CALL)
    assert reply.status == 202
    return reply.headers["location"]


def wait_for_partial(stream: Stream, count: int) -> list[int]:
    """Return the numbers of the first so many partial results, without waiting for the end."""
    texts = (text for chunk in stream.chunks() for text in chunk.decode().split("\n\n") if text and not text.startswith(":"))
    chunks = (parse_event(text)[1] for text in texts)
    return list(islice((chunk["target"]["index"] for chunk in chunks if chunk["event"] == "partial"), count))


def test_pictures_are_seen_before_the_last_is(user: Actor, replicate_server: FakeReplicate, worker: Worker) -> None:
    links = draw(replicate_server)
    replicate_server.steps = go_on(links[:2])
    location = submit(user)
    with worker():
        with user.api.stream("GET", f"{location}/events") as stream:
            partial = wait_for_partial(stream, 2)
        seen = user.api.get(location).json
        replicate_server.steps = [{"status": "succeeded", "output": links}]
        assert partial == [0, 1]
        assert (seen["status"], len(seen["targets"])) == ("running", 2)
        with user.api.stream("GET", f"{location}/events") as stream:
            list(stream.events())
    done = user.api.get(location).json
    assert (done["status"], len(done["targets"]), done["usage"]) == ("succeeded", 4, {"credits": str(4 * IMAGE_CREDITS), "reserved": "0"})
    assert len(replicate_server.predictions) == 1


def test_another_attempt_goes_on_with_the_job(user: Actor, replicate_server: FakeReplicate, run_jobs: RunJobs, travel: Travel) -> None:
    replicate_server.steps = [{"status": "succeeded", "output": draw(replicate_server)}]
    replicate_server.fail(503, {}, path="/v1/predictions/", times=jobs.LOOKS_FAILED_MAX + 1)
    location = submit(user)
    for _ in range(3):
        run_jobs()
        travel(timedelta(minutes=2))
    done = user.api.get(location).json
    assert (done["status"], done["usage"]) == ("succeeded", {"credits": str(4 * IMAGE_CREDITS), "reserved": "0"})
    assert len(replicate_server.predictions) == 1, "made once, paid once"
    assert replicate_server.cancelled == []


def test_cancelled_task_cancels_its_job(user: Actor, replicate_server: FakeReplicate, worker: Worker) -> None:
    replicate_server.steps = go_on(draw(replicate_server)[:1])
    location = submit(user)
    with worker():
        with user.api.stream("GET", f"{location}/events") as stream:
            assert wait_for_partial(stream, 1) == [0]
        assert user.api.delete(location).status in {200, 204}
        assert replicate_server.was_cancelled.wait(5)
    assert replicate_server.cancelled == ["prediction1"]
    task = user.api.get(location).json
    assert (task["status"], task["usage"]) == ("cancelled", {"credits": str(IMAGE_CREDITS), "reserved": "0"})
