"""The pages of a person's own: apps, usage, webhooks, settings."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from accounts import selectors as accounts_selectors
from accounts.models import Account, ApiKey, App
from common import clock, ids
from metrics.models import UsageRecord
from tasks.errors import SentTooOften
from tasks.models import Delivery
from tasks.services import delivering, webhook_secrets
from tasks.services.delivering import keeping
from tasks.states import DeliveryState
from tests.factories.people import make_user

# WhiteNoise misses the folder that `collectstatic` fills; in tests the finders serve the same files.
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


def text(response: Any) -> str:
    content: bytes = response.content
    return content.decode()


@pytest.fixture
def studio(db: None) -> App:
    return App.objects.create(slug="studio", title="Studio", description="Draws.", apis=["imagine", "gone"])


def make_delivery(account: Account, **more: Any) -> Delivery:
    facts = {"channel": "webhook", "event": "task.completed", "url": "https://example.com/hook", "payload": {}, "lane": ids.new_id()}
    return Delivery.objects.create(account=account, **(facts | more))


@pytest.mark.clause("P-5.1")
def test_an_app_is_enabled_and_disabled(signed_in: Any, account: Account, studio: App) -> None:
    page = text(signed_in.get("/apps"))
    assert ("Studio" in page, "/api/ai/imagine" in page, "not installed" in page, "Enabled" in page) == (True, True, True, False)
    reply = signed_in.client.post("/apps/studio/enable", {"csrfmiddlewaretoken": signed_in.csrf}, follow=True)
    assert "Studio is enabled." in text(reply)
    assert accounts_selectors.list_app_apis(account.pk) == {"imagine", "gone"}
    reply = signed_in.client.post("/apps/studio/disable", {"csrfmiddlewaretoken": signed_in.csrf}, follow=True)
    assert "The app is disabled." in text(reply)
    assert accounts_selectors.list_app_apis(account.pk) == set()


@pytest.mark.parametrize("act", ["enable", "disable"])
def test_an_app_that_is_not_there_is_said_to_be_gone(signed_in: Any, act: str) -> None:
    reply = signed_in.client.post(f"/apps/none/{act}", {"csrfmiddlewaretoken": signed_in.csrf}, follow=True)
    assert "There is no such app any more." in text(reply)


def test_a_key_of_an_app_is_made(signed_in: Any, studio: App) -> None:
    assert signed_in.send("/keys", name="Drawing", app_id="studio").status_code == 201
    assert ApiKey.objects.get().app_id == "studio"
    assert signed_in.send("/keys", name="Drawing", app_id="none").status_code == 400
    assert ApiKey.objects.count() == 1


@pytest.mark.clause("P-4.1")
def test_usage_is_drawn_by_day_and_listed_by_api(signed_in: Any, account: Account) -> None:
    now = clock.now()
    for days, api, credits in ((0, "imagine", 10), (0, "imagine", 20), (2, "inspire", 3), (40, "inspire", 1)):
        UsageRecord.objects.create(
            id=ids.new_id(), account_id=account.pk, api=api, contract="platform", units=1, credits=credits, latency_ms=1,
            outcome="succeeded", created_at=now - timedelta(days=days),
        )  # fmt: skip
    page = text(signed_in.get("/usage"))
    assert "30 credits</title>" in page
    assert re.findall(r'<td>(\w+)</td><td>–</td><td class="number">(\d+)</td><td class="number">(\d+)</td>', page) == [
        ("imagine", "2", "30"), ("inspire", "1", "3"),
    ]  # fmt: skip
    assert "34 credits" in text(signed_in.get("/usage?days=90"))
    assert "33 credits" in text(signed_in.get("/usage?days=nonsense"))


@pytest.mark.clause("P-2.7")
def test_the_secret_is_shown_to_its_owner_and_replaced(signed_in: Any, account: Account) -> None:
    before = webhook_secrets.ensure_secret(account_id=account.pk)
    assert before in text(signed_in.get("/webhooks"))
    reply = signed_in.client.post("/webhooks/secret", {"csrfmiddlewaretoken": signed_in.csrf}, follow=True)
    after = webhook_secrets.ensure_secret(account_id=account.pk)
    assert (after != before, after in text(reply), before in text(reply)) == (True, True, False)


@pytest.mark.clause("P-2.7")
def test_a_delivery_is_sent_once_more_by_its_owner_only(signed_in: Any, account: Account) -> None:
    ended = {"state": DeliveryState.FAILED, "ended_at": clock.now()}
    mine = make_delivery(account, **ended)
    other = make_delivery(Account.objects.get(user=make_user()), url="https://example.org/secret", **ended)
    page = text(signed_in.get("/webhooks"))
    assert ("example.com/hook" in page, "example.org" in page) == (True, False)
    for row, words in ((mine, "It is on its way once more."), (other, "There is no such delivery any more.")):
        reply = signed_in.client.post(f"/webhooks/deliveries/{row.pk}/redeliver", {"csrfmiddlewaretoken": signed_in.csrf}, follow=True)
        assert words in text(reply)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, other.state) == (DeliveryState.WAITING, DeliveryState.FAILED)
    assert delivering.forget_old() == 0
    Delivery.objects.filter(pk=mine.pk).update(attempts=keeping.ATTEMPTS_MAX)
    reply = signed_in.client.post(f"/webhooks/deliveries/{mine.pk}/redeliver", {"csrfmiddlewaretoken": signed_in.csrf}, follow=True)
    assert SentTooOften().message in text(reply)


@pytest.mark.clause("P-4.1")
def test_settings_are_shown_and_replaced(signed_in: Any, account: Account) -> None:
    assert "{}" in text(signed_in.get("/settings"))
    assert signed_in.send("/settings", settings='{"theme": "dark"}').status_code == 302
    assert accounts_selectors.get_settings(account.pk) == {"theme": "dark"}
    assert "&quot;theme&quot;: &quot;dark&quot;" in text(signed_in.get("/settings"))


@pytest.mark.parametrize(
    "body",
    ["", "[1]", "{", json.dumps({"a": "x" * 70_000}), '{"a": ' + "[" * 5_000 + "]" * 5_000 + "}", '{"a": NaN}', '{"a": "\\ud800"}'],
    ids=["nothing", "list", "broken", "large", "deep", "nan", "half a pair"],
)
def test_settings_that_cannot_be_kept_say_why(signed_in: Any, account: Account, body: str) -> None:
    reply = signed_in.send("/settings", settings=body)
    assert reply.status_code == 400
    assert 'class="errorlist' in text(reply)
    assert accounts_selectors.get_settings(account.pk) == {}
