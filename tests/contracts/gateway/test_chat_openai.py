"""G-4 with threads that OpenAI keeps, in both of its dialects, by the official SDK over HTTP."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from aitasks import registry
from aitasks.providers.threads import ThreadGone
from billing.models import Wallet
from chat.models import ChatMessage, ChatSession
from chat.services import sessions
from common import clock
from common.models import Job
from metrics.models import UsageRecord
from tasks.models import Task
from tests.conftest import Actor
from tests.contracts.stored import everything_stored
from tests.factories.credits import leave_credits
from tests.fakes.openai.server import KEY, FakeOpenAI, forget_providers, openai_configured, openai_server

__all__ = ["openai_configured", "openai_server"]
Worker = Callable[[], AbstractContextManager[None]]
RunJobs = Callable[[], int]
Travel = Callable[[timedelta], None]
ASKED = "Is all well?"
REPLY = "All is well here today."
INIT = "/api/v1/chat/init"

pytestmark = pytest.mark.clause("G-4.4")


@pytest.fixture(params=["openai", "openai-assistants"], autouse=True)
def kind(request: pytest.FixtureRequest, openai_configured: FakeOpenAI, settings: Any) -> str:
    """The provider that the setting names."""
    settings.CHAT_PROVIDER = request.param
    return str(request.param)


def open_chat(user: Actor) -> str:
    thread_id: str = user.api.post(INIT).json["threadId"]
    return thread_id


def messages_of(thread_id: str) -> str:
    return f"/api/v1/chat/{thread_id}/messages"


def kept_at(server: FakeOpenAI, kind: str, thread_id: str) -> int | None:
    """Return how many messages the vendor keeps in a thread, or None if it has no such thread."""
    keeper = sessions.find_keeper(kind)
    assert keeper is not None
    try:
        return len(keeper.list(thread_id))
    except ThreadGone:
        return None


@pytest.mark.clause("G-4.1", "G-4.3")
def test_threads_are_made_and_deleted_at_the_provider(user: Actor, run_jobs: RunJobs, openai_server: FakeOpenAI, kind: str) -> None:
    reply = user.api.post(INIT)
    thread_id = reply.json["threadId"]
    assert (reply.status, thread_id.split("_")[0]) == (201, {"openai": "conv", "openai-assistants": "thread"}[kind])
    assert ChatSession.objects.get().provider == kind
    assert kept_at(openai_server, kind, thread_id) == 0
    assert user.api.delete(f"/api/v1/chat/{thread_id}").status == 200
    run_jobs()
    assert kept_at(openai_server, kind, thread_id) is None
    assert ChatSession.objects.get().forgotten_at is not None


@pytest.mark.clause("G-4.1", "G-5.1")
def test_a_provider_that_is_down_opens_nothing(user: Actor, openai_server: FakeOpenAI) -> None:
    before = everything_stored()
    openai_server.fail(status=500, message=f"Wrong key {KEY}", times=5)
    reply = user.api.post(INIT)
    assert (reply.status, reply.json["code"], KEY in reply.json["error"]) == (502, "SERVICE_UNAVAILABLE", False)
    assert everything_stored() == before


@pytest.mark.clause("G-4.3")
def test_deleting_is_retried_until_the_provider_is_back(
    user: Actor, run_jobs: RunJobs, openai_server: FakeOpenAI, kind: str, travel: Travel
) -> None:
    thread_id = open_chat(user)
    openai_server.fail(status=503, times=2)
    assert user.api.delete(f"/api/v1/chat/{thread_id}").status == 200
    assert user.api.get("/api/v1/chat/sessions").json == {"chatSessions": []}
    for attempts in (1, 2):
        run_jobs()
        row = ChatSession.objects.get()
        assert (row.forgotten_at, row.forget_attempts, bool(row.forget_problem)) == (None, attempts, True)
        assert Job.objects.count() == 1
        travel(timedelta(seconds=2**attempts))
    run_jobs()
    row = ChatSession.objects.get()
    assert (row.forgotten_at is not None, row.forget_problem, Job.objects.count()) == (True, "", 0)
    assert kept_at(openai_server, kind, thread_id) is None


@pytest.mark.clause("G-4.3")
def test_what_a_broker_lost_is_found_again(user: Actor, run_jobs: RunJobs, travel: Travel) -> None:
    user.api.delete(f"/api/v1/chat/{open_chat(user)}")
    Job.objects.all().delete()
    assert sessions.resume_forgetting() == 0
    travel(timedelta(hours=3))
    assert sessions.resume_forgetting() == 1
    run_jobs()
    assert ChatSession.objects.get().forgotten_at == clock.now()
    assert sessions.resume_forgetting() == 0


@pytest.mark.clause("G-4.5")
@pytest.mark.parametrize("stream", [False, True])
def test_messages_go_to_the_thread_and_are_metered(user: Actor, worker: Worker, openai_server: FakeOpenAI, kind: str, stream: bool) -> None:
    leave_credits(user.user, 100)
    thread_id = open_chat(user)
    with worker():
        for _ in range(2):
            if stream:
                with user.api.stream("POST", messages_of(thread_id), {"content": ASKED, "stream": True}) as events:
                    chunks = [chunk for _, chunk in events.events()]
                assert chunks[-1] == "[DONE]"
                assert "".join(chunk["delta"] for chunk in chunks[:-1]) == REPLY
            else:
                reply = user.api.post(messages_of(thread_id), {"content": ASKED})
                assert (reply.status, reply.json["content"], reply.json["usage"]) == (200, REPLY, {"credits": "1", "reserved": "0"})
    assert kept_at(openai_server, kind, thread_id) == 4
    shown = [(message["role"], message["content"]) for message in user.api.get(messages_of(thread_id)).json["messages"]]
    assert shown == [("user", ASKED), ("assistant", REPLY)] * 2
    assert {row.units for row in UsageRecord.objects.all()} == {len(ASKED) + len(REPLY)}
    assert Wallet.objects.get(account_id=user.account_id).available == 98
    assert {(task.provider, task.model) for task in Task.objects.all()} == {(kind, "gpt-test")}


@pytest.mark.clause("G-4.5")
def test_leaving_ends_the_providers_request_within_two_seconds(user: Actor, worker: Worker, openai_server: FakeOpenAI, kind: str) -> None:
    """Also when the provider says nothing at that moment."""
    leave_credits(user.user, 100)
    openai_server.reply = "word " * 500
    thread_id = open_chat(user)
    if kind == "openai":
        openai_server.fail(how="hang", after=300)
    else:
        # Several requests make a message here, and only the last of them streams.
        openai_server.piece_seconds = 0.02
    with worker():
        with user.api.stream("POST", messages_of(thread_id), {"content": ASKED, "stream": True}) as stream:
            heard = ""
            for chunk in stream.chunks():
                heard += chunk.decode()
                if heard.count("word") >= 50:
                    break
        left_at = time.monotonic()
        assert openai_server.left.wait(5)
        assert openai_server.left_at - left_at < 2.0
        while Task.objects.get().state == "running":
            time.sleep(0.01)
    last = user.api.get(messages_of(thread_id)).json["messages"][1]
    usage = UsageRecord.objects.get()
    assert last["status"] == "cancelled"
    assert usage.units == len(ASKED) + len(last["content"])
    assert int(last["usage"]["credits"]) == usage.credits == -(-usage.units // 1_000) > 0
    assert Wallet.objects.get(account_id=user.account_id).available == 100 - usage.credits


@pytest.mark.clause("G-4.4", "G-5.1")
def test_a_provider_that_is_not_configured_any_more_is_not_replaced(user: Actor, settings: Any) -> None:
    thread_id = open_chat(user)
    settings.OPENAI_MODELS, settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = (), "", ""
    forget_providers()
    before = everything_stored()
    for reply in (user.api.post(messages_of(thread_id), {"content": ASKED}), user.api.post(INIT)):
        assert (reply.status, reply.json["code"]) == (502, "SERVICE_UNAVAILABLE")
    assert everything_stored() == before
    assert ChatMessage.objects.count() == 0


@pytest.mark.clause("G-4.4")
def test_without_a_named_model_the_usual_one_chats(user: Actor, worker: Worker, openai_server: FakeOpenAI, settings: Any) -> None:
    settings.OPENAI_MODELS = ()
    forget_providers()
    keeper = registry.find_keeper(settings.CHAT_PROVIDER)
    assert keeper is not None
    assert [provider.kind for provider in registry.all_providers()][-3:] == ["openai", "openai-assistants", "local"]
    assert open_chat(user) == ChatSession.objects.get().thread_id


@pytest.mark.clause("G-4.5")
def test_chats_that_are_kept_here_are_answered_by_the_model_too(
    user: Actor, worker: Worker, openai_server: FakeOpenAI, settings: Any
) -> None:
    """With a model configured and chats kept here, the model replies, and is told what was said."""
    settings.CHAT_PROVIDER = "local"
    thread_id = open_chat(user)
    with worker():
        for content in ("I live in Paris.", "Where do I live?"):
            assert user.api.post(messages_of(thread_id), {"content": content}).json["content"] == REPLY
    told = [(message["role"], message["content"]) for message in openai_server.requests[-1].body["messages"] if message["role"] != "system"]
    assert told == [("user", "I live in Paris."), ("assistant", REPLY), ("user", "Where do I live?")]
    assert not thread_id.startswith("conv")
