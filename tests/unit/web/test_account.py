"""The account page: names, mail address, password, sessions."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Session, User
from accounts.services import sessions
from common.models import OutgoingMail
from tests.factories.people import PASSWORD, make_user, open_session

# WhiteNoise misses the folder that `collectstatic` fills; in tests the finders serve the same files.
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")

NEW = "another long pass phrase"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"


def text(response: Any) -> str:
    content: bytes = response.content
    return content.decode()


def alive(user: User) -> int:
    return Session.objects.filter(user=user, revoked_at=None).count()


def test_names_are_changed(signed_in: Any, ada: User) -> None:
    assert 'value="Ada"' in text(signed_in.get("/account"))
    reply = signed_in.send("/account/names", first_name="Grace", last_name="<b>")
    assert (reply.status_code, reply["Location"]) == (302, "/account")
    page = text(signed_in.get("/account"))
    assert "Your names are saved." in page
    assert ('value="Grace"' in page, 'value="&lt;b&gt;"' in page) == (True, True)


def test_empty_names_are_refused_at_their_field(signed_in: Any, ada: User) -> None:
    reply = signed_in.send("/account/names", first_name="", last_name="Example")
    assert (reply.status_code, text(reply).count("This field is required.")) == (400, 1)
    ada.refresh_from_db()
    assert ada.first_name == "Ada"


@pytest.mark.clause("G-1.8")
def test_a_new_password_keeps_this_session_and_ends_the_others(signed_in: Any, ada: User) -> None:
    other = open_session(ada)
    reply = signed_in.send("/account/password", current_password=PASSWORD, new_password=NEW)
    assert (reply.status_code, reply["Location"]) == (302, "/account")
    assert "Every other device is signed out." in text(signed_in.get("/account"))
    assert Session.objects.get(pk=other.session_id).revoked_at is not None
    ada.refresh_from_db()
    assert ada.check_password(NEW)


@pytest.mark.clause("G-1.8")
@pytest.mark.parametrize(
    ("current", "new", "words"),
    [
        ("wrong", NEW, "This is not your current password."),
        (PASSWORD, "password", "This password is too common."),
        (PASSWORD, "short", "Ensure this value has at least 8 characters"),
        ("", NEW, "This field is required."),
    ],
)
def test_what_is_wrong_with_a_password_is_said(signed_in: Any, ada: User, current: str, new: str, words: str) -> None:
    other = open_session(ada)
    reply = signed_in.send("/account/password", current_password=current, new_password=new)
    assert (reply.status_code, text(reply).count(words)) == (400, 1)
    assert PASSWORD not in text(reply)
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    assert Session.objects.get(pk=other.session_id).revoked_at is None


def test_too_many_wrong_passwords_say_how_long_to_wait(signed_in: Any, settings: Any) -> None:
    settings.LOGIN_FAILURE_RATE = "1/5m"
    signed_in.send("/account/password", current_password="wrong", new_password=NEW)
    reply = signed_in.send("/account/password", current_password=PASSWORD, new_password=NEW)
    assert reply.status_code == 429
    assert f"Try again in {reply['Retry-After']} seconds." in text(reply)


def test_the_address_says_whether_it_is_confirmed(signed_in: Any, ada: User, settings: Any) -> None:
    settings.MAIL_RATE = "1/h"
    assert "Not confirmed" in text(signed_in.get("/account"))
    signed_in.send("/account/verification")
    assert "A letter is on its way to ada@example.com." in text(signed_in.get("/account"))
    signed_in.send("/account/verification")
    assert "Too many attempts." in text(signed_in.get("/account"))
    User.objects.update(verified_at=ada.created_at)
    page = text(signed_in.get("/account"))
    assert ("Not confirmed" in page, "Confirmed on" in page, "Send the link again" in page) == (False, True, False)
    signed_in.send("/account/verification")
    assert "verified already" in text(signed_in.get("/account"))
    assert OutgoingMail.objects.count() == 1


def test_sessions_are_told_apart_and_ended_one_by_one(signed_in: Any, ada: User, session: Session) -> None:
    other = sessions.sign_in(email=ada.email, password=PASSWORD, address="192.0.2.1", client="Firefox on Windows")
    page = text(signed_in.get("/account"))
    assert (page.count("This one"), page.count("Firefox on Windows")) == (1, 1)
    assert f"/account/sessions/{session.pk}/end" not in page
    assert signed_in.send(f"/account/sessions/{other.session_id}/end")["Location"] == "/account"
    page = text(signed_in.get("/account"))
    assert ("That session is ended." in page, "Firefox on Windows" in page, "End all others" in page) == (True, False, False)
    signed_in.send(f"/account/sessions/{other.session_id}/end")
    assert "There is no such session any more." in text(signed_in.get("/account"))


def test_all_others_are_ended_at_once(signed_in: Any, ada: User, session: Session) -> None:
    for _ in range(2):
        open_session(ada)
    signed_in.send("/account/sessions/end-others")
    assert "2 other sessions ended." in text(signed_in.get("/account"))
    assert list(Session.objects.filter(revoked_at=None)) == [session]


def test_nobody_ends_anothers_session(signed_in: Any) -> None:
    bob = make_user()
    theirs = open_session(bob)
    signed_in.send(f"/account/sessions/{theirs.session_id}/end")
    signed_in.send("/account/sessions/end-others")
    assert alive(bob) == 1


def test_a_long_list_of_sessions_is_cut(signed_in: Any, ada: User) -> None:
    for _ in range(30):
        open_session(ada)
    page = text(signed_in.get("/account"))
    assert (page.count("Signed in "), "there are more" in page) == (30, True)


def test_a_browser_is_recognised(ada: User) -> None:
    browser = Client(headers={"user-agent": CHROME})
    browser.post("/sign-in", {"email": ada.email, "password": PASSWORD})
    assert Session.objects.get().client == "Chrome on Linux"
    assert "Chrome on Linux" in text(browser.get("/account"))


@pytest.mark.parametrize("path", ["names", "password", "verification", "sessions/end-others"])
def test_changes_take_a_post_of_our_own_by_who_is_in(signed_in: Any, ada: User, path: str) -> None:
    assert signed_in.get(f"/account/{path}").status_code == 405
    assert signed_in.client.post(f"/account/{path}").status_code == 403
    assert Client().post(f"/account/{path}")["Location"].startswith("/sign-in?next=")


def test_a_longer_list_costs_no_more_queries(signed_in: Any, ada: User) -> None:
    with CaptureQueriesContext(connection) as before:
        signed_in.get("/account")
    for _ in range(5):
        open_session(ada)
    with CaptureQueriesContext(connection) as after:
        signed_in.get("/account")
    assert len(after) == len(before)
