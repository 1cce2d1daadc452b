"""Jobs of common: load, call, nothing else."""

from uuid import UUID

from common import queue
from common.mail import JOB, sending


@queue.job(JOB)
def send_mail(mail_id: str) -> None:
    """Send one letter."""
    sending.send(mail_id=UUID(mail_id))
