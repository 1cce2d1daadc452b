"""Sending a message and keeping its reply. A message is a task of the core like any other: held, metered, retried, cancelled there.

The core knows nothing of chat, so nobody tells us when a reply's task ends: whoever looks at an open reply copies the end into its row
(:func:`settle`), which is conditional and therefore happens once.
"""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.identity import Caller
from aitasks import registry
from aitasks.services import ending, submitting
from chat import selectors
from chat.errors import ReplyInProgress, UnknownChatMessage, UnknownChatSession
from chat.models import ChatMessage, ChatSession
from chat.services import sessions
from common import clock
from tasks.models import Task

FEATURE = "chat"
LOST: dict[str, Any] = {"status": "failed", "error_kind": "internal", "error_message": "The reply was lost."}


def send(*, caller: Caller, contract: str, thread_id: str, content: str) -> ChatMessage:
    """Record the user's message, have it replied to, and return the open reply; all of it or nothing (G-4.5).

    Raises ``UnknownChatSession``, :class:`ReplyInProgress`, ``CreditsTooLow``, ``ChatProviderMissing``.
    """
    session = selectors.get_open_session(account_id=caller.account_id, thread_id=thread_id)
    sessions.find_keeper(session.provider)
    before = selectors.find_open_reply(session)
    if before is not None and settle(message=before).settled_at is None:
        raise ReplyInProgress
    try:
        with transaction.atomic():
            return _create(caller, contract, session, content)
    except IntegrityError:
        if selectors.find_open_reply(session) is None:
            raise
        raise ReplyInProgress from None


def settle(*, message: ChatMessage) -> ChatMessage:
    """Copy the end of an open reply's task into its row if it has come, and return the row as it is now.

    Raises :class:`UnknownChatMessage` when the session was closed meanwhile, which deletes its messages.
    """
    if message.settled_at is not None:
        return message
    task = None if message.task_id is None else Task.objects.select_related("hold").filter(pk=message.task_id).first()
    if task is None:
        changes = LOST | {"settled_at": clock.now()}
    elif task.is_finished:
        changes = _end_of(task)
    else:
        return message
    ChatMessage.objects.filter(pk=message.pk, settled_at=None).update(**changes)
    try:
        message.refresh_from_db()
    except ChatMessage.DoesNotExist:
        raise UnknownChatMessage from None
    return message


def settle_open(*, session: ChatSession) -> None:
    """Settle the session's open reply, if there is one and its task has ended."""
    message = selectors.find_open_reply(session)
    if message is not None:
        settle(message=message)


def stop(*, account_id: UUID, message: ChatMessage) -> ChatMessage:
    """Stop an open reply, charge what was generated, and return the row; one that has ended stays as it is."""
    if message.settled_at is None and message.task_id is not None:
        ending.cancel(account_id=account_id, task_id=message.task_id)
    return settle(message=message)


def _create(caller: Caller, contract: str, session: ChatSession, content: str) -> ChatMessage:
    body = {"prompts": {"prompt": content}, "target": {"type": "text"}, "stream": True}
    context: dict[str, Any]
    if session.provider == sessions.LOCAL:
        context = {"messages": [*selectors.read_history(session), {"role": "user", "content": content}]}
    else:
        context = {"thread": {"provider": session.provider, "id": session.thread_id}}
    now = clock.now()
    if not ChatSession.objects.filter(pk=session.pk, closed_at=None).update(updated_at=now):
        raise UnknownChatSession
    task, _ = submitting.submit(caller=caller, feature=registry.get_feature(FEATURE), body=body, contract=contract, context=context)
    ChatMessage.objects.create(session=session, role="user", content=content, status="succeeded", created_at=now, settled_at=now)
    return ChatMessage.objects.create(session=session, role="assistant", task=task, created_at=now)


def _end_of(task: Task) -> dict[str, Any]:
    return {
        "content": selectors.read_reply_text(task),
        "status": task.state,
        "credits": task.hold.charged or 0,
        "error_kind": task.error_kind,
        "error_message": task.error_message,
        "settled_at": task.finished_at,
    }
