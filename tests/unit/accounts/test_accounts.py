"""Tokens as text, addresses in their normal form, scopes of keys, the hasher's profile."""

import hashlib
from uuid import uuid4

import pytest
from django.contrib.auth import hashers

from accounts import errors, profile, tokens
from accounts.emails import normalise
from accounts.identity import Caller
from accounts.managers import UserManager
from accounts.models import User
from tests.contracts.matching import API_KEY, REFRESH_TOKEN


class TestTokens:
    def test_access_token_comes_back(self) -> None:
        user_id, session_id = uuid4(), uuid4()
        text = tokens.make_access_token(user_id=user_id, session_id=session_id)
        assert tokens.read_access_token(text) == tokens.AccessClaims(user_id, session_id)

    def test_refresh_token_comes_back_as_a_hash(self) -> None:
        session_id, secret = uuid4(), tokens.make_secret()
        text = tokens.make_refresh_token(session_id=session_id, secret=secret)
        assert text == REFRESH_TOKEN
        assert tokens.read_refresh_token(text) == (session_id, hashlib.sha256(secret.encode()).hexdigest())

    @pytest.mark.parametrize("text", ["", ".", "x.y", "é", "0" * 31 + ".x"])
    def test_what_is_none_is_refused(self, text: str) -> None:
        with pytest.raises(errors.BadRefreshToken):
            tokens.read_refresh_token(text)
        with pytest.raises(errors.BadToken):
            tokens.read_access_token(text)

    def test_keys_are_long_random_and_show_their_prefix(self) -> None:
        made = [tokens.make_api_key() for _ in range(50)]
        assert all(key == API_KEY and key.startswith(f"{prefix}_") for key, prefix in made)
        assert len({key for key, _ in made}) == 50


@pytest.mark.parametrize(
    ("written", "stored"),
    [("Ada@Example.COM", "ada@example.com"), (" ada@example.com ", "ada@example.com"), ("ＡＤＡ@example.com", "ada@example.com"), ("", "")],
)
def test_addresses_have_one_form(written: str, stored: str) -> None:
    assert normalise(written) == stored


class TestScopes:
    @pytest.mark.clause("A-3.1")
    @pytest.mark.parametrize("apis", [(), ("imagine",), ("platform",), ("extract", "imagine")])
    def test_covered(self, apis: tuple[str, ...]) -> None:
        Caller(account_id=uuid4(), key_apis=apis).check_can_use(api="imagine", contract="platform")

    @pytest.mark.clause("A-3.1")
    @pytest.mark.parametrize("apis", [("extract",), ("gateway",), ("imagin",), ("Imagine",), ("",)])
    def test_not_covered(self, apis: tuple[str, ...]) -> None:
        with pytest.raises(errors.OutOfScope) as refused:
            Caller(account_id=uuid4(), key_apis=apis).check_can_use(api="imagine", contract="platform")
        assert refused.value.message == "This API key may not use imagine. Use a key whose apis name it, or one without limits."


def test_passwords_are_hashed_as_owasp_says() -> None:
    encoded = hashers.make_password("x")
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashers.check_password("x", encoded)


def test_profile_is_made_of_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "_parts", {})
    account_id = uuid4()
    profile.contribute("colour", lambda given: f"blue for {given}")
    assert profile.collect(account_id) == {"colour": f"blue for {account_id}"}


@pytest.mark.django_db
def test_superusers_are_made_and_found_by_any_form_of_their_address() -> None:
    assert isinstance(User.objects, UserManager)
    made = User.objects.create_superuser("Root@Example.com", "a long pass phrase", first_name="R", last_name="T")
    assert (made.is_staff, made.is_superuser, made.email) == (True, True, "root@example.com")
    assert User.objects.get_by_natural_key("ROOT@example.COM") == made
