"""Jobs of accounts: load, call a service, nothing else."""

from uuid import UUID

from accounts.services import erasing, passwords
from common import queue


@queue.job(passwords.ANSWER_JOB)
def answer_reset(request_id: str) -> None:
    """Answer somebody who asked for a new password."""
    passwords.answer_reset(request_id=UUID(request_id))


@queue.job(erasing.ERASE_JOB)
def erase_user(account_id: str) -> None:
    """Erase what a deleted user has left."""
    erasing.erase(account_id=UUID(account_id))
