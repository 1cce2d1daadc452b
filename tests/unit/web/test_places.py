"""Home, playground, credits, keys, and the pages that say what went wrong."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory

from accounts.identity import Caller
from accounts.models import Account, ApiKey, User
from billing.services import ledger
from billing.states import GrantSource, UnitPrice
from common import clock, errors
from tests.factories.people import make_key, make_user
from web import selectors
from web.views import error_page

# WhiteNoise misses the folder that `collectstatic` fills; in tests the finders serve the same files.
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


def text(response: Any) -> str:
    content: bytes = response.content
    return content.decode()


def test_home_tells_newcomers_where_to_begin(client: Client, db: None) -> None:
    page = text(client.get("/"))
    for link in ('href="/sign-up"', 'href="/playground"', 'href="/api-docs"'):
        assert link in page


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sign-in",
        "/sign-up",
        "/playground",
        "/chat",
        "/credits",
        "/keys",
        "/account",
        "/apps",
        "/usage",
        "/webhooks",
        "/settings",
        "/verify",
        "/forgotten-password",
        "/forgotten-password/sent",
    ],
)
def test_pages_carry_no_inline_code_and_a_strict_policy(signed_in: Any, path: str) -> None:
    client = Client() if path.startswith("/sign-") else signed_in.client
    reply = client.get(path)
    assert reply.status_code == 200
    assert "default-src 'self'" in reply["Content-Security-Policy"]
    assert "unsafe" not in reply["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text(reply))
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text(reply))


@pytest.mark.parametrize("path", ["/playground", "/credits", "/keys", "/account", "/apps", "/usage", "/webhooks", "/settings"])
def test_a_persons_pages_are_not_cached_and_closed_to_others(signed_in: Any, path: str) -> None:
    assert "no-store" in signed_in.get(path)["Cache-Control"]
    assert Client().get(path).status_code == 302


def test_a_name_is_shown_as_text(browser_page: Any, ada: Any) -> None:
    type(ada).objects.filter(pk=ada.pk).update(first_name="<script>alert(1)</script>")
    browser_page.sign_in()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text(browser_page.get("/credits"))


@pytest.mark.clause("A-3.1")
def test_a_key_is_shown_once(signed_in: Any, account: Account) -> None:
    reply = signed_in.send("/keys", name="Photo import", credit_limit="70")
    assert reply.status_code == 201
    key = re.findall(r"tg_[\w-]{40,}", text(reply))[0]
    row = ApiKey.objects.get()
    assert (row.account_id, row.name, row.credit_limit, row.apis) == (account.pk, "Photo import", 70, [])
    assert signed_in.call("/api/user/credits", key).status_code == 200
    again = text(signed_in.get("/keys"))
    assert key not in again
    assert row.prefix in again


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"name": "a\x00b"},
        {"name": "a", "credit_limit": "-1"},
        {"name": "a", "credit_limit": "9" * 30},
        {"name": "a", "credit_limit": "many"},
    ],
)
def test_a_key_that_cannot_be_made_says_why(signed_in: Any, fields: dict[str, str]) -> None:
    reply = signed_in.send("/keys", **fields)
    assert reply.status_code == 400
    assert 'class="errorlist"' in text(reply)
    assert ApiKey.objects.count() == 0


def test_a_revoked_key_opens_nothing(signed_in: Any, ada: User) -> None:
    row, key = make_key(ada)
    reply = signed_in.client.post(f"/keys/{row.pk}/revoke", {"csrfmiddlewaretoken": signed_in.csrf}, follow=True)
    assert "The key is revoked." in text(reply)
    assert signed_in.call("/api/user/credits", key).status_code == 401


def test_nobody_revokes_the_key_of_another(signed_in: Any) -> None:
    row, _ = make_key(make_user())
    reply = signed_in.client.post(f"/keys/{row.pk}/revoke", {"csrfmiddlewaretoken": signed_in.csrf}, follow=True)
    assert "There is no such key any more." in text(reply)
    row.refresh_from_db()
    assert row.revoked_at is None


def test_the_statement_adds_up_to_the_balance(signed_in: Any, account: Account, settings: Any) -> None:
    caller = Caller(account_id=account.pk)
    price = UnitPrice(10, 1)
    ledger.grant(
        account_id=account.pk, source=GrantSource.STAFF, amount=40, ref="a", reason="Sorry", expires_at=clock.now() + timedelta(days=1)
    )
    ledger.settle_hold(hold=ledger.place_hold(caller=caller, ref="one", price=price, units_max=3), units=2)
    ledger.settle_hold(hold=ledger.place_hold(caller=caller, ref="two", price=price, units_max=3), units=0)
    ledger.place_hold(caller=caller, ref="three", price=price, units_max=1)
    lines = selectors.get_statement(account_id=account.pk).lines
    assert [(line.amount, line.note) for line in lines] == [
        (-10, "Reserved while it runs; what is not used comes back"),
        (-20, "Charged; 30 were reserved, 10 came back"),
        (40, "Granted"),
        (settings.WELCOME_CREDITS, "Granted"),
    ]
    assert sum(line.amount for line in lines) == settings.WELCOME_CREDITS + 10
    page = text(signed_in.get("/credits"))
    assert f'<span id="balance">{settings.WELCOME_CREDITS + 10}</span>' in page
    assert "Sorry" in page


def test_a_long_statement_has_pages(signed_in: Any, account: Account) -> None:
    for number in range(selectors.STATEMENT_LINES):
        ledger.grant(account_id=account.pk, source=GrantSource.STAFF, amount=1, ref=str(number), reason="More")
    first = selectors.get_statement(account_id=account.pk)
    assert (len(first.lines), first.next) == (selectors.STATEMENT_LINES, first.lines[-1].id)
    older = selectors.get_statement(account_id=account.pk, before=first.next)
    assert ([line.title for line in older.lines], older.next) == (["Welcome"], None)
    assert f'href="?before={first.next}"' in text(signed_in.get("/credits"))


@pytest.mark.parametrize("before", ["-1", "x", "9" * 40, "%00", "²", str(2**63), ""])
def test_a_page_of_nowhere_is_the_first(signed_in: Any, before: str) -> None:
    reply = signed_in.get(f"/credits?before={before}")
    assert reply.status_code == 200
    assert "Welcome" in text(reply)


@pytest.mark.parametrize("path", ["/nowhere", "/%00", "/keys/not-a-key/revoke", "/" + "x" * 4000])
def test_an_unknown_page_is_a_page(client: Client, db: None, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 404
    assert "<h1>Nothing here</h1>" in text(reply)


def test_a_failure_of_ours_reads_nothing(rf: RequestFactory) -> None:
    # Without the `db` fixture a query would fail the test.
    reply = error_page(rf.get("/"), errors.TollgateError("Something broke."))
    assert reply.status_code == 500
    assert "Something broke." in text(reply)
