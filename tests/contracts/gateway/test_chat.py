"""G-4: chat sessions and messages, with the embedded provider and with one whose pace the test decides."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import pytest

from aitasks import registry
from aitasks.providers.local import Local
from aitasks.providers.port import Delta, Event, Media, Output, Progress, Usage, Work
from billing.models import Hold, Wallet
from chat.models import ChatMessage, ChatSession
from common import errors
from common.models import Job
from metrics.models import UsageRecord
from tasks.models import Task
from tests.conftest import Actor
from tests.contracts.matching import TIMESTAMP, UUID, rfc3339
from tests.contracts.stored import everything_stored
from tests.factories.credits import leave_credits
from tests.fakes.asgi import Client, Reply

INIT, SESSIONS = "/api/v1/chat/init", "/api/v1/chat/sessions"
NOT_FOUND = {"error": "Chat session not found.", "code": "NOT_FOUND"}
LOCAL_THREAD = r"thread_[0-9a-f]{32}"
Worker = Callable[[], AbstractContextManager[None]]
RunJobs = Callable[[], int]


def open_chat(user: Actor) -> str:
    reply = user.api.post(INIT)
    assert reply.status == 201, reply
    thread_id: str = reply.json["threadId"]
    return thread_id


def messages_of(thread_id: str) -> str:
    return f"/api/v1/chat/{thread_id}/messages"


def say(user: Actor, thread_id: str, content: str) -> Reply:
    return user.api.post(messages_of(thread_id), {"content": content})


def until(what: Callable[[], bool]) -> None:
    """Wait for something that another thread does; a test that waits in vain fails."""
    for _ in range(1_000):
        if what():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen")


class Paced:
    """A chat provider that says a word whenever the test lets it, and notes when it is left."""

    kind = "local"

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.steps = threading.Semaphore(0)
        self.left = threading.Event()
        self.failure: errors.TollgateError | None = None

    def serves(self, work: Work) -> bool:
        return work.step == "chat"

    def model(self, work: Work) -> str:
        return "paced-1"

    def run(self, work: Work) -> Iterator[Event]:
        counted, sent = len(work.prompt), ""
        try:
            for word in self.words:
                for _ in range(160):
                    if self.steps.acquire(timeout=0.05):
                        break
                    yield Progress(1)
                else:
                    raise errors.Invalid("The test has forgotten its provider.")
                if self.failure is not None:
                    raise self.failure
                counted, sent = counted + len(word), sent + word
                yield Usage(counted)
                yield Delta(word)
            yield Output(0, Media(type="text/plain", text=sent))
        finally:
            self.left.set()


@pytest.fixture
def paced(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paced]:
    """The provider of chat is one that the test paces."""
    provider = Paced(["one ", "two ", "three"])
    monkeypatch.setattr(registry, "all_providers", lambda: (provider, Local()))
    yield provider
    provider.steps.release(100)


class TestSessions:
    @pytest.mark.clause("G-4.1", "G-4.4")
    def test_init_makes_a_session(self, user: Actor) -> None:
        reply = user.api.post(INIT)
        row = ChatSession.objects.get()
        assert (reply.status, reply.json) == (201, {"message": "Chat session initialized.", "threadId": row.thread_id})
        assert (row.account_id, row.provider, row.closed_at) == (user.account_id, "local", None)

    @pytest.mark.clause("G-4.2", "G-2.1")
    def test_sessions_are_the_callers_open_ones_newest_first(self, user: Actor, second_user: Actor) -> None:
        first, closed, last = open_chat(user), open_chat(user), open_chat(user)
        open_chat(second_user)
        user.api.delete(f"/api/v1/chat/{closed}")
        rows = {row.thread_id: row for row in ChatSession.objects.all()}
        shown = [
            {"threadId": name, "createdAt": rfc3339(rows[name].created_at), "updatedAt": rfc3339(rows[name].updated_at)}
            for name in (last, first)
        ]
        for client in (user.api, user.key_api):
            reply = client.get(SESSIONS)
            assert (reply.status, reply.json) == (200, {"chatSessions": shown})
        assert user.api.get("/api/v1/users/me").json["chatSessions"] == shown

    @pytest.mark.clause("G-4.3")
    def test_delete_closes_and_forgets(self, user: Actor, run_jobs: RunJobs, worker: Worker) -> None:
        thread_id = open_chat(user)
        with worker():
            say(user, thread_id, "The tram runs every ten minutes.")
        reply = user.api.delete(f"/api/v1/chat/{thread_id}")
        assert (reply.status, reply.json) == (200, {"message": "Chat session closed successfully.", "threadId": thread_id})
        assert ChatSession.objects.get().forgotten_at is None
        run_jobs()
        assert ChatSession.objects.get().forgotten_at is not None
        assert (ChatMessage.objects.count(), Task.objects.count(), UsageRecord.objects.count()) == (0, 0, 1)

    @pytest.mark.clause("G-4.3", "G-4.5")
    def test_unknown_foreign_and_closed_sessions_are_not_found(self, user: Actor, second_user: Actor) -> None:
        closed, foreign = open_chat(user), open_chat(second_user)
        user.api.delete(f"/api/v1/chat/{closed}")
        before = everything_stored()
        for thread_id in ("thread_x", closed, foreign, "%F0%9F%98%80", "x" * 300):
            path = messages_of(thread_id)
            for reply in (
                user.api.delete(f"/api/v1/chat/{thread_id}"),
                user.api.get(path),
                user.api.post(path, {"content": "Hello"}),
                user.api.post(path, {"content": "Hello", "stream": True}),
                user.api.get(f"{path}/{uuid4()}"),
                user.api.delete(f"{path}/{uuid4()}"),
                user.api.get(f"{path}/{uuid4()}/events"),
            ):
                assert (reply.status, reply.json) == (404, NOT_FOUND)
        assert everything_stored() == before

    @pytest.mark.clause("G-4.1", "G-4.2", "G-4.3", "G-1.7")
    def test_all_of_it_needs_a_token(self, api: Client) -> None:
        before = everything_stored()
        for reply in (api.post(INIT), api.get(SESSIONS), api.delete("/api/v1/chat/x"), api.post(messages_of("x"), {"content": "Hi"})):
            assert (reply.status, reply.json) == (401, {"error": "Invalid authentication token.", "code": "UNAUTHORIZED"})
        assert everything_stored() == before

    @pytest.mark.clause("G-4.1", "G-5.2")
    def test_open_sessions_have_a_limit(self, user: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("chat.services.sessions.OPEN_MAX", 2)
        open_chat(user), open_chat(user)
        reply = user.api.post(INIT)
        message = "You have 2 open chat sessions. Close some before you open another."
        assert (reply.status, reply.json) == (409, {"error": message, "code": "CONFLICT", "details": {"conflict": [message]}})
        assert ChatSession.objects.count() == 2


class TestMessages:
    @pytest.mark.clause("G-4.5")
    def test_the_reply_comes_whole(self, user: Actor, worker: Worker) -> None:
        thread_id = open_chat(user)
        with worker():
            reply = say(user, thread_id, "What is 12 * (3 + 4.5)?")
        shown = {
            "messageId": UUID, "role": "assistant", "content": "12*(3+4.5) = 90", "status": "succeeded", "createdAt": TIMESTAMP,
            "usage": {"credits": "1", "reserved": "0"}, "error": None,
        }  # fmt: skip
        assert (reply.status, reply.json) == (200, shown)
        listed = user.api.get(messages_of(thread_id))
        asked = {
            "messageId": UUID, "role": "user", "content": "What is 12 * (3 + 4.5)?", "status": "succeeded", "createdAt": TIMESTAMP,
            "usage": {"credits": "0", "reserved": "0"}, "error": None,
        }  # fmt: skip
        assert (listed.status, listed.json) == (200, {"messages": [asked, shown], "next": ""})
        assert user.api.get(f"{messages_of(thread_id)}/{reply.json['messageId']}").json == reply.json

    @pytest.mark.clause("G-4.5")
    def test_a_session_remembers_and_sessions_are_apart(self, user: Actor, worker: Worker) -> None:
        thread_id, other = open_chat(user), open_chat(user)
        with worker():
            assert say(user, thread_id, "The tram runs every ten minutes. Dogs ride free.").json["content"].startswith("Noted.")
            assert say(user, thread_id, "How often does the tram run?").json["content"] == 'You wrote: "The tram runs every ten minutes."'
            assert "have not told me" in say(user, other, "How often does the tram run?").json["content"]

    @pytest.mark.clause("G-4.5")
    def test_it_says_what_it_is(self, user: Actor, worker: Worker) -> None:
        with worker():
            assert "I am a set of rules, not a language model" in say(user, open_chat(user), "Hello, who are you?").json["content"]

    @pytest.mark.clause("G-4.5")
    def test_the_reply_streams(self, user: Actor, worker: Worker) -> None:
        thread_id = open_chat(user)
        with worker(), user.api.stream("POST", messages_of(thread_id), {"content": "Hello", "stream": True}) as stream:
            assert (stream.status, stream.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
            events = list(stream.events())
        assert events[-1] == (None, "[DONE]")
        chunks = [chunk for _, chunk in events[:-1]]
        reply = user.api.get(messages_of(thread_id)).json["messages"][1]
        assert {chunk["messageId"] for chunk in chunks} == {reply["messageId"]}
        assert "".join(chunk["delta"] for chunk in chunks) == reply["content"]
        assert chunks[0] == {"messageId": reply["messageId"], "delta": "", "status": "queued"}
        assert chunks[-1] == {"messageId": reply["messageId"], "delta": "", "status": "succeeded", "message": reply}
        assert len([chunk for chunk in chunks if chunk["delta"]]) >= 2

    @pytest.mark.clause("G-4.5")
    def test_history_comes_in_pages(self, user: Actor, worker: Worker) -> None:
        thread_id = open_chat(user)
        with worker():
            for number in range(3):
                say(user, thread_id, f"{number} + 1")
        whole = user.api.get(messages_of(thread_id)).json["messages"]
        assert [message["content"] for message in whole] == ["0 + 1", "0+1 = 1", "1 + 1", "1+1 = 2", "2 + 1", "2+1 = 3"]
        last = user.api.get(f"{messages_of(thread_id)}?limit=4").json
        first = user.api.get(f"{messages_of(thread_id)}?limit=4&cursor={last['next']}").json
        assert (first["messages"] + last["messages"], first["next"]) == (whole, "")

    @pytest.mark.clause("G-4.5")
    @pytest.mark.parametrize(
        ("body", "details"),
        [
            ({}, {"content": ["This field is required."]}),
            ({"content": ""}, {"content": ["This field may not be blank."]}),
            ({"content": " \n"}, {"content": ["This field may not be blank."]}),
            ({"content": None}, {"content": ["This field may not be null."]}),
            ({"content": 5}, {"content": ["Not a valid string."]}),
            ({"content": "x" * 20_001}, {"content": ["Ensure this field has no more than 20000 characters."]}),
            ({"content": "x", "stream": "yes"}, {"stream": ["Must be true or false."]}),
            ({"content": "x", "role": "assistant"}, {"role": ["This field is not known here."]}),
        ],
    )
    def test_refuses_what_is_no_message(self, user: Actor, body: dict[str, Any], details: dict[str, Any]) -> None:
        thread_id = open_chat(user)
        before = everything_stored()
        reply = user.api.post(messages_of(thread_id), body)
        assert (reply.status, reply.json) == (400, {"error": "Invalid input data.", "code": "INVALID_REQUEST", "details": details})
        assert everything_stored() == before

    @pytest.mark.clause("G-4.5")
    def test_text_is_kept_as_it_is(self, user: Actor, run_jobs: RunJobs, paced: Paced) -> None:
        paced.steps.release(3)
        for content in ("  spaces  ", "😀 <script>alert(1)</script>", "x" * 20_000):
            thread_id = open_chat(user)
            with user.api.stream("POST", messages_of(thread_id), {"content": content, "stream": True}):
                pass
            run_jobs()
            paced.steps.release(3)
            assert user.api.get(messages_of(thread_id)).json["messages"][0]["content"] == content


class TestMoney:
    @pytest.mark.clause("G-4.5", "A-4.1")
    def test_characters_in_and_out_are_charged(self, user: Actor, worker: Worker) -> None:
        leave_credits(user.user, 100)
        thread_id = open_chat(user)
        text = "summarise in 1 sentence: " + "Bees make honey and wax. " * 40
        with worker():
            reply = say(user, thread_id, text)
        units = len(text) + len(reply.json["content"])
        assert reply.json["usage"] == {"credits": str(-(-units // 1_000)), "reserved": "0"}
        usage = UsageRecord.objects.get()
        assert (usage.api, usage.contract, usage.units, usage.credits, usage.outcome) == ("chat", "gateway", units, 2, "succeeded")
        assert Wallet.objects.get(account_id=user.account_id).available == 98
        assert user.api.get("/api/user/credits").json["balance"] == "98"

    @pytest.mark.clause("G-4.5", "G-5.1")
    @pytest.mark.parametrize("stream", [False, True])
    def test_too_few_credits_and_nothing_is_stored(self, user: Actor, stream: bool) -> None:
        leave_credits(user.user, 4)
        thread_id = open_chat(user)
        before = everything_stored()
        reply = user.api.post(messages_of(thread_id), {"content": "Hello", "stream": stream})
        message = "This call may cost up to 5 credits, and 4 are available. Buy credits or ask for less."
        assert (reply.status, reply.json) == (402, {"error": message, "code": "PAYMENT_REQUIRED"})
        assert everything_stored() == before

    @pytest.mark.clause("G-4.5")
    def test_a_failed_reply_costs_nothing_and_says_why(self, user: Actor, worker: Worker, paced: Paced) -> None:
        paced.failure = errors.Invalid("The provider does not say this.")
        paced.steps.release(1)
        thread_id = open_chat(user)
        with worker():
            reply = say(user, thread_id, "Hello")
        error = {"error": "The provider does not say this.", "code": "INVALID_REQUEST"}
        assert (reply.status, reply.json) == (400, error)
        last = user.api.get(messages_of(thread_id)).json["messages"][1]
        assert (last["status"], last["content"], last["error"], last["usage"]["credits"]) == ("failed", "", error, "0")

    @pytest.mark.clause("G-4.5")
    def test_a_stream_tells_of_failure(self, user: Actor, worker: Worker, paced: Paced) -> None:
        paced.failure = errors.Invalid("The provider does not say this.")
        paced.steps.release(1)
        with worker(), user.api.stream("POST", messages_of(open_chat(user)), {"content": "Hello", "stream": True}) as stream:
            chunks = [chunk for _, chunk in stream.events()]
        assert chunks[-1] == "[DONE]"
        told = {name: chunks[-2][name] for name in ("delta", "status", "error", "code")}
        assert told == {"delta": "", "status": "failed", "error": "The provider does not say this.", "code": "INVALID_REQUEST"}


class TestOneAtATime:
    @pytest.mark.clause("G-4.5", "G-5.2")
    def test_a_second_message_waits_its_turn(self, user: Actor, run_jobs: RunJobs) -> None:
        thread_id = open_chat(user)
        request = user.api.request("POST", messages_of(thread_id), {"content": "1 + 1", "stream": True})
        exchange = user.api.server.begin(request)
        next(exchange.messages())
        before = everything_stored()
        reply = say(user, thread_id, "2 + 2")
        message = "This chat session is still replying to the message before. Wait for the reply, or stop it."
        assert (reply.status, reply.json) == (409, {"error": message, "code": "CONFLICT", "details": {"conflict": [message]}})
        assert everything_stored() == before
        run_jobs()
        exchange.hang_up()
        assert len(user.api.get(messages_of(thread_id)).json["messages"]) == 2

    @pytest.mark.clause("G-4.5")
    def test_many_at_once_are_one(self, user: Actor, worker: Worker, paced: Paced) -> None:
        thread_id = open_chat(user)
        requests = [user.api.request("POST", messages_of(thread_id), {"content": f"{n}"}) for n in range(6)]
        with worker():
            exchanges = [user.api.server.begin(request) for request in requests]
            until(lambda: ChatMessage.objects.count() == 2)
            time.sleep(0.3)
            paced.steps.release(3)
            statuses = sorted(next(exchange.messages())["status"] for exchange in exchanges)
        assert statuses == [200, 409, 409, 409, 409, 409]
        assert (ChatMessage.objects.count(), Task.objects.count(), Hold.objects.count(), Job.objects.count()) == (2, 1, 1, 0)

    @pytest.mark.clause("G-4.5")
    def test_sessions_do_not_wait_for_each_other(self, user: Actor, worker: Worker) -> None:
        first, second = open_chat(user), open_chat(user)
        requests = [user.api.request("POST", messages_of(name), {"content": "1 + 1"}) for name in (first, second)]
        with worker():
            assert [reply.status for reply in user.api.send_together(requests)] == [200, 200]


class TestLeaving:
    @pytest.mark.clause("G-4.5")
    def test_who_leaves_stops_the_provider_and_pays_for_what_was_said(self, user: Actor, worker: Worker, paced: Paced) -> None:
        leave_credits(user.user, 100)
        thread_id = open_chat(user)
        with worker():
            with user.api.stream("POST", messages_of(thread_id), {"content": "x" * 1_500, "stream": True}) as stream:
                paced.steps.release(2)
                heard = ""
                for chunk in stream.chunks():
                    heard += chunk.decode()
                    if "two" in heard:
                        break
                left_at = time.monotonic()
            assert paced.left.wait(5)
            assert time.monotonic() - left_at < 2.0
            until(lambda: Task.objects.get().state == "cancelled")
        reply = user.api.get(messages_of(thread_id)).json["messages"][1]
        assert (reply["status"], reply["content"], reply["usage"]) == ("cancelled", "one two ", {"credits": "2", "reserved": "0"})
        assert UsageRecord.objects.get().units == 1_508
        assert Wallet.objects.get(account_id=user.account_id).available == 98

    @pytest.mark.clause("G-4.5")
    def test_who_comes_back_reads_on(self, user: Actor, worker: Worker, paced: Paced) -> None:
        thread_id = open_chat(user)
        with worker():
            with user.api.stream("POST", messages_of(thread_id), {"content": "Count", "stream": True}) as stream:
                paced.steps.release(1)
                number, text = 0, ""
                for chunk in stream.chunks():
                    text += chunk.decode()
                    if "one" in text:
                        break
            number = max(int(line[4:]) for line in text.split("\n") if line.startswith("id: "))
            message_id = user.api.get(messages_of(thread_id)).json["messages"][1]["messageId"]
            path = f"{messages_of(thread_id)}/{message_id}/events"
            with user.api.stream("GET", path, headers={"Last-Event-ID": str(number)}) as stream:
                time.sleep(1.6)
                paced.steps.release(2)
                chunks = [chunk for _, chunk in stream.events()]
        assert "".join(chunk["delta"] for chunk in chunks[:-1]) == "two three"
        assert (chunks[-2]["status"], chunks[-2]["message"]["content"]) == ("succeeded", "one two three")
        with user.api.stream("GET", path) as stream:
            assert "".join(chunk["delta"] for _, chunk in list(stream.events())[:-1]) == "one two three"
        assert user.api.get(f"{path}?after=x").status == 400

    @pytest.mark.clause("G-4.5")
    def test_a_reply_is_stopped_by_hand(self, user: Actor, worker: Worker, paced: Paced) -> None:
        thread_id = open_chat(user)
        with worker(), user.api.stream("POST", messages_of(thread_id), {"content": "Count", "stream": True}) as stream:
            paced.steps.release(1)
            text = ""
            for chunk in stream.chunks():
                text += chunk.decode()
                if "one" in text:
                    break
            message_id = user.api.get(messages_of(thread_id)).json["messages"][1]["messageId"]
            stopped = user.api.delete(f"{messages_of(thread_id)}/{message_id}")
            assert (stopped.status, stopped.json["status"], stopped.json["content"]) == (200, "cancelled", "one ")
            assert stream.text().endswith("data: [DONE]\n\n")
            assert paced.left.wait(5)
        again = user.api.delete(f"{messages_of(thread_id)}/{message_id}")
        assert (again.status, again.json) == (200, stopped.json)

    @pytest.mark.clause("G-4.3")
    def test_closing_stops_the_reply(self, user: Actor, worker: Worker, paced: Paced) -> None:
        thread_id = open_chat(user)
        with worker(), user.api.stream("POST", messages_of(thread_id), {"content": "Count", "stream": True}) as stream:
            until(lambda: Task.objects.filter(state="running").exists())
            assert user.api.delete(f"/api/v1/chat/{thread_id}").status == 200
            assert stream.text().endswith("data: [DONE]\n\n")
            assert paced.left.wait(5)
            until(lambda: ChatSession.objects.get().forgotten_at is not None)
        assert (ChatMessage.objects.count(), Task.objects.count(), Hold.objects.get().charged) == (0, 0, 0)
