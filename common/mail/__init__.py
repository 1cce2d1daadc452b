"""Mail: ``post`` a letter inside the transaction that is its reason; a job sends it.

A letter is a row (the outbox), so a mail server that is away or a process that dies loses none, and no request waits for one. A letter is
sent at least once: where a crash leaves it open whether the server took it, it goes out again with the same Message-ID. Its words, which
may hold a link that opens an account, are deleted once it is sent, and never logged.
"""

from django.conf import settings
from django.template.loader import render_to_string

from common import queue, rows
from common.models import OutgoingMail

JOB = "common.send_mail"


def post(*, to: str, subject: str, template: str, context: dict[str, object]) -> OutgoingMail:
    """Post a letter once the surrounding transaction commits: ``mail/<template>.txt`` and ``.html`` of the templates, rendered now."""
    facts = {"public_url": settings.PUBLIC_URL, "subject": subject, "to": to} | context
    text, html = (render_to_string(f"mail/{template}.{form}", facts) for form in ("txt", "html"))
    letter = OutgoingMail(to=to, subject=subject, text=text.strip() + "\n", html=html)
    rows.insert(letter)
    queue.enqueue(name=JOB, key=str(letter.pk))
    return letter
