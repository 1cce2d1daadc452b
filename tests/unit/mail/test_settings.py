"""``EMAIL_URL`` and ``MAIL_FROM``: what they may look like."""

import pytest
from pydantic import ValidationError

from config.environment import Environment


@pytest.mark.parametrize(
    "url",
    ["", "smtp://mail.example.com", "smtp+tls://ada%40example.com:p%2Fw@mail.example.com:2525", "smtps://mail.example.com:465/"],
)
def test_mail_servers(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "1")
    monkeypatch.setenv("EMAIL_URL", url)
    environment = Environment()
    assert environment.email_url.get_secret_value() == url
    assert not url or url not in repr(environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_URL", "mail.example.com"),
        ("EMAIL_URL", "http://mail.example.com"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://mail.example.com/folder"),
        ("EMAIL_URL", "smtp://mail.example.com:0x1"),
        ("EMAIL_URL", "smtp://mail.example.com:99999"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "Tollgate <>"),
        ("MAIL_FROM", "a@example.com\nBcc: b@example.com"),
        ("MAIL_RATE", "many"),
        ("RESET_RATE", "5"),
    ],
)
def test_what_is_none_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "1")
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Environment()
