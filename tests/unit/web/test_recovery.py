"""Pages behind the links of letters: a new password, a confirmed address."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Session, User
from common.queue import embedded
from tests.factories.people import PASSWORD, open_session

# WhiteNoise misses the folder that `collectstatic` fills; in tests the finders serve the same files.
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")

NEW = "another long pass phrase"
SIGN_UP = {"first_name": "Ada", "last_name": "Example", "email": "new@example.com", "password": PASSWORD}


def text(response: Any) -> str:
    content: bytes = response.content
    return content.decode()


def newest_link() -> str:
    """Send what waits, and return the path of the newest letter's link."""
    while rows := embedded.claim_jobs(limit=10):
        for row in rows:
            embedded.run_claimed(row)
    match = re.search(r"http://127\.0\.0\.1:8000(/\S+)", str(mail.outbox[-1].body))
    assert match is not None
    return match[1]


@pytest.mark.clause("G-1.8")
def test_who_has_forgotten_a_password_sets_a_new_one(browser_page: Any, ada: User) -> None:
    open_session(ada)
    assert 'href="/forgotten-password"' in text(browser_page.get("/sign-in"))
    reply = browser_page.send("/forgotten-password", email="Ada@Example.com")
    assert (reply.status_code, reply["Location"]) == (302, "/forgotten-password/sent")
    link = newest_link()
    page = text(browser_page.get(link))
    assert "Set a new password" in page
    assert "ada@example.com" in page
    token = link.partition("token=")[2]
    reply = browser_page.send("/reset-password", token=token, new_password="password")
    assert (reply.status_code, text(reply).count("This password is too common.")) == (400, 1)
    reply = browser_page.send("/reset-password", token=token, new_password=NEW)
    assert (reply.status_code, reply["Location"]) == (302, "/sign-in")
    assert "Your password is changed, and every device is signed out." in text(browser_page.get("/sign-in"))
    assert Session.objects.filter(revoked_at=None).count() == 0
    assert browser_page.sign_in(password=NEW).status_code == 302
    reply = browser_page.get(link)
    assert (reply.status_code, "This link is no longer good" in text(reply)) == (400, True)


@pytest.mark.clause("G-1.8")
def test_the_pages_do_not_say_whether_an_address_is_known(browser_page: Any, ada: User) -> None:
    replies = [browser_page.send("/forgotten-password", email=email) for email in ("ada@example.com", "nobody@example.com")]
    assert [(reply.status_code, reply["Location"]) for reply in replies] == [(302, "/forgotten-password/sent")] * 2
    assert "If the address has an account" in text(browser_page.get("/forgotten-password/sent"))


@pytest.mark.parametrize("email", ["", "ada", "x" * 255])
def test_what_is_no_address_is_refused_at_its_field(browser_page: Any, email: str) -> None:
    reply = browser_page.send("/forgotten-password", email=email)
    assert (reply.status_code, "errorlist" in text(reply)) == (400, True)


def test_too_many_requests_say_how_long_to_wait(browser_page: Any, ada: User, settings: Any) -> None:
    settings.MAIL_RATE = "0/h"
    reply = browser_page.send("/forgotten-password", email="ada@example.com")
    assert (reply.status_code, reply["Retry-After"]) == (429, "3600")
    settings.RESET_RATE = "0/m"
    reply = browser_page.send("/verify", token="x")
    assert (reply.status_code, reply["Retry-After"]) == (429, "60")
    assert "Try again in 60 seconds." in text(reply)


@pytest.mark.clause("G-1.8")
def test_who_signs_up_confirms_the_address(browser_page: Any, db: None) -> None:
    browser_page.send("/sign-up", **SIGN_UP)
    assert "We have sent a letter to new@example.com." in text(browser_page.get("/playground"))
    link = newest_link()
    assert "Confirm address" in text(browser_page.get(link))
    assert User.objects.get().verified_at is None, "opening a link changes nothing: scanners open links too"
    token = link.partition("token=")[2]
    assert "Your address is confirmed" in text(browser_page.send("/verify", token=token))
    assert User.objects.get().verified_at is not None
    reply = browser_page.send("/verify", token=token)
    assert (reply.status_code, "This link is no longer good" in text(reply)) == (400, True)


@pytest.mark.clause("G-1.8")
def test_an_old_link_leads_to_a_new_one(browser_page: Any, ada: User, travel: Callable[[timedelta], None]) -> None:
    travel(timedelta())
    browser_page.send("/forgotten-password", email=ada.email)
    link = newest_link()
    travel(timedelta(hours=1))
    reply = browser_page.get(link)
    assert (reply.status_code, 'href="/forgotten-password"' in text(reply)) == (400, True)
    reply = browser_page.send("/reset-password", token=link.partition("token=")[2], new_password=NEW)
    assert reply.status_code == 400
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


@pytest.mark.parametrize("token", ["", "x", "..", "a" * 5_000, "é.é.é", "<script>"])
def test_what_is_no_token_is_refused(browser_page: Any, ada: User, token: str) -> None:
    assert browser_page.client.get("/reset-password", {"token": token}).status_code == 400
    assert browser_page.send("/reset-password", token=token, new_password=NEW).status_code == 400
    assert browser_page.send("/verify", token=token).status_code == 400
    assert "<script>" not in text(browser_page.client.get("/verify", {"token": token})).replace("<script type", "")


@pytest.mark.parametrize("path", ["/forgotten-password", "/reset-password", "/verify"])
def test_forms_take_a_post_of_our_own(ada: User, path: str) -> None:
    assert Client(enforce_csrf_checks=True).post(path, {"email": ada.email}).status_code == 403
    assert "no-store" in Client().get(path)["Cache-Control"]
