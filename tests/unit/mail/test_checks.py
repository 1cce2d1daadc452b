"""``check --deploy`` and mail."""

from typing import Any

from common.checks import check_mail_server


def test_a_deployment_without_a_mail_server_is_warned(settings: Any) -> None:
    settings.EMAIL_HOST = ""
    assert [problem.id for problem in check_mail_server(None)] == ["tollgate.mail.W001"]
    settings.EMAIL_HOST = "mail.example.com"
    assert check_mail_server(None) == []
