"""P-2.5: the event stream of a task, and streamed replies."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from accounts.models import User
from accounts.services import keys, passwords, sessions
from common import sse, wake
from tasks.models import Task
from tests.conftest import Actor
from tests.contracts.matching import LINK, TEXT, UUID, platform_error
from tests.factories import people
from tests.fakes.asgi import collect

IMAGINE, TEXT2TEXT = "/api/ai/imagine", "/api/ai/text2text"
CALL = {"prompts": {"prompt": "a red ball"}, "target": {"type": "image"}}
SUMMARY = {
    "source": {"data": {"text": "Bees make honey. Honey keeps for years. Bees also pollinate most fruit. Fruit needs bees."}},
    "prompts": {"prompt": "summarise in 2 sentences"},
    "stream": True,
}
Worker = Callable[[], AbstractContextManager[None]]
RunJobs = Callable[[], int]


def finished_events(user: Actor, run_jobs: RunJobs, **extra: Any) -> tuple[str, list[tuple[int | None, Any]]]:
    location = user.api.post(IMAGINE, CALL | extra).headers["location"]
    run_jobs()
    with user.api.stream("GET", f"{location}/events") as stream:
        return location, list(stream.events())


@pytest.mark.clause("P-2.5")
def test_events_tell_the_whole_story(user: Actor, run_jobs: RunJobs) -> None:
    location, events = finished_events(user, run_jobs, count=2)
    assert [number for number, _ in events] == [*range(1, len(events)), None]
    assert events[-1] == (None, "[DONE]")
    task = user.api.get(location).json
    chunks = [chunk for _, chunk in events[:-1]]
    assert chunks[0] == {"id": task["id"], "event": "state", "status": "running"}
    assert {chunk["id"] for chunk in chunks} == {task["id"]}
    progress = [chunk["progress"] for chunk in chunks if chunk["event"] == "progress"]
    assert progress == sorted(set(progress))
    assert len(progress) >= 5
    assert all(
        chunk == {"id": UUID, "event": "progress", "status": "running", "progress": chunk["progress"]}
        for chunk in chunks
        if chunk["event"] == "progress"
    )
    image = {"type": "image", "data": {"type": "image/png", "src": LINK, "file": UUID, "size": TEXT}}
    partial = [chunk for chunk in chunks if chunk["event"] == "partial"]
    assert [chunk["target"] for chunk in partial] == [{"index": 0} | image, {"index": 1} | image]
    assert partial[0]["progress"] < partial[1]["progress"]
    last = chunks[-1]
    assert last["event"] == "completed"
    assert {name: last[name] for name in ("status", "progress", "usage", "provider", "error")} == {
        "status": "succeeded", "progress": 100, "usage": {"credits": "20", "reserved": "0"}, "provider": "local", "error": None,
    }  # fmt: skip
    assert set(last) == set(task) | {"event"}


@pytest.mark.clause("P-2.5")
def test_stream_has_the_headers_of_one(user: Actor, run_jobs: RunJobs) -> None:
    location = user.api.post(IMAGINE, CALL).headers["location"]
    run_jobs()
    with user.api.stream("GET", f"{location}/events") as stream:
        assert stream.status == 200
        headers = {name: stream.headers.get(name) for name in ("content-type", "cache-control", "x-accel-buffering", "content-length")}
        assert headers == {
            "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", "x-accel-buffering": "no",
            "content-length": None,
        }  # fmt: skip
        assert stream.headers["x-request-id"]


@pytest.mark.clause("P-2.5")
def test_resumes_after_any_event(user: Actor, run_jobs: RunJobs) -> None:
    location, events = finished_events(user, run_jobs)
    for after in range(len(events)):
        with user.api.stream("GET", f"{location}/events", headers={"Last-Event-ID": str(after)}) as stream:
            assert [number for number, _ in stream.events()] == [number for number, _ in events[after:]]
    with user.api.stream("GET", f"{location}/events?after=2") as stream:
        assert stream.first_event()[0] == 3


@pytest.mark.clause("P-2.5")
def test_events_come_while_the_work_goes_on(user: Actor, worker: Worker) -> None:
    location = user.api.post(IMAGINE, CALL).headers["location"]
    with user.api.stream("GET", f"{location}/events") as stream, worker():
        assert stream.first_event() == (1, {"id": UUID, "event": "state", "status": "running"})
        assert [chunk for _, chunk in stream.events()][-1] == "[DONE]"


@pytest.mark.clause("P-2.5", "P-2.6")
def test_a_cancellation_ends_the_stream(user: Actor) -> None:
    location = user.api.post(IMAGINE, CALL).headers["location"]
    with user.api.stream("GET", f"{location}/events") as stream:
        user.api.delete(location)
        events = list(stream.events())
    assert [(number, chunk if chunk == "[DONE]" else (chunk["event"], chunk["status"])) for number, chunk in events] == [
        (1, ("completed", "cancelled")), (None, "[DONE]"),
    ]  # fmt: skip


@pytest.mark.clause("P-2.5", "G-1.6", "G-1.8")
@pytest.mark.parametrize("credential", ["session", "key", "password", "user"])
def test_a_stream_ends_soon_after_its_credential(user: Actor, credential: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(sse, "CREDENTIAL_SECONDS", 0.05)
    location = user.api.post(IMAGINE, CALL).headers["location"]
    client = user.key_api if credential == "key" else user.api
    with client.stream("GET", f"{location}/events") as stream:
        chunks = stream.chunks()
        assert next(chunks) == b": keep-alive\n\n"
        if credential == "session":
            sessions.sign_out(session_id=user.session_id)
        elif credential == "password":
            passwords.change_password(
                user_id=user.user.pk, session_id=None, current=people.PASSWORD, new="another long pass phrase", address="192.0.2.1"
            )
        elif credential == "user":
            User.objects.update(is_active=False)
        else:
            key = user.user.account.api_keys.get()
            keys.revoke_key(account_id=user.account_id, key_id=key.pk)
        assert set(chunks) <= {b": keep-alive\n\n"}


@pytest.mark.clause("P-2.5", "G-1.6", "G-1.8")
def test_readers_ask_for_their_credential_often_enough() -> None:
    """A stream ends within a second: the longest wait for a hint, and the longest since the last question, together."""
    assert wake.POLL_WITH_HINTS_SECONDS + sse.CREDENTIAL_SECONDS < 1


@pytest.mark.clause("P-2.3", "G-1.6", "G-1.7")
def test_who_waits_for_a_result_is_refused_soon_after_signing_out(user: Actor) -> None:
    waiting = user.api.server.begin(user.api.request("POST", IMAGINE, CALL, headers={"Prefer": "wait=60"}))
    while not Task.objects.exists():
        time.sleep(0.01)
    sessions.sign_out(session_id=user.session_id)
    waited = collect(waiting)
    assert (waited.status, waited.json) == (401, {"code": 16, "message": "Invalid authentication token."})


@pytest.mark.clause("P-2.5")
def test_a_reader_that_goes_away_stops_nothing(user: Actor, run_jobs: RunJobs) -> None:
    location = user.api.post(IMAGINE, CALL).headers["location"]
    with user.api.stream("GET", f"{location}/events"):
        pass
    run_jobs()
    assert user.api.get(location).json["status"] == "succeeded"


@pytest.mark.clause("P-2.5", "P-1.3")
def test_text_streams_as_it_is_written(user: Actor, worker: Worker) -> None:
    with worker(), user.api.stream("POST", TEXT2TEXT, SUMMARY) as stream:
        assert (stream.status, stream.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        chunks = [chunk for _, chunk in stream.events()]
    assert chunks[-1] == "[DONE]"
    deltas = [chunk["delta"]["text"] for chunk in chunks[:-1] if chunk["event"] == "delta"]
    assert chunks[-2]["event"] == "completed"
    assert "".join(deltas) == chunks[-2]["target"]["data"]["text"]
    assert deltas


@pytest.mark.clause("P-2.5")
def test_what_cannot_stream_says_so(user: Actor) -> None:
    reply = user.api.post(IMAGINE, CALL | {"stream": True})
    message = "imagine to image cannot stream. Leave stream out, and follow the task's events instead."
    assert (reply.status, reply.json) == (400, platform_error(3, message))
