"""Sending what was posted: each attempt is claimed by one conditional ``UPDATE``, which also says when the next one would be due.

So a letter whose sender died is due again by itself, and a job that is delivered twice finds nothing to do.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, Q

from common import clock, queue
from common.mail import JOB
from common.models import OutgoingMail

log = structlog.get_logger(__name__)
WAITS_SECONDS = (60, 300, 1_800, 7_200, 21_600, 43_200)
"""How long after each attempt the next one is due: most outages of a mail server end within a day."""
OVERDUE_SECONDS = 60
"""A letter that is due for so long has lost its job."""
BATCH_MAX = 100
KEPT = timedelta(days=30)


def send(*, mail_id: UUID) -> None:
    """Send a letter if it is due; what goes wrong is recorded, and the letter is due again later, a few times."""
    now = clock.now()
    # The first attempt waits for no clock: the one of the process that posted the letter may be ahead of ours.
    is_due = Q(attempts=0) | Q(next_at__lte=now)
    letter = OutgoingMail.objects.filter(is_due, pk=mail_id, sent_at=None, failed_at=None).first()
    if letter is None:
        return
    wait = timedelta(seconds=WAITS_SECONDS[min(letter.attempts, len(WAITS_SECONDS) - 1)])
    mine = OutgoingMail.objects.filter(pk=mail_id, attempts=letter.attempts, sent_at=None, failed_at=None)
    if not mine.update(attempts=F("attempts") + 1, next_at=now + wait):
        return
    claimed = OutgoingMail.objects.filter(pk=mail_id, attempts=letter.attempts + 1)
    try:
        compose(letter).send()
    except Exception as error:  # noqa: BLE001 - mail libraries raise whatever sockets and servers do; all of it means: later
        is_last = letter.attempts + 1 >= len(WAITS_SECONDS)
        log.warning("mail.not_sent", key_id=str(mail_id), problem=type(error).__name__, attempt=letter.attempts + 1)
        blanks = {"failed_at": clock.now(), "text": "", "html": ""} if is_last else {}
        claimed.update(problem=type(error).__name__, **blanks)
        return
    OutgoingMail.objects.filter(pk=mail_id).update(sent_at=clock.now(), text="", html="", problem="")
    log.info("mail.sent", key_id=str(mail_id), attempt=letter.attempts + 1)


def compose(letter: OutgoingMail) -> EmailMultiAlternatives:
    """Return the letter as it goes out: plain text, and HTML beside it."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    headers = {"Message-ID": f"<{letter.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(letter.subject, letter.text, settings.DEFAULT_FROM_EMAIL, [letter.to], headers=headers)
    message.attach_alternative(letter.html, "text/html")
    return message


def requeue_due() -> int:
    """Enqueue letters that are due and have no job: the next attempts, and what a crash left behind; return how many."""
    overdue = clock.now() - timedelta(seconds=OVERDUE_SECONDS)
    # Due for half as long as it takes to be found here: not found at the next sweep, and due for a worker whose clock is behind.
    looked = overdue + timedelta(seconds=OVERDUE_SECONDS / 2)
    due = OutgoingMail.objects.filter(sent_at=None, failed_at=None, next_at__lte=overdue).order_by("next_at")[:BATCH_MAX]
    found = [row for row in due if OutgoingMail.objects.filter(pk=row.pk, next_at=row.next_at).update(next_at=looked)]
    for row in found:
        queue.enqueue(name=JOB, key=str(row.pk))
    return len(found)


def forget_old() -> int:
    """Delete letters that were sent or given up long ago, and return how many."""
    return OutgoingMail.objects.filter(created_at__lt=clock.now() - KEPT).delete()[0]


def forget_letters(*, to: str) -> int:
    """Delete every letter to an address, sent or not, and return how many."""
    return OutgoingMail.objects.filter(to=to).delete()[0]
