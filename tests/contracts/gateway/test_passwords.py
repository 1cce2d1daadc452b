"""G-1.8: changing a password, and setting a new one by a link that comes by mail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.errors import WrongCredentials
from accounts.hashers import Argon2Hasher
from accounts.models import ResetRequest, Session, User
from accounts.services import passwords, sessions
from accounts.tokens import make_link_token
from common import clock
from common.models import Job, OutgoingMail
from tests.conftest import Actor
from tests.contracts.gateway.letters import Letter, next_token, read_letters
from tests.contracts.matching import TEXT
from tests.contracts.stored import everything_stored
from tests.factories import people
from tests.fakes.asgi import Client

CHANGE, RESET, CONFIRM = (f"/api/v1/auth/{path}" for path in ("password", "password/reset", "password/reset/confirm"))
LOGIN, REFRESH, ME = (f"/api/v1/{path}" for path in ("auth/login", "auth/refresh", "users/me"))
NEW = "another long pass phrase"
BAD_LOGIN = {"error": "Invalid email or password.", "code": "UNAUTHORIZED"}
BAD_TOKEN = {"error": "Invalid authentication token.", "code": "UNAUTHORIZED"}
BAD_LINK = {"error": "Invalid or expired token. Ask for a new link.", "code": "INVALID_REQUEST"}
SENT = {"message": "If this address has an account, a link to set a new password is on its way."}
RunJobs = Callable[[], int]
Travel = Callable[[timedelta], None]


def change(current: str = people.PASSWORD, new: str = NEW) -> dict[str, str]:
    return {"currentPassword": current, "newPassword": new}


def counted(method: Callable[..., Any], calls: list[str]) -> Callable[..., Any]:
    def count(*given: Any) -> Any:
        calls.append("one")
        return method(*given)

    return count


def can_sign_in(api: Client, email: str, password: str) -> bool:
    return api.post(LOGIN, {"email": email, "password": password}).status == 200


class TestChange:
    @pytest.mark.clause("G-1.8")
    def test_replaces_the_password_and_ends_every_other_session(self, api: Client, user: Actor, run_jobs: RunJobs) -> None:
        others = [people.open_session(user.user) for _ in range(3)]
        reply = user.api.post(CHANGE, change())
        assert (reply.status, reply.json) == (200, {"message": "Password changed successfully."})
        for other in others:
            assert api.with_token(other.access).get(ME).json == BAD_TOKEN
            assert api.post(REFRESH, {"refreshToken": other.refresh}).status == 401
        assert [client.get(ME).status for client in (user.api, user.key_api)] == [200, 200]
        assert api.post(REFRESH, {"refreshToken": user.refresh}).status == 200
        assert [can_sign_in(api, user.user.email, password) for password in (people.PASSWORD, NEW)] == [False, True]
        run_jobs()
        assert read_letters() == [Letter(user.user.email, "Your password was changed", "", "")]

    @pytest.mark.clause("G-1.8", "G-1.4")
    def test_a_wrong_current_password_changes_nothing(self, user: Actor) -> None:
        before = everything_stored()
        reply = user.api.post(CHANGE, change(current="wrong"))
        assert (reply.status, reply.json) == (401, BAD_LOGIN)
        assert reply.headers["www-authenticate"] == 'Bearer realm="tollgate"'
        assert everything_stored() == before

    @pytest.mark.clause("G-1.8")
    @pytest.mark.parametrize(
        ("new", "reason"),
        [
            ("password", "This password is too common."),
            ("93845720", "This password is entirely numeric."),
            ("sevench", "Ensure this field has at least 8 characters."),
            ("x" * 257, "Ensure this field has no more than 256 characters."),
        ],
    )
    def test_refuses_passwords_that_django_refuses(self, user: Actor, new: str, reason: str) -> None:
        before = everything_stored()
        reply = user.api.post(CHANGE, change(new=new))
        assert reply.status == 400
        assert reply.json == {"error": "Invalid input data.", "code": "INVALID_REQUEST", "details": {"newPassword": [reason]}}
        assert everything_stored() == before

    @pytest.mark.clause("G-1.8")
    @pytest.mark.parametrize(
        "body", [{}, {"currentPassword": "x"}, {"newPassword": NEW}, change() | {"userId": "x"}, change() | {"newPassword": None}]
    )
    def test_refuses_other_bodies(self, user: Actor, body: object) -> None:
        before = everything_stored()
        reply = user.api.post(CHANGE, body)
        assert (reply.status, reply.json["error"]) == (400, "Invalid input data.")
        assert everything_stored() == before

    @pytest.mark.clause("G-1.8")
    def test_a_key_cannot_change_it(self, user: Actor) -> None:
        before = everything_stored()
        assert user.key_api.post(CHANGE, change()).json == {"error": TEXT, "code": "FORBIDDEN"}
        assert everything_stored() == before

    @pytest.mark.clause("G-1.8", "G-1.7")
    def test_nobody_changes_it_without_a_session(self, api: Client) -> None:
        assert (api.post(CHANGE, change()).status, api.post(CHANGE, change()).json) == (401, BAD_TOKEN)

    @pytest.mark.clause("G-1.8")
    def test_of_simultaneous_changes_one_wins(self, api: Client, user: Actor) -> None:
        replies = api.send_together([user.api.request("POST", CHANGE, change(new=f"{NEW} {number}")) for number in range(4)])
        assert sorted(reply.status for reply in replies) == [200, 401, 401, 401]
        winner = next(number for number, reply in enumerate(replies) if reply.status == 200)
        assert can_sign_in(api, user.user.email, f"{NEW} {winner}")

    @pytest.mark.usefixtures("travel")
    @pytest.mark.clause("G-1.8", "G-5.3")
    def test_wrong_guesses_count_as_failed_sign_ins(self, api: Client, user: Actor) -> None:
        statuses = [user.api.post(CHANGE, change(current=f"guess {number}")).status for number in range(7)]
        assert statuses == [*[401] * 5, 429, 429]
        refused = user.api.post(CHANGE, change())
        assert (refused.status, refused.json["code"]) == (429, "TOO_MANY_REQUESTS")
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert not can_sign_in(api, user.user.email, people.PASSWORD)

    @pytest.mark.clause("G-1.8")
    def test_no_session_opens_by_a_password_that_was_just_replaced(self, user: Actor) -> None:
        """A sign-in that had checked the old password when the change came through."""
        checked = sessions.check_password(email=user.user.email, password=people.PASSWORD, address="192.0.2.1")
        user.api.post(CHANGE, change())
        with pytest.raises(WrongCredentials):
            sessions.open_session(user=checked)
        assert Session.objects.filter(revoked_at=None).count() == 1


class TestReset:
    @pytest.mark.clause("G-1.8")
    @pytest.mark.parametrize("written", ["ada@example.com", "ADA@Example.com"])
    def test_sends_a_link_that_sets_a_password(self, api: Client, run_jobs: RunJobs, written: str) -> None:
        user = people.make_user(email="ada@example.com")
        session = people.open_session(user)
        reply = api.post(RESET, {"email": written})
        assert (reply.status, reply.json) == (200, SENT)
        token = next_token(run_jobs)
        assert read_letters() == [Letter("ada@example.com", "Set a new password", "/reset-password", token)]
        assert can_sign_in(api, "ada@example.com", people.PASSWORD), "asking changes nothing"
        assert api.with_token(session.access).get(ME).status == 200
        assert api.post(CONFIRM, {"token": token, "newPassword": NEW}).status == 200

    @pytest.mark.clause("G-1.8")
    def test_the_link_ends_all_sessions(self, api: Client, user: Actor, run_jobs: RunJobs) -> None:
        other = people.open_session(user.user)
        api.post(RESET, {"email": user.user.email})
        reply = api.post(CONFIRM, {"token": next_token(run_jobs), "newPassword": NEW})
        assert (reply.status, reply.json) == (200, {"message": "Password reset successfully."})
        assert user.api.get(ME).json == BAD_TOKEN
        assert api.with_token(other.access).get(ME).json == BAD_TOKEN
        assert api.post(REFRESH, {"refreshToken": other.refresh}).status == 401
        assert [can_sign_in(api, user.user.email, password) for password in (people.PASSWORD, NEW)] == [False, True]
        assert User.objects.get().verified_at is not None, "the link came by mail"
        run_jobs()
        assert [letter.subject for letter in read_letters()] == ["Set a new password", "Your password was changed"]

    @pytest.mark.clause("G-1.8")
    def test_a_link_is_good_once(self, api: Client, user: Actor, run_jobs: RunJobs) -> None:
        api.post(RESET, {"email": user.user.email})
        body = {"token": next_token(run_jobs), "newPassword": NEW}
        replies = api.send_together([api.request("POST", CONFIRM, body) for _ in range(4)])
        assert sorted(reply.status for reply in replies) == [200, 400, 400, 400]
        assert [reply.json for reply in replies if reply.status == 400] == [BAD_LINK] * 3
        again = api.post(CONFIRM, body | {"newPassword": "yet another pass phrase"})
        assert (again.status, again.json) == (400, BAD_LINK)
        assert can_sign_in(api, user.user.email, NEW)

    @pytest.mark.clause("G-1.8")
    def test_a_link_dies_with_the_password_it_replaces(self, api: Client, user: Actor, run_jobs: RunJobs) -> None:
        api.post(RESET, {"email": user.user.email})
        token = next_token(run_jobs)
        user.api.post(CHANGE, change())
        before = everything_stored()
        assert api.post(CONFIRM, {"token": token, "newPassword": "yet another pass phrase"}).json == BAD_LINK
        assert everything_stored() == before

    @pytest.mark.clause("G-1.8")
    def test_a_link_is_good_for_an_hour(self, api: Client, travel: Travel, run_jobs: RunJobs) -> None:
        travel(timedelta())
        user = people.make_user()
        bound_to = f"{user.password}:{user.email}"
        made_at = clock.now().replace(microsecond=0)
        token = make_link_token(purpose="reset", user_id=user.pk, bound_to=bound_to, made_at=made_at)
        travel(timedelta(hours=1) - (clock.now() - made_at))
        assert api.post(CONFIRM, {"token": token, "newPassword": NEW}).json == BAD_LINK
        travel(timedelta(seconds=-1))
        assert api.post(CONFIRM, {"token": token, "newPassword": NEW}).status == 200

    @pytest.mark.clause("G-1.8")
    @pytest.mark.parametrize(("new", "status"), [("password", 400), ("93845720", 400), ("person@example.com", 400), ("short", 400)])
    def test_a_refused_password_leaves_the_link_good(self, api: Client, user: Actor, run_jobs: RunJobs, new: str, status: int) -> None:
        User.objects.filter(pk=user.user.pk).update(email="person@example.com")
        api.post(RESET, {"email": "person@example.com"})
        token = next_token(run_jobs)
        before = everything_stored()
        reply = api.post(CONFIRM, {"token": token, "newPassword": new})
        assert (reply.status, reply.json) == (
            status, {"error": "Invalid input data.", "code": "INVALID_REQUEST", "details": {"newPassword": [TEXT]}},
        )  # fmt: skip
        assert everything_stored() == before
        assert api.post(CONFIRM, {"token": token, "newPassword": NEW}).status == 200

    @pytest.mark.clause("G-1.8")
    def test_what_is_no_token_of_ours_is_refused(self, api: Client, user: Actor, second_user: Actor) -> None:
        now, person = clock.now(), User.objects.get(pk=user.user.pk)
        facts: dict[str, Any] = {"purpose": "reset", "user_id": person.pk, "bound_to": f"{person.password}:{person.email}", "made_at": now}
        good = make_link_token(**facts)
        user_id, made_at, signature = good.split(".")
        before = everything_stored()
        for token in (
            "x", "..", ".", f"{user_id}.{made_at}.", f"{user_id}.{made_at}.{'0' * 64}", f"{user_id}.{int(made_at) + 1}.{signature}",
            f"{second_user.user.pk.hex}.{made_at}.{signature}", f"{uuid4().hex}.{made_at}.{signature}", f"{good}x", f"{good}.x",
            f"{user_id}.-1.{signature}", f"{user_id}.99999999999.{signature}", f"{user_id}.٣.{signature}", f"é.{made_at}.{signature}",
            f"{user_id}.{made_at}.é", make_link_token(**facts | {"purpose": "verify"}), make_link_token(**facts | {"bound_to": "x"}),
            user.access[:200], user.refresh,
        ):  # fmt: skip
            reply = api.post(CONFIRM, {"token": token, "newPassword": NEW})
            assert (token, reply.status, reply.json) == (token, 400, BAD_LINK)
        assert everything_stored() == before
        assert api.post(CONFIRM, {"token": good, "newPassword": NEW}).status == 200

    @pytest.mark.clause("G-1.8")
    def test_nobody_and_disabled_users_get_no_letter(self, api: Client, run_jobs: RunJobs) -> None:
        people.make_user(email="gone@example.com", is_active=False)
        for email in ("nobody@example.com", "gone@example.com"):
            assert api.post(RESET, {"email": email}).json == SENT
        assert run_jobs() == 2
        assert (read_letters(), OutgoingMail.objects.count(), ResetRequest.objects.count()) == ([], 0, 0)

    @pytest.mark.clause("G-1.8")
    def test_a_disabled_users_link_opens_nothing(self, api: Client, user: Actor, run_jobs: RunJobs) -> None:
        api.post(RESET, {"email": user.user.email})
        token = next_token(run_jobs)
        User.objects.update(is_active=False)
        assert api.post(CONFIRM, {"token": token, "newPassword": NEW}).json == BAD_LINK

    @pytest.mark.usefixtures("travel")
    @pytest.mark.clause("G-1.8")
    def test_known_and_unknown_addresses_look_and_cost_the_same(self, api: Client) -> None:
        people.make_user(email="ada@example.com")
        people.make_user(email="gone@example.com", is_active=False)
        people.make_user(email="social@example.com", password=hashers.make_password(None))
        seen = []
        for number, email in enumerate(["ada@example.com", "none@example.com", "gone@example.com", "social@example.com"]):
            with CaptureQueriesContext(connection) as queries:
                passwords.request_reset(email=email, address=f"192.0.2.{number}")
            kinds = [query["sql"].split("VALUES")[0].split("WHERE")[0] for query in queries]
            reply = api.post(RESET, {"email": email})
            seen.append((reply.status, reply.text, sorted(reply.headers), kinds))
        assert seen == [seen[0]] * 4
        assert not any("accounts_user" in statement for statement in seen[0][3]), "the request does not look whether the address is known"

    @pytest.mark.clause("G-1.8")
    @pytest.mark.parametrize("email", ["", "ada", "a@", None, ["a@b.example"], f"{'a' * 250}@example.com", "a@b.example\nBcc: c@d.example"])
    def test_refuses_what_is_no_address(self, api: Client, email: object) -> None:
        before = everything_stored()
        reply = api.post(RESET, {"email": email})
        assert (reply.status, reply.json) == (
            400, {"error": "Invalid input data.", "code": "INVALID_REQUEST", "details": {"email": [TEXT]}},
        )  # fmt: skip
        assert everything_stored() == before

    @pytest.mark.usefixtures("travel")
    @pytest.mark.clause("G-1.8", "G-5.3")
    @pytest.mark.parametrize("known", [True, False])
    def test_one_address_is_sent_few_letters_whoever_asks(self, api: Client, run_jobs: RunJobs, known: bool) -> None:
        if known:
            people.make_user(email="ada@example.com")
        written = ["ada@example.com", "ADA@example.com", "Ada@Example.com", "aDa@example.com", "adA@EXAMPLE.com", "ADA@EXAMPLE.COM"]
        requests = [replace(api.request("POST", RESET, {"email": email}), address=f"192.0.2.{n}") for n, email in enumerate(written)]
        replies = api.send_together(requests)
        assert sorted(reply.status for reply in replies) == [*[200] * 5, 429]
        refused = next(reply for reply in replies if reply.status == 429)
        assert 1 <= int(refused.headers["retry-after"]) <= 720
        run_jobs()
        assert len(read_letters()) == (5 if known else 0)

    @pytest.mark.usefixtures("travel")
    @pytest.mark.clause("G-1.8", "G-5.3")
    def test_one_client_asks_for_few_links(self, api: Client) -> None:
        requests = [api.request("POST", RESET, {"email": f"nobody{number}@example.com"}) for number in range(22)]
        assert sorted(reply.status for reply in api.send_together(requests)) == [*[200] * 20, 429, 429]

    @pytest.mark.usefixtures("travel")
    @pytest.mark.clause("G-1.8")
    def test_a_new_password_opens_at_once_after_too_many_guesses(self, api: Client, user: Actor, run_jobs: RunJobs) -> None:
        for _ in range(6):
            can_sign_in(api, user.user.email, "wrong")
        api.post(RESET, {"email": user.user.email})
        api.post(CONFIRM, {"token": next_token(run_jobs), "newPassword": NEW})
        assert can_sign_in(api, user.user.email, NEW)

    @pytest.mark.clause("G-1.8")
    def test_no_secret_stays_in_the_outbox(self, api: Client, user: Actor, run_jobs: RunJobs) -> None:
        api.post(RESET, {"email": user.user.email})
        token = next_token(run_jobs)
        letter = OutgoingMail.objects.get()
        assert (letter.text, letter.html, letter.sent_at is not None, letter.attempts) == ("", "", True, 1)
        assert (Job.objects.count(), ResetRequest.objects.count()) == (0, 0)
        assert token not in str(everything_stored())


@pytest.mark.usefixtures("travel")
class TestGuessing:
    """A guesser who writes one address in many ways, from many places, gets one limit."""

    WRITTEN = (
        "ada@example.com", "ADA@EXAMPLE.COM", "Ada@Example.Com", " ada@example.com", "ada@example.com ", "áda@example.com",
        "àda@example.com", "a\u0301da@example.com", "ａｄａ@example.com", "𝒶𝒹𝒶@example.com", "ada@exámple.com", "ada\u200b@example.com",
        "ⓐda@example.com",
    )  # fmt: skip

    @pytest.mark.clause("G-1.4", "G-5.3")
    def test_no_more_guesses_are_evaluated_than_the_limit_allows(self, api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        people.make_user(email="ada@example.com")
        hashings: list[str] = []
        for name in ("verify", "encode"):
            monkeypatch.setattr(Argon2Hasher, name, counted(getattr(Argon2Hasher, name), hashings))
        guesses = [
            replace(
                api.request(
                    "POST", LOGIN, {"email": email, "password": f"guess {number}"}, headers={"X-Forwarded-For": f"198.51.100.{number}"}
                ),
                address=f"203.0.113.{number}",
            )
            for number, email in enumerate(self.WRITTEN)
        ]  # fmt: skip
        replies = api.send_together(guesses)
        assert sorted(reply.status for reply in replies) == [*[401] * 5, *[429] * (len(self.WRITTEN) - 5)]
        assert all(reply.json == BAD_LOGIN for reply in replies if reply.status == 401)
        assert all(int(reply.headers["retry-after"]) >= 1 for reply in replies if reply.status == 429)
        assert len(hashings) == 5

    @pytest.mark.clause("G-1.4", "G-5.3")
    def test_an_accent_is_another_account_all_the_same(self, api: Client) -> None:
        people.make_user(email="ada@exämple.com")
        people.make_user(email="ada@example.com", password=hashers.make_password(NEW))
        assert [can_sign_in(api, email, people.PASSWORD) for email in ("ada@exämple.com", "ada@example.com")] == [True, False]
