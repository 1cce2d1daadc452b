"""The chat's page: who may see it, what it says about the price, what its script asks."""

import json
from typing import Any

import pytest

from accounts.models import Account
from billing.models import Price
from chat.models import ChatMessage
from chat.services import sessions
from common import clock
from tests.factories.people import make_user

# WhiteNoise misses the folder that `collectstatic` fills; in tests the finders serve the same files.
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


def test_strangers_sign_in_first(browser_page: Any) -> None:
    assert browser_page.get("/chat")["Location"] == "/sign-in?next=%2Fchat"
    browser_page.get("/sign-in")
    assert browser_page.ask("/chat/names").status_code == 401


def test_the_page_says_what_a_message_costs_now(signed_in: Any) -> None:
    assert "1 credit for every 1,000 characters" in signed_in.get("/chat").content.decode()
    Price.objects.create(feature="chat", target="text", credits=3, per=500, valid_from=clock.now())
    assert "3 credits for every 500 characters" in signed_in.get("/chat").content.decode()


def test_names_are_the_first_words_of_ones_own_open_chats(signed_in: Any, account: Account) -> None:
    def say(owner: Account, content: str) -> str:
        session = sessions.open_session(account_id=owner.pk)
        now = clock.now()
        for text in (content, "later"):
            ChatMessage.objects.create(session=session, role="user", content=text, created_at=now, settled_at=now)
        return session.thread_id

    mine, closed = say(account, "  The\ntram  <b>runs</b> " + "x" * 200), say(account, "closed")
    say(make_user().account, "foreign")
    sessions.open_session(account_id=account.pk)
    sessions.close_session(account_id=account.pk, thread_id=closed)
    names = json.loads(signed_in.ask("/chat/names").content)["names"]
    assert list(names) == [mine]
    assert names[mine].startswith("The tram <b>runs</b> xxx")
    assert len(names[mine]) <= 80
