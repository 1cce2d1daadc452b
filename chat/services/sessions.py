"""Opening and closing sessions, and forgetting closed ones.

Threads of the kind ``local`` are our rows themselves, whoever replies in them; others are made and deleted at a keeper
(``aitasks.providers.threads``). Closing only marks the row and leaves a job, so it needs no provider; the job deletes what was said and the
thread, and comes back until it could.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F

from aitasks import registry
from aitasks.providers.threads import ThreadKeeper
from aitasks.services import ending
from chat.errors import ChatProviderMissing, TooManyChatSessions, UnknownChatSession
from chat.models import ChatMessage, ChatSession
from common import clock, errors, ids, queue

log = structlog.get_logger(__name__)
LOCAL = "local"
OPEN_MAX = 1_000
FORGET_JOB = "chat.forget_session"
FORGET_DELAY_SECONDS_MAX = 3_600
FORGET_LOST_AFTER = timedelta(hours=2)
BATCH = 500


def open_session(*, account_id: UUID) -> ChatSession:
    """Open a chat session for an account at the configured provider and return it (G-4.1).

    Raises :class:`TooManyChatSessions`, :class:`ChatProviderMissing` and what the provider raises.
    """
    if ChatSession.objects.filter(account_id=account_id, closed_at=None).count() >= OPEN_MAX:
        raise TooManyChatSessions(OPEN_MAX)
    kind = settings.CHAT_PROVIDER
    keeper = find_keeper(kind)
    thread_id = keeper.create() if keeper else f"thread_{ids.new_id().hex}"
    return ChatSession.objects.create(account_id=account_id, provider=kind, thread_id=thread_id)


def close_session(*, account_id: UUID, thread_id: str) -> None:
    """Close the account's open session, stop its reply, and have it forgotten; raises :class:`UnknownChatSession` (G-4.3)."""
    mine = ChatSession.objects.filter(account_id=account_id, thread_id=thread_id, closed_at=None)
    with transaction.atomic():
        session = mine.first()
        if session is None or not mine.update(closed_at=clock.now()):
            raise UnknownChatSession
        queue.enqueue(name=FORGET_JOB, key=str(session.pk))
    for task_id in session.messages.filter(settled_at=None, task__isnull=False).values_list("task_id", flat=True):
        ending.cancel(account_id=account_id, task_id=task_id)


def forget_session(*, session_id: int) -> bool:
    """Delete what was said in a closed session, with its tasks and the provider's thread, and return whether all of it is gone.

    When the provider refuses or is down, the row says why and the job is left for later.
    """
    session = ChatSession.objects.filter(pk=session_id, closed_at__isnull=False, forgotten_at=None).first()
    if session is None:
        return True
    _delete_messages(session)
    try:
        keeper = find_keeper(session.provider)
        if keeper is not None:
            keeper.delete(session.thread_id)
    except errors.TollgateError as error:
        _try_later(session, error)
        return False
    ChatSession.objects.filter(pk=session.pk).update(forgotten_at=clock.now(), forget_problem="")
    return True


def resume_forgetting(*, limit: int = BATCH) -> int:
    """Leave a job again for closed sessions that nothing works on any more (a broker lost them), and return how many."""
    long_ago = clock.now() - FORGET_LOST_AFTER
    rows = list(
        ChatSession.objects.filter(closed_at__lt=long_ago, forgotten_at=None).order_by("closed_at").values_list("pk", flat=True)[:limit]
    )
    for pk in rows:
        with transaction.atomic():
            queue.enqueue(name=FORGET_JOB, key=str(pk))
    return len(rows)


def find_keeper(kind: str) -> ThreadKeeper | None:
    """Return who keeps threads of this kind, or None for our own; raises :class:`ChatProviderMissing`."""
    if kind == LOCAL:
        return None
    keeper = registry.find_keeper(kind)
    if keeper is None:
        raise ChatProviderMissing(kind)
    return keeper


def _delete_messages(session: ChatSession) -> None:
    """Delete the session's messages and the tasks behind its replies; what the calls cost stays in the usage records and the ledger."""
    for task_id in list(session.messages.filter(task__isnull=False).values_list("task_id", flat=True)):
        ending.cancel(account_id=session.account_id, task_id=task_id)
        ending.remove(account_id=session.account_id, task_id=task_id)
    ChatMessage.objects.filter(session=session).delete()


def _try_later(session: ChatSession, error: errors.TollgateError) -> None:
    delay_seconds = min(2 ** min(session.forget_attempts + 1, 20), FORGET_DELAY_SECONDS_MAX)
    log.warning("chat.forget_failed", session_id=session.pk, provider=session.provider, problem=type(error).__name__)
    with transaction.atomic():
        ChatSession.objects.filter(pk=session.pk).update(forget_attempts=F("forget_attempts") + 1, forget_problem=error.message)
        queue.enqueue(name=FORGET_JOB, key=str(session.pk), run_at=clock.now() + timedelta(seconds=delay_seconds))
