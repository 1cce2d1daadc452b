"""G-1: registering, signing in, staying in, signing out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.contrib.auth import hashers
from django.db.models import QuerySet

from accounts.hashers import Argon2Hasher
from accounts.models import Account, Session, User
from tests.conftest import Actor
from tests.contracts.matching import JWT, REFRESH_TOKEN, TEXT, UUID
from tests.factories import people
from tests.fakes.asgi import Client

ADA = {"email": "ada@example.com", "password": "a long pass phrase", "firstName": "Ada", "lastName": "Example"}
REGISTER, LOGIN, REFRESH, LOGOUT, ME = (
    f"/api/v1/{path}" for path in ("auth/register", "auth/login", "auth/refresh", "auth/logout", "users/me")
)
BAD_TOKEN = {"error": "Invalid authentication token.", "code": "UNAUTHORIZED"}
BAD_REFRESH = {"error": "Invalid refresh token.", "code": "UNAUTHORIZED"}
BAD_LOGIN = {"error": "Invalid email or password.", "code": "UNAUTHORIZED"}


def rows(table: QuerySet[Any]) -> list[dict[str, Any]]:
    return list(table.order_by("pk").values())


class TestRegister:
    @pytest.mark.clause("G-1.1")
    def test_registers(self, api: Client) -> None:
        reply = api.post(REGISTER, ADA)
        assert (reply.status, reply.json) == (201, {"message": "User registered successfully.", "userId": UUID})
        user = User.objects.get()
        assert (str(user.pk), user.email, user.first_name, user.last_name) == (reply.json["userId"], "ada@example.com", "Ada", "Example")
        assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
        assert user.check_password("a long pass phrase")
        assert Account.objects.get().user == user

    @pytest.mark.clause("G-1.1")
    @pytest.mark.parametrize("field", sorted(ADA))
    def test_each_field_is_required(self, api: Client, field: str) -> None:
        reply = api.post(REGISTER, {name: value for name, value in ADA.items() if name != field})
        assert reply.status == 400
        assert reply.json == {"error": "Invalid input data.", "code": "INVALID_REQUEST", "details": {field: ["This field is required."]}}
        assert User.objects.count() == 0

    @pytest.mark.clause("G-1.1")
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("email", ""), ("email", "ada"), ("email", "ada@"), ("email", "@example.com"), ("email", "a b@example.com"),
            ("email", "ada@example.com\nBcc: eve@example.com"), ("email", f"{'a' * 250}@example.com"), ("email", None), ("email",
            ["a@b.example"]),
            ("password", "sevench"), ("password", "x" * 257), ("password", None), ("password", {}),
            ("firstName", ""), ("firstName", "   "), ("firstName", "x" * 101), ("firstName", None),
            ("lastName", ""), ("lastName", "x" * 101), ("lastName", True),
        ],
    )  # fmt: skip
    def test_refuses_bad_values_by_name(self, api: Client, field: str, value: object) -> None:
        reply = api.post(REGISTER, ADA | {field: value})
        assert reply.status == 400
        assert reply.json == {"error": "Invalid input data.", "code": "INVALID_REQUEST", "details": {field: [TEXT]}}
        assert User.objects.count() == 0

    @pytest.mark.clause("G-1.1")
    @pytest.mark.parametrize(
        ("password", "reason"),
        [
            ("password", "This password is too common."),
            ("93845720", "This password is entirely numeric."),
            ("ada@example.com", "The password is too similar to the email."),
        ],
    )
    def test_refuses_passwords_that_django_refuses(self, api: Client, password: str, reason: str) -> None:
        reply = api.post(REGISTER, ADA | {"password": password})
        assert reply.status == 400
        assert reply.json == {"error": "Invalid input data.", "code": "INVALID_REQUEST", "details": {"password": [reason]}}
        assert User.objects.count() == 0

    @pytest.mark.clause("G-1.1")
    def test_an_address_is_refused_that_is_too_long_in_its_normal_form(self, api: Client) -> None:
        """A sign that stands for several, as one for radians per second, makes the stored form longer than what was typed."""
        reply = api.post(REGISTER, ADA | {"email": f"a@{'.'.join(['㎮' * 12] * 18)}.com"})
        assert (reply.status, reply.json["details"]) == (400, {"email": ["Ensure this has at most 254 characters."]})
        assert User.objects.count() == 0

    @pytest.mark.clause("G-1.1")
    def test_a_password_of_eight_characters_is_long_enough_and_spaces_count(self, api: Client) -> None:
        assert api.post(REGISTER, ADA | {"password": " fjord9 "}).status == 201
        assert User.objects.get().check_password(" fjord9 ")

    @pytest.mark.clause("G-1.1")
    @pytest.mark.parametrize("field", ["isStaff", "is_staff", "id", "subscriptionStatus", "username"])
    def test_refuses_unknown_fields(self, api: Client, field: str) -> None:
        reply = api.post(REGISTER, ADA | {field: True})
        assert reply.status == 400
        assert reply.json == {
            "error": "Invalid input data.",
            "code": "INVALID_REQUEST",
            "details": {field: ["This field is not known here."]},
        }
        assert User.objects.count() == 0

    @pytest.mark.clause("G-1.2")
    @pytest.mark.parametrize("email", ["ada@example.com", "ADA@EXAMPLE.COM", " Ada@Example.com "])
    def test_refuses_an_address_that_is_taken_whatever_its_case(self, api: Client, email: str) -> None:
        api.post(REGISTER, ADA)
        before = rows(User.objects.all())
        reply = api.post(REGISTER, ADA | {"email": email, "firstName": "Eve"})
        assert (reply.status, reply.json) == (400, {"error": "Email already exists.", "code": "INVALID_REQUEST"})
        assert rows(User.objects.all()) == before

    @pytest.mark.clause("G-1.2")
    def test_of_simultaneous_registrations_one_wins(self, api: Client) -> None:
        replies = api.send_together([api.request("POST", REGISTER, ADA) for _ in range(10)])
        assert sorted(reply.status for reply in replies) == [201, *[400] * 9]
        assert {reply.text for reply in replies if reply.status == 400} == {'{"error":"Email already exists.","code":"INVALID_REQUEST"}'}
        assert (User.objects.count(), Account.objects.count()) == (1, 1)


class TestLogin:
    @pytest.mark.clause("G-1.3")
    def test_signs_in(self, api: Client) -> None:
        user = people.make_user(email="ada@example.com")
        reply = api.post(LOGIN, {"email": "ADA@example.com", "password": people.PASSWORD})
        assert reply.status == 200
        assert reply.json == {"message": "Login successful.", "token": JWT, "expiresIn": 3600, "refreshToken": REFRESH_TOKEN}
        me = api.with_token(reply.json["token"]).get(ME)
        assert (me.status, me.json["userId"]) == (200, str(user.pk))

    @pytest.mark.clause("G-1.3")
    def test_token_says_as_little_as_it_can(self, api: Client, user: Actor) -> None:
        claims = jwt.decode(user.access, options={"verify_signature": False})
        assert sorted(claims) == ["aud", "exp", "iat", "iss", "jti", "sid", "sub", "token_type"]
        assert (claims["sub"], claims["sid"], claims["exp"] - claims["iat"]) == (str(user.user.pk), str(user.session_id), 3600)

    @pytest.mark.clause("G-1.4")
    def test_wrong_address_and_wrong_password_look_and_cost_the_same(self, api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        people.make_user(email="ada@example.com")
        people.make_user(email="gone@example.com", is_active=False)
        people.make_user(email="social@example.com", password=hashers.make_password(None))
        hashings: list[str] = []

        def counted(method: Callable[..., Any]) -> Callable[..., Any]:
            def count(*given: Any) -> Any:
                hashings.append("one")
                return method(*given)

            return count

        for name in ("verify", "encode"):
            monkeypatch.setattr(Argon2Hasher, name, counted(getattr(Argon2Hasher, name)))
        seen = []
        for email, password in [
            ("ada@example.com", "wrong"),
            ("nobody@example.com", "wrong"),
            ("gone@example.com", people.PASSWORD),
            ("gone@example.com", "wrong"),
            ("social@example.com", "wrong"),
        ]:
            hashings.clear()
            reply = api.post(LOGIN, {"email": email, "password": password})
            seen.append((reply.status, reply.json, sorted(set(reply.headers)), hashings.copy()))
        assert seen[0][:2] == (401, BAD_LOGIN)
        assert seen[0][3] == ["one"]
        assert seen == [seen[0]] * 5
        assert Session.objects.count() == 0

    @pytest.mark.clause("G-1.3")
    @pytest.mark.parametrize(
        "body", [{}, {"email": "a@b.example"}, {"password": "x"}, {"email": "a@b.example", "password": "x", "otp": "1"}]
    )
    def test_refuses_incomplete_bodies(self, api: Client, body: object) -> None:
        reply = api.post(LOGIN, body)
        assert (reply.status, reply.json["code"], reply.json["error"]) == (400, "INVALID_REQUEST", "Invalid input data.")


class TestRefresh:
    @pytest.mark.clause("G-1.5")
    def test_exchanges_the_token(self, api: Client, user: Actor) -> None:
        reply = api.post(REFRESH, {"refreshToken": user.refresh})
        assert (reply.status, reply.json) == (200, {"token": JWT, "expiresIn": 3600, "refreshToken": REFRESH_TOKEN})
        assert reply.json["refreshToken"] != user.refresh
        assert api.with_token(reply.json["token"]).get(ME).status == 200
        assert user.api.get(ME).status == 200, "the session's earlier access token is good until it expires"

    @pytest.mark.clause("G-1.5")
    def test_a_token_used_twice_ends_the_session(self, api: Client, user: Actor) -> None:
        stolen = api.post(REFRESH, {"refreshToken": user.refresh}).json
        reply = api.post(REFRESH, {"refreshToken": user.refresh})
        assert (reply.status, reply.json) == (401, BAD_REFRESH)
        newest = api.post(REFRESH, {"refreshToken": stolen["refreshToken"]})
        assert (newest.status, newest.json) == (401, BAD_REFRESH)
        for token in (user.access, stolen["token"]):
            dead = api.with_token(token).get(ME)
            assert (dead.status, dead.json) == (401, BAD_TOKEN)

    @pytest.mark.clause("G-1.5")
    def test_reuse_ends_no_other_session(self, api: Client, user: Actor) -> None:
        other = people.open_session(user.user)
        api.post(REFRESH, {"refreshToken": user.refresh})
        api.post(REFRESH, {"refreshToken": user.refresh})
        assert api.with_token(other.access).get(ME).status == 200
        assert api.post(REFRESH, {"refreshToken": other.refresh}).status == 200

    @pytest.mark.clause("G-1.5")
    def test_of_thirty_simultaneous_refreshes_one_wins(self, api: Client, user: Actor) -> None:
        replies = api.send_together([api.request("POST", REFRESH, {"refreshToken": user.refresh}) for _ in range(30)])
        assert sorted(reply.status for reply in replies) == [200, *[401] * 29]
        assert all(reply.json == BAD_REFRESH for reply in replies if reply.status == 401)

    @pytest.mark.clause("G-1.5")
    @pytest.mark.parametrize("token", ["x", "not.a.token", f"{'0' * 32}.{'x' * 43}", "é.é", f"{'0' * 32}", "😀"])
    def test_refuses_what_is_no_token(self, api: Client, user: Actor, token: str) -> None:
        before = rows(Session.objects.all())
        reply = api.post(REFRESH, {"refreshToken": token})
        assert (reply.status, reply.json) == (401, BAD_REFRESH)
        assert reply.headers["www-authenticate"] == 'Bearer realm="tollgate"'
        assert rows(Session.objects.all()) == before

    @pytest.mark.clause("G-1.5")
    def test_a_guessed_secret_ends_the_session_and_opens_nothing(self, api: Client, user: Actor) -> None:
        """Whoever knows a session's id but not its secret is no reader of the client's storage; still nothing is opened."""
        reply = api.post(REFRESH, {"refreshToken": f"{user.session_id.hex}.{'x' * 43}"})
        assert (reply.status, reply.json) == (401, BAD_REFRESH)
        assert Session.objects.count() == 1

    @pytest.mark.clause("G-1.5")
    def test_refuses_expired_sessions_and_inactive_users(
        self, api: Client, user: Actor, second_user: Actor, travel: Callable[[timedelta], None]
    ) -> None:
        User.objects.filter(pk=second_user.user.pk).update(is_active=False)
        assert api.post(REFRESH, {"refreshToken": second_user.refresh}).json == BAD_REFRESH
        travel(timedelta(days=30, seconds=1))
        assert api.post(REFRESH, {"refreshToken": user.refresh}).json == BAD_REFRESH

    @pytest.mark.clause("G-1.5")
    def test_refuses_the_session_of_a_deleted_user(self, api: Client, user: Actor) -> None:
        User.objects.filter(pk=user.user.pk).delete()
        reply = api.post(REFRESH, {"refreshToken": user.refresh})
        assert (reply.status, reply.json) == (401, BAD_REFRESH)


class TestLogout:
    @pytest.mark.clause("G-1.6")
    def test_both_tokens_die_at_once(self, api: Client, user: Actor) -> None:
        reply = user.api.post(LOGOUT)
        assert (reply.status, reply.json) == (200, {"message": "Logged out successfully."})
        # Each of the entry's threads has its own connection; none of them may still know the session.
        replies = api.send_together([user.api.request("GET", ME) for _ in range(16)])
        assert [(reply.status, reply.json) for reply in replies] == [(401, BAD_TOKEN)] * 16
        assert api.post(REFRESH, {"refreshToken": user.refresh}).json == BAD_REFRESH
        assert user.api.post(LOGOUT).json == BAD_TOKEN

    @pytest.mark.clause("G-1.6")
    def test_other_sessions_and_keys_live_on(self, api: Client, user: Actor, second_user: Actor) -> None:
        other = people.open_session(user.user)
        user.api.post(LOGOUT)
        assert [client.get(ME).status for client in (api.with_token(other.access), user.key_api, second_user.api)] == [200, 200, 200]

    @pytest.mark.clause("G-1.6")
    def test_a_key_cannot_sign_out(self, user: Actor) -> None:
        reply = user.key_api.post(LOGOUT)
        assert (reply.status, reply.json) == (403, {"error": TEXT, "code": "FORBIDDEN"})
        assert user.api.get(ME).status == 200


class TestBadTokens:
    @pytest.mark.clause("G-1.7")
    @pytest.mark.parametrize(
        "header",
        [
            None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer x", "Bearer a.b.c", "Token {token}", "{token}", "Bearer {token}x",
            "Bearer {token} x",
            "Bearer tg_00000000_" + "x" * 43, "Bearer tg_", "Bearer é", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
            "Bearer " + "x" * 9_000,
        ],
    )  # fmt: skip
    def test_refused(self, api: Client, user: Actor, header: str | None) -> None:
        headers = {} if header is None else {"Authorization": header.replace("{token}", user.access)}
        reply = api.get(ME, headers=headers)
        assert (reply.status, reply.json) == (401, BAD_TOKEN)
        assert reply.headers["www-authenticate"] == 'Bearer realm="tollgate"'

    @pytest.mark.clause("G-1.7")
    def test_refused_when_expired_forged_or_for_others(self, api: Client, user: Actor, second_user: Actor) -> None:
        key = str(settings.SIMPLE_JWT["SIGNING_KEY"])
        good = jwt.decode(user.access, options={"verify_signature": False})
        forged = [
            jwt.encode({**good, **claims}, key, "HS256")
            for claims in (
                {"exp": 1}, {"iss": "elsewhere"}, {"aud": "elsewhere"}, {"sid": "x"}, {"sub": "x"}, {"sid": None},
                {"token_type": "refresh"},
                {"sub": str(second_user.user.pk)}, {"sid": str(second_user.session_id)},
            )
        ]  # fmt: skip
        forged += [jwt.encode(good, key, "HS512"), jwt.encode(good, "x" * 64, "HS256"), jwt.encode(good, "", "none")]
        assert api.with_token(jwt.encode(good, key, "HS256")).get(ME).status == 200
        for token in forged:
            reply = api.with_token(token).get(ME)
            assert (token, reply.status, reply.json) == (token, 401, BAD_TOKEN)

    @pytest.mark.clause("G-1.7")
    def test_refused_for_inactive_users(self, user: Actor) -> None:
        User.objects.filter(pk=user.user.pk).update(is_active=False)
        assert [client.get(ME).json for client in (user.api, user.key_api)] == [BAD_TOKEN, BAD_TOKEN]

    @pytest.mark.clause("G-1.7")
    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
    def test_the_scheme_is_read_in_any_case(self, api: Client, user: Actor, scheme: str) -> None:
        assert api.get(ME, headers={"Authorization": f"{scheme} {user.access}"}).status == 200


@pytest.mark.usefixtures("travel")
class TestRates:
    """The clock stands, for a limit makes room while time passes."""

    @pytest.mark.clause("G-5.3")
    def test_failures_for_an_address_are_counted_exactly(self, api: Client) -> None:
        people.make_user(email="ada@example.com")
        guesses = [api.request("POST", LOGIN, {"email": "ada@example.com", "password": "wrong"}) for _ in range(60)]
        guesses = [replace(guess, address=f"198.51.100.{number}") for number, guess in enumerate(guesses)]
        replies = api.send_together(guesses)
        assert sorted(reply.status for reply in replies) == [*[401] * 5, *[429] * 55]
        refused = next(reply for reply in replies if reply.status == 429)
        wait = int(refused.headers["retry-after"])
        assert refused.json == {"error": f"Too many attempts. Try again in {wait} seconds.", "code": "TOO_MANY_REQUESTS"}
        assert 1 <= wait <= 60

    @pytest.mark.clause("G-5.3")
    def test_right_password_is_refused_too_while_the_limit_holds(self, api: Client, travel: Callable[[timedelta], None]) -> None:
        people.make_user(email="ada@example.com")
        right = {"email": "ada@example.com", "password": people.PASSWORD}
        for _ in range(5):
            api.post(LOGIN, right | {"password": "wrong"})
        assert api.post(LOGIN, right).status == 429
        travel(timedelta(seconds=61))
        assert api.post(LOGIN, right).status == 200

    @pytest.mark.clause("G-5.3")
    def test_sign_ins_from_an_address_are_counted_exactly(self, api: Client) -> None:
        attempts = [api.request("POST", LOGIN, {"email": f"nobody{number}@example.com", "password": "wrong"}) for number in range(60)]
        replies = api.send_together(attempts)
        assert sorted(reply.status for reply in replies) == [*[401] * 30, *[429] * 30]

    @pytest.mark.clause("G-5.3")
    def test_registrations_from_an_address_are_counted_exactly(self, api: Client) -> None:
        # An address that is taken costs no password hash, and counts the same.
        people.make_user(email="ada@example.com")
        replies = api.send_together([api.request("POST", REGISTER, ADA) for _ in range(60)])
        assert sorted(reply.status for reply in replies) == [*[400] * 20, *[429] * 40]
        assert api.from_address("198.51.100.1").post(REGISTER, ADA).status == 400

    @pytest.mark.clause("G-5.3")
    def test_a_forwarded_address_is_not_believed(self, api: Client) -> None:
        people.make_user(email="ada@example.com")
        statuses = [api.post(REGISTER, ADA, headers={"X-Forwarded-For": f"198.51.100.{number}"}).status for number in range(22)]
        assert statuses == [*[400] * 20, 429, 429]

    @pytest.mark.clause("G-5.3")
    def test_a_trusted_proxy_is_believed_for_its_own_part_only(self, api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings, "TRUSTED_PROXY_COUNT", 1)
        people.make_user(email="ada@example.com")

        def register(forwarded: str) -> int:
            return api.post(REGISTER, ADA, headers={"X-Forwarded-For": forwarded}).status

        assert [register(f"198.51.100.{number}, 192.0.2.1") for number in range(21)] == [*[400] * 20, 429]
        assert register("198.51.100.1, 192.0.2.2") == 400
