"""Letters: posted with their reason, sent once, tried again, given up; and where they go when there is no mail server."""

import email
import email.policy
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from common import clock, mail
from common.mail import sending
from common.models import Job, OutgoingMail

LINK = "http://127.0.0.1:8000/verify?token=a.b.c&d=<e>"
ROW: dict[str, Any] = {
    "to": "ada@example.com",
    "subject": "Confirm your mail address",
    "template": "verify",
    "context": {"link": LINK, "days": 7},
}
Travel = Callable[[timedelta], None]


class BrokenServer(BaseEmailBackend):
    """A mail server that is away."""

    def send_messages(self, email_messages: object) -> int:
        raise ConnectionRefusedError("password=secret")


@pytest.fixture
def letter(db: None) -> OutgoingMail:
    return mail.post(**ROW)


@pytest.fixture
def broken(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"


def states(letter: OutgoingMail) -> tuple[int, str, bool, bool, bool]:
    letter.refresh_from_db()
    return letter.attempts, letter.problem, letter.sent_at is not None, letter.failed_at is not None, bool(letter.text or letter.html)


def test_a_letter_is_posted_with_what_it_is_about_or_not_at_all(db: None) -> None:
    with transaction.atomic():
        mail.post(**ROW)
        transaction.set_rollback(True)
    assert (OutgoingMail.objects.count(), Job.objects.count()) == (0, 0)


def test_a_letter_goes_out_once_as_text_and_html(letter: OutgoingMail) -> None:
    assert [(job.name, job.key) for job in Job.objects.all()] == [("common.send_mail", str(letter.pk))]
    for _ in range(3):
        sending.send(mail_id=letter.pk)
    (message,) = outbox.outbox
    assert isinstance(message, outbox.EmailMultiAlternatives)
    assert (message.to, message.subject, message.from_email) == (["ada@example.com"], ROW["subject"], "Tollgate <no-reply@127.0.0.1>")
    assert LINK in str(message.body).splitlines()
    html = str(message.alternatives[0][0])
    assert 'href="http://127.0.0.1:8000/verify?token=a.b.c&amp;d=&lt;e&gt;"' in html
    assert (message.extra_headers["Message-ID"], message.extra_headers["Auto-Submitted"]) == (f"<{letter.pk}@127.0.0.1>", "auto-generated")
    assert states(letter) == (1, "", True, False, False)


@pytest.mark.usefixtures("broken")
def test_what_could_not_be_sent_is_tried_again_and_given_up(letter: OutgoingMail, travel: Travel) -> None:
    travel(timedelta(seconds=1))
    for attempt, wait_seconds in enumerate(sending.WAITS_SECONDS, start=1):
        is_last = attempt == len(sending.WAITS_SECONDS)
        sending.send(mail_id=letter.pk)
        assert states(letter) == (attempt, "ConnectionRefusedError", False, is_last, not is_last)
        assert letter.next_at == clock.now() + timedelta(seconds=wait_seconds)
        sending.send(mail_id=letter.pk)
        assert states(letter)[0] == attempt, "not before it is due"
        travel(timedelta(seconds=wait_seconds))
    sending.send(mail_id=letter.pk)
    assert states(letter)[0] == len(sending.WAITS_SECONDS)


@pytest.mark.usefixtures("broken")
def test_what_went_wrong_is_logged_without_words(letter: OutgoingMail, caplog: pytest.LogCaptureFixture) -> None:
    sending.send(mail_id=letter.pk)
    assert "mail.not_sent" in caplog.text
    assert not any(secret in caplog.text for secret in ("token=", "password=secret", "ada@example.com"))


def test_a_sender_that_died_leaves_a_letter_that_is_found(letter: OutgoingMail, travel: Travel) -> None:
    """Claimed, and never heard of again: the job is gone."""
    travel(timedelta(seconds=1))
    Job.objects.all().delete()
    OutgoingMail.objects.filter(pk=letter.pk).update(attempts=1, next_at=clock.now() + timedelta(seconds=60))
    travel(timedelta(seconds=60 + sending.OVERDUE_SECONDS - 1))
    assert sending.requeue_due() == 0
    travel(timedelta(seconds=1))
    assert (sending.requeue_due(), sending.requeue_due()) == (1, 0)
    sending.send(mail_id=letter.pk)
    assert (states(letter), len(outbox.outbox)) == ((2, "", True, False, False), 1)
    travel(timedelta(days=1))
    assert sending.requeue_due() == 0


def test_a_clock_that_is_behind_delays_no_first_attempt(letter: OutgoingMail, travel: Travel) -> None:
    travel(timedelta(seconds=-30))
    sending.send(mail_id=letter.pk)
    assert len(outbox.outbox) == 1


def test_old_letters_are_forgotten(letter: OutgoingMail, travel: Travel) -> None:
    travel(sending.KEPT - timedelta(minutes=1))
    assert sending.forget_old() == 0
    travel(timedelta(minutes=2))
    assert (sending.forget_old(), OutgoingMail.objects.count()) == (1, 0)


def test_without_a_server_letters_become_files(letter: OutgoingMail, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND, settings.DATA_DIR = "common.mail.folder.FolderBackend", tmp_path
    sending.send(mail_id=letter.pk)
    (path,) = (tmp_path / "mail").iterdir()
    assert (path.suffix, path.stat().st_mode & 0o777) == (".eml", 0o600)
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert (message["To"], message["Subject"]) == ("ada@example.com", ROW["subject"])
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    body = message.get_body(("plain",))
    assert body is not None
    assert LINK in body.get_content()
