"""``EMAIL_URL`` leads to a real mail server: the settings are computed in a process of its own, as the product does."""

import email
import email.policy
import os
import subprocess
import sys
from pathlib import Path

from tests.fakes.mail_server import mail_server

SEND = """
from common.models import OutgoingMail
from common.mail.sending import compose
letter = OutgoingMail(to="ada@example.com", subject="Grüße", text="A line.\\n.\\nAnother.\\n", html="<p>A line.</p>")
compose(letter).send()
"""


def test_a_letter_goes_to_the_server_that_the_environment_names(tmp_path: Path) -> None:
    with mail_server() as server:
        environment = os.environ | {
            "DEMO": "1",
            "DATA_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "EMAIL_URL": f"smtp://ada%40example.com:p%2Fw@127.0.0.1:{server.port}",
            "MAIL_FROM": "Acme <no-reply@acme.example>",
        }
        code = f"import django\ndjango.setup()\n{SEND}"
        root = Path(__file__).resolve().parents[3]
        subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, check=True, timeout=60)
    assert [command for command in server.commands if not command.lower().startswith("ehlo")] == [
        "|ada@example.com|p/w", "mail FROM:<no-reply@acme.example>", "rcpt TO:<ada@example.com>", "data", "quit",
    ]  # fmt: skip
    (raw,) = server.letters
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    assert (letter["From"], letter["To"], letter["Subject"]) == ("Acme <no-reply@acme.example>", "ada@example.com", "Grüße")
    assert letter["Message-ID"].endswith("@acme.example>")
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
