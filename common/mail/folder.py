"""The embedded way out: each letter becomes a file that any mail program opens, in ``DATA_DIR/mail/``.

For trying Tollgate out, where there is no mail server. A file appears whole, under its name, or not at all.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from common import clock, ids

log = structlog.get_logger(__name__)


class FolderBackend(BaseEmailBackend):
    """Writes letters to files."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each letter to a file of its own, newest last by name, and return how many."""
        folder = Path(settings.DATA_DIR) / "mail"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{clock.now():%Y%m%dT%H%M%S%f}-{ids.new_id().hex[-8:]}"
            partial = folder / f"{name}.part"
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(message.message().as_bytes())
            partial.rename(folder / f"{name}.eml")
            log.info("mail.written", path=f"{folder}/{name}.eml")
        return len(email_messages)
