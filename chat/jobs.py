"""Jobs of chat: load, call a service, nothing else."""

from chat.services import sessions
from common import queue


@queue.job(sessions.FORGET_JOB)
def forget_session(session_id: str) -> None:
    """Delete a closed session's messages and its thread at the provider."""
    sessions.forget_session(session_id=int(session_id))
