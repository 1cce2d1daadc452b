"""Chat's services by themselves: what is remembered, who reads, what is settled."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.identity import Caller
from chat import selectors
from chat.errors import UnknownChatMessage, reply_failed
from chat.models import ChatMessage, ChatSession
from chat.services import leaving, messages, sessions
from common import clock, errors
from tasks.models import Task
from tests.conftest import Actor

RunJobs = Callable[[], int]


@pytest.fixture
def session(user: Actor) -> ChatSession:
    return sessions.open_session(account_id=user.account_id)


def send(user: Actor, session: ChatSession, content: str = "1 + 1") -> ChatMessage:
    caller = Caller(account_id=user.account_id)
    return messages.send(caller=caller, contract="gateway", thread_id=session.thread_id, content=content)


def test_history_is_cut_at_its_oldest_end(session: ChatSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "HISTORY_CHARACTERS_MAX", 10)
    now = clock.now()
    for content in ("long ago", "", "before", "now"):
        ChatMessage.objects.create(session=session, role="user", content=content, created_at=now, settled_at=now)
    assert selectors.read_history(session) == [{"role": "user", "content": "before"}, {"role": "user", "content": "now"}]


def test_a_reply_is_settled_once(user: Actor, session: ChatSession, run_jobs: RunJobs) -> None:
    reply = send(user, session)
    assert messages.settle(message=reply).settled_at is None
    run_jobs()
    settled = messages.settle(message=reply)
    assert (settled.content, settled.status, settled.credits) == ("1+1 = 2", "succeeded", 1)
    assert settled.settled_at == Task.objects.get().finished_at
    ChatMessage.objects.filter(pk=reply.pk).update(content="kept")
    assert messages.settle(message=ChatMessage.objects.get(pk=reply.pk)).content == "kept"


@pytest.mark.clause("G-4.3")
def test_a_reply_whose_session_is_closed_meanwhile_is_gone(user: Actor, session: ChatSession, run_jobs: RunJobs) -> None:
    reply = send(user, session)
    run_jobs()
    ChatMessage.objects.filter(pk=reply.pk).delete()
    with pytest.raises(UnknownChatMessage):
        messages.settle(message=reply)


def test_sending_settles_what_has_ended(user: Actor, session: ChatSession, run_jobs: RunJobs) -> None:
    send(user, session)
    run_jobs()
    send(user, session)
    assert [row.settled_at is None for row in session.messages.order_by("pk")] == [False, False, False, True]


def test_a_reply_whose_task_is_gone_does_not_block_its_session(user: Actor, session: ChatSession) -> None:
    reply = send(user, session)
    messages.stop(account_id=user.account_id, message=reply)
    ChatMessage.objects.filter(pk=reply.pk).update(settled_at=None, task=None)
    assert messages.settle(message=ChatMessage.objects.get(pk=reply.pk)).status == "failed"
    assert send(user, session).settled_at is None


def test_only_a_reply_that_nobody_reads_is_stopped(user: Actor, session: ChatSession) -> None:
    reply = send(user, session)
    leaving.enter(message_id=reply.pk)
    leaving.enter(message_id=reply.pk)
    leaving.leave(message_id=reply.pk, is_over=True)
    assert not leaving.stop_if_left(message_id=reply.pk)
    leaving.leave(message_id=reply.pk, is_over=True)
    assert leaving.stop_if_left(message_id=reply.pk)
    assert not leaving.stop_if_left(message_id=reply.pk)
    assert (Task.objects.get().state, ChatMessage.objects.get(pk=reply.pk).status) == ("cancelled", "cancelled")


def test_a_session_that_closes_meanwhile_takes_no_message(user: Actor, session: ChatSession, monkeypatch: pytest.MonkeyPatch) -> None:
    sessions.close_session(account_id=user.account_id, thread_id=session.thread_id)
    monkeypatch.setattr(selectors, "get_open_session", lambda **_: session)
    with pytest.raises(errors.NotFound):
        send(user, session)
    assert (ChatMessage.objects.count(), Task.objects.count()) == (0, 0)


def test_open_sessions_are_never_forgotten(session: ChatSession, travel: Callable[[timedelta], None]) -> None:
    travel(timedelta(days=30))
    assert sessions.resume_forgetting() == 0
    assert sessions.forget_session(session_id=session.pk)
    assert ChatSession.objects.get().forgotten_at is None


@pytest.mark.parametrize("kind", list(errors.Kind))
def test_a_failed_reply_keeps_its_kind(kind: errors.Kind) -> None:
    error = reply_failed(kind=kind.value, message="Why.")
    assert (error.kind, error.message) == (kind, "Why.")
