"""The letters that a test's mail server has received, read as a person's mail program would."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.core import mail

LINK = re.compile(r"http://127\.0\.0\.1:8000(/[a-z-]+)\?token=(\S+)")


@dataclass(frozen=True, slots=True)
class Letter:
    """What came: to whom, about what, and the page and token of the link in it, if there is one."""

    to: str
    subject: str
    page: str
    token: str


def read_letters() -> list[Letter]:
    """Return all letters, oldest first."""
    return [read_letter(message) for message in mail.outbox]


def read_letter(message: mail.EmailMessage) -> Letter:
    match = LINK.search(str(message.body))
    return Letter(message.to[0], str(message.subject), match[1] if match else "", match[2] if match else "")


def next_token(run_jobs: Callable[[], int]) -> str:
    """Send what waits, and return the token of the newest letter."""
    run_jobs()
    return read_letters()[-1].token
