"""Reads of chat: an account's open sessions, and what was said in them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Left

from chat.errors import UnknownChatMessage, UnknownChatSession
from chat.models import ChatMessage, ChatSession
from tasks.models import Output, Task, TaskEvent
from tasks.states import EventKind, State

LISTED_MAX = 1_000
NAME_CHARACTERS = 80
HISTORY_CHARACTERS_MAX = 40_000
HISTORY_MESSAGES_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message as it is now, whether its reply is finished or on its way."""

    message: ChatMessage
    content: str
    status: str
    credits: int
    reserved: int


def list_open_sessions(account_id: UUID) -> QuerySet[ChatSession]:
    """Return the account's open sessions, newest first, a thousand at most."""
    return ChatSession.objects.filter(account_id=account_id, closed_at=None).order_by("-pk")[:LISTED_MAX]


def get_profile_sessions(account_id: UUID) -> list[dict[str, Any]]:
    """Return the open sessions as the profile shows them (G-2.1)."""
    rows = list_open_sessions(account_id)
    return [{"threadId": row.thread_id, "createdAt": row.created_at, "updatedAt": row.updated_at} for row in rows]


def read_names(account_id: UUID) -> dict[str, str]:
    """Return the first words said in each of the account's open sessions, by thread: what a page calls it."""
    first = (
        ChatMessage.objects.filter(session=OuterRef("pk"), role="user").order_by("pk").values(words=Left("content", NAME_CHARACTERS))[:1]
    )
    rows = ChatSession.objects.filter(account_id=account_id, closed_at=None).annotate(name=Subquery(first)).exclude(name=None)
    return {thread_id: " ".join(name.split()) for thread_id, name in rows.order_by("-pk").values_list("thread_id", "name")[:LISTED_MAX]}


def get_open_session(*, account_id: UUID, thread_id: str) -> ChatSession:
    """Return the account's open session; raises :class:`UnknownChatSession`."""
    row = ChatSession.objects.filter(account_id=account_id, thread_id=thread_id, closed_at=None).first()
    if row is None:
        raise UnknownChatSession
    return row


def get_reply(*, session: ChatSession, message_id: UUID) -> ChatMessage:
    """Return a reply of the session; raises :class:`UnknownChatMessage`."""
    row = session.messages.filter(pk=message_id, role="assistant").select_related("session").first()
    if row is None:
        raise UnknownChatMessage
    return row


def find_open_reply(session: ChatSession) -> ChatMessage | None:
    """Return the reply that is on its way, if there is one."""
    return session.messages.filter(settled_at=None).first()


def list_messages(session: ChatSession) -> QuerySet[ChatMessage]:
    """Return what was said in the session, newest first."""
    return session.messages.order_by("-pk")


def read_message(message: ChatMessage) -> Said:
    """Return the message as it is now: an open reply's text so far comes from its task."""
    if message.settled_at is not None or message.task_id is None:
        return Said(message=message, content=message.content, status=message.status, credits=message.credits, reserved=0)
    task = Task.objects.select_related("hold").get(pk=message.task_id)
    charged = task.hold.charged
    return Said(
        message=message,
        content=read_reply_text(task),
        status=task.state,
        credits=charged or 0,
        reserved=task.hold.amount if charged is None else 0,
    )


def read_reply_text(task: Task) -> str:
    """Return the text that a reply's task has made: the result, or what its last attempt has sent so far."""
    output = Output.objects.filter(task=task, index=0).values_list("text", flat=True).first()
    if output is not None and task.state == State.SUCCEEDED:
        return output
    begun = TaskEvent.objects.filter(task=task, kind=EventKind.STATE, data__state=State.RUNNING.value).aggregate(at=Max("seq"))["at"]
    deltas = TaskEvent.objects.filter(task=task, kind=EventKind.DELTA, seq__gt=begun or 0).order_by("seq")
    return "".join(data["text"] for data in deltas.values_list("data", flat=True))


def read_history(session: ChatSession) -> list[dict[str, str]]:
    """Return what was said so far, oldest first: as many of the last messages as a provider reads."""
    found: list[dict[str, str]] = []
    left = HISTORY_CHARACTERS_MAX
    for role, content in session.messages.exclude(content="").order_by("-pk").values_list("role", "content")[:HISTORY_MESSAGES_MAX]:
        left -= len(content)
        if left < 0:
            break
        found.append({"role": role, "content": content})
    return found[::-1]
