"""Erasing a deleted user's conversations, here and at whoever keeps their threads (P-6.2)."""

from uuid import UUID

from chat.errors import ThreadKept
from chat.models import ChatSession
from chat.services import sessions


def erase_chats(account_id: UUID) -> None:
    """Close and forget all of the account's sessions; raises :class:`ThreadKept` while a provider does not let go of one."""
    mine = ChatSession.objects.filter(account_id=account_id)
    for thread_id in list(mine.filter(closed_at=None).values_list("thread_id", flat=True)):
        sessions.close_session(account_id=account_id, thread_id=thread_id)
    kept = [pk for pk in list(mine.filter(forgotten_at=None).values_list("pk", flat=True)) if not sessions.forget_session(session_id=pk)]
    mine.filter(forgotten_at__isnull=False).delete()
    if kept:
        raise ThreadKept(len(kept))
