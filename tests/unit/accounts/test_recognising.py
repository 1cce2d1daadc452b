"""Words by which people recognise a sign-in, the coarse form of addresses, and links' tokens; and that letters' links lead to pages."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts import tokens
from accounts.clients import describe_client
from accounts.emails import FOLDED_CHARACTERS_MAX, fold, normalise
from accounts.errors import BadLink
from accounts.services import letters

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME, "Chrome on Linux"),
        (f"{CHROME} Edg/142.0", "Edge on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605 Version/26.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("curl/8.14.1", "curl"),
        ("python-httpx/0.28", "a Python program"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_clients_are_described(user_agent: str, words: str) -> None:
    assert describe_client(user_agent) == words


@pytest.mark.parametrize(
    "written", ["ada@example.com", " ADA@Example.com", "ádà@example.com", "ａｄａ@example.com", "a\u0301da@exa\u200bmple.com"]
)
def test_all_ways_of_writing_an_address_share_a_limit(written: str) -> None:
    assert fold(written) == "ada@example.com"


def test_accents_make_another_account_and_letters_another_limit() -> None:
    assert normalise("ádа@example.com") != normalise("ada@example.com")
    assert fold("bda@example.com") != fold("ada@example.com")
    assert len(fold("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 254)) == FOLDED_CHARACTERS_MAX


def test_link_tokens_come_back() -> None:
    user_id = uuid4()
    link = tokens.read_link_token(tokens.make_link_token(purpose="reset", user_id=user_id, bound_to="x", made_at=NOW))
    assert (link.user_id, link.made_at) == (user_id, NOW)
    assert tokens.is_signed(link, purpose="reset", bound_to="x")
    assert not tokens.is_signed(link, purpose="verify", bound_to="x")
    assert not tokens.is_signed(link, purpose="reset", bound_to="y")
    later = tokens.LinkToken(user_id, NOW + timedelta(seconds=1), link.signature)
    assert not tokens.is_signed(later, purpose="reset", bound_to="x")


@pytest.mark.parametrize("text", ["", "x", "..", f"{'0' * 32}.x.y", f"{'g' * 32}.1.y", f"{'0' * 32}.{'9' * 12}.y", f"{'0' * 32}.²." + "y"])
def test_what_is_no_link_token_is_refused(text: str) -> None:
    with pytest.raises(BadLink):
        tokens.read_link_token(text)


def test_letters_lead_to_pages() -> None:
    pages = [reverse(f"web:{name}") for name in ("verify", "reset-password", "forgotten-password")]
    assert pages == [letters.VERIFY_PAGE, letters.RESET_PAGE, letters.FORGOTTEN_PAGE]
