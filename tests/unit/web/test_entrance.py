"""Signing up, in and out on pages, and the token of a page's script."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.managers import UserManager
from accounts.models import Session, User
from accounts.services import sessions
from billing.models import Wallet
from tests.factories.people import PASSWORD

# WhiteNoise misses the folder that `collectstatic` fills; in tests the finders serve the same files.
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")

ADA = {"first_name": "Ada", "last_name": "Example", "email": "Ada@Example.com", "password": PASSWORD}


def text(response: Any) -> str:
    content: bytes = response.content
    return content.decode()


def test_signing_up_makes_a_user_signs_in_and_shows_the_welcome_credits(browser_page: Any, settings: Any) -> None:
    settings.WELCOME_CREDITS = 321
    reply = browser_page.send("/sign-up", **ADA)
    assert (reply.status_code, reply["Location"]) == (302, "/playground")
    assert User.objects.get().email == "ada@example.com"
    assert Wallet.objects.get().available == 321
    assert '<span id="balance">321</span>' in text(browser_page.get("/playground"))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "nonsense", "Enter a valid email address."),
        ("password", "short", "Ensure this value has at least 8 characters"),
        ("password", "password", "This password is too common."),
        ("first_name", "", "This field is required."),
        ("first_name", "A\x00b", "Null characters are not allowed."),
        ("last_name", "x" * 101, "Ensure this value has at most 100 characters"),
        ("email", "a" * 300 + "@example.com", "Ensure this value has at most 254 characters"),
    ],
)
def test_what_is_wrong_with_a_registration_is_said_at_its_field(browser_page: Any, field: str, value: str, words: str) -> None:
    reply = browser_page.send("/sign-up", **ADA | {field: value})
    assert reply.status_code == 400
    assert words in text(reply)
    assert User.objects.count() == 0


def test_an_address_registers_once(browser_page: Any, ada: User) -> None:
    reply = browser_page.send("/sign-up", **ADA)
    assert reply.status_code == 400
    assert "Email already exists." in text(reply)
    assert User.objects.count() == 1


def test_too_many_registrations_say_how_long_to_wait(browser_page: Any, settings: Any) -> None:
    settings.SIGNUP_RATE = "0/m"
    reply = browser_page.send("/sign-up", **ADA)
    assert (reply.status_code, reply["Retry-After"]) == (429, "60")
    assert "Too many attempts. Try again in 60 seconds." in text(reply)


def test_signing_in_goes_on_to_where_the_visitor_was_going(browser_page: Any, ada: User) -> None:
    away = browser_page.get("/credits?before=5")
    assert (away.status_code, away["Location"]) == (302, "/sign-in?next=%2Fcredits%3Fbefore%3D5")
    assert browser_page.sign_in(next="/credits?before=5")["Location"] == "/credits?before=5"


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"])
def test_signing_in_leads_to_no_other_site(browser_page: Any, ada: User, next_: str) -> None:
    assert browser_page.sign_in(next=next_)["Location"] == "/playground"


def test_a_wrong_password_opens_nothing(browser_page: Any, ada: User) -> None:
    reply = browser_page.sign_in(password="wrong")
    assert reply.status_code == 400
    assert "Invalid email or password." in text(reply)
    assert Session.objects.count() == 0
    assert browser_page.get("/playground").status_code == 302


def test_too_many_wrong_passwords_say_how_long_to_wait(browser_page: Any, ada: User, settings: Any) -> None:
    settings.LOGIN_FAILURE_RATE = "1/5m"
    browser_page.sign_in(password="wrong")
    reply = browser_page.sign_in()
    assert reply.status_code == 429
    assert 1 <= int(reply["Retry-After"]) <= 300
    assert f"Try again in {reply['Retry-After']} seconds." in text(reply)
    assert Session.objects.count() == 0


def test_a_superuser_without_an_account_is_told_so(browser_page: Any, db: None) -> None:
    manager = User.objects
    assert isinstance(manager, UserManager)
    manager.create_superuser("ada@example.com", PASSWORD)
    reply = browser_page.sign_in()
    assert "can only use the admin" in text(reply)
    assert Session.objects.get().revoked_at is not None


@pytest.mark.clause("G-1.6")
def test_signing_out_kills_the_pages_tokens(signed_in: Any) -> None:
    token = signed_in.ask("/session/token").json()["token"]
    assert signed_in.call("/api/user/credits", token).status_code == 200
    reply = signed_in.send("/sign-out")
    assert (reply.status_code, reply["Location"]) == (302, "/")
    assert signed_in.call("/api/user/credits", token).status_code == 401
    assert signed_in.get("/playground").status_code == 302
    assert signed_in.ask("/session/token").status_code == 401


def test_signing_out_takes_a_post_of_our_own(signed_in: Any) -> None:
    assert signed_in.get("/sign-out").status_code == 405
    assert signed_in.client.post("/sign-out").status_code == 403
    assert signed_in.get("/playground").status_code == 200


def test_the_token_is_the_sessions_own_and_is_not_cached(signed_in: Any, settings: Any) -> None:
    reply = signed_in.ask("/session/token")
    assert reply.json()["expiresIn"] == settings.ACCESS_TOKEN_SECONDS
    assert set(reply.json()) == {"token", "expiresIn"}
    assert "no-store" in reply["Cache-Control"]


def test_the_token_needs_the_csrf_token(signed_in: Any) -> None:
    reply = signed_in.client.post("/session/token", "{}", content_type="application/json")
    assert reply.status_code == 403
    assert "Please try again" in text(reply)


def test_a_page_is_signed_in_only_while_its_row_is_alive(signed_in: Any, session: Session) -> None:
    assert signed_in.get("/playground").status_code == 200
    sessions.sign_out(session_id=session.pk)
    assert signed_in.get("/playground")["Location"] == "/sign-in?next=%2Fplayground"
    reply = signed_in.ask("/session/token")
    assert (reply.status_code, reply.json()) == (401, {"message": "You are signed out. Sign in again to go on."})


def test_a_disabled_user_is_out_at_once(signed_in: Any, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert signed_in.get("/keys").status_code == 302


def test_signing_in_changes_the_cookie_and_ends_the_session_before(signed_in: Any, session: Session) -> None:
    before = signed_in.client.cookies["sessionid"].value
    signed_in.client.post("/sign-in", {"email": "ada@example.com", "password": PASSWORD, "csrfmiddlewaretoken": signed_in.csrf})
    assert signed_in.client.cookies["sessionid"].value != before
    session.refresh_from_db()
    assert session.revoked_at is not None
    assert Session.objects.filter(revoked_at=None).count() == 1


def test_the_entrance_sends_those_who_are_in_further(signed_in: Any) -> None:
    assert signed_in.get("/sign-in")["Location"] == "/playground"
    assert signed_in.get("/sign-up?next=/keys")["Location"] == "/keys"


def test_a_forged_session_cookie_is_nobody(db: None) -> None:
    client = Client()
    client.cookies["sessionid"] = "x" * 500
    assert client.get("/playground").status_code == 302


def test_the_admin_has_its_own_door(client: Client, settings: Any, signed_in: Any) -> None:
    reply = signed_in.get(f"/{settings.ADMIN_PATH}")
    assert reply.status_code == 302
    assert "login" in reply["Location"]


def test_a_quote_is_the_highest_price(signed_in: Any) -> None:
    body = json.dumps({"prompts": {"prompt": "a boat"}, "target": {"type": "image"}, "count": 3})
    assert signed_in.ask("/playground/quote/imagine", body).json() == {"creditsMax": "30"}
    assert Wallet.objects.get().reserved == 0


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("imagine", "{}", 400),
        ("imagine", "[]", 400),
        ("imagine", "not json", 400),
        ("imagine", '{"prompts": {"prompt": "\\u0000"}}', 400),
        ("nothing", "{}", 404),
    ],
)
def test_a_quote_for_what_is_no_call_says_why(signed_in: Any, path: str, body: str, status: int) -> None:
    reply = signed_in.ask(f"/playground/quote/{path}", body)
    assert reply.status_code == status
    assert reply.json()["message"] != ""


def test_a_quote_is_for_those_who_are_in(browser_page: Any, db: None) -> None:
    browser_page.get("/sign-in")
    assert browser_page.ask("/playground/quote/imagine").status_code == 401
