"""G-3.3: Stripe's events: what is let in, what is stored, and that handling one often, late or again changes nothing twice."""

import json
import time
from typing import Any

import pytest
from stripe import WebhookSignature

from billing.models import Grant, StripeEvent, Subscription
from billing.services import inbox
from common.models import Job
from tests.conftest import Actor
from tests.fakes.asgi import Client, Reply
from tests.fakes.stripe import SECRET, WEBHOOK, Shop, session_of

pytestmark = pytest.mark.clause("G-3.3")
EVENT = {
    "id": "evt_1",
    "object": "event",
    "api_version": "2026-10-28.endive",
    "created": 1_790_000_000,
    "data": {"object": {"id": "thing_1", "object": "thing"}},
    "livemode": False,
    "type": "thing.happened",
}


@pytest.fixture(autouse=True)
def secret(settings: Any) -> None:
    """A signing secret that tests know."""
    settings.STRIPE_WEBHOOK_SECRET = SECRET


def sign(body: bytes, *, secret: str = SECRET, age_seconds: int = 0) -> str:
    return str(WebhookSignature.generate_signature_header(body.decode(), secret, int(time.time()) - age_seconds))


def post(api: Client, body: bytes, signature: str | None) -> Reply:
    return api.post(WEBHOOK, raw=body, headers={} if signature is None else {"Stripe-Signature": signature})


def post_event(api: Client, **facts: Any) -> Reply:
    body = json.dumps(EVENT | facts).encode()
    return post(api, body, sign(body))


BODY = json.dumps(EVENT).encode()
GOOD_V1 = "v1=" + "0" * 64
FORGERIES = {
    "no header": (BODY, None),
    "empty header": (BODY, ""),
    "no signature": (BODY, f"t={int(time.time())}"),
    "no time": (BODY, GOOD_V1),
    "zeros": (BODY, f"t={int(time.time())},{GOOD_V1}"),
    "another secret": (BODY, sign(BODY, secret="whsec_other")),
    "empty secret": (BODY, f"t={int(time.time())},v1={WebhookSignature._compute_signature(f'{int(time.time())}.{BODY.decode()}', '')}"),
    "only v0": (BODY, sign(BODY).replace("v1=", "v0=")),
    "not ASCII": (BODY, f"t={int(time.time())},v1=é"),
    "no number": (BODY, "t=now,v1=00"),
    "rubbish": (BODY, "rubbish"),
    "many equal signs": (BODY, "t==,v1==="),
    "stale": (BODY, sign(BODY, age_seconds=301)),
    "re-serialised": (json.dumps(EVENT, indent=1).encode(), sign(BODY)),
    "one byte more": (BODY + b" ", sign(BODY)),
    "no UTF-8": (b"\xff\xfe{}", sign(BODY)),
    "huge time": (BODY, f"t={'9' * 400},{GOOD_V1}"),
    "infinite digits": (BODY, f"t={'9' * 5000},{GOOD_V1}"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_and_nothing_is_stored(api: Client, name: str) -> None:
    body, signature = FORGERIES[name]
    reply = post(api, body, signature)
    assert (reply.status, reply.json) == (
        400,
        {"error": "The Stripe-Signature header does not fit this body.", "code": "INVALID_REQUEST"},
    )
    assert (StripeEvent.objects.count(), Job.objects.count()) == (0, 0)


def test_an_event_of_299_seconds_ago_is_taken(api: Client) -> None:
    assert post(api, BODY, sign(BODY, age_seconds=295)).status == 200


@pytest.mark.parametrize("secret", ["", "  "])
def test_without_a_secret_the_endpoint_is_closed(api: Client, settings: Any, secret: str) -> None:
    settings.STRIPE_WEBHOOK_SECRET = secret
    reply = post(api, BODY, sign(BODY, secret=secret or "x"))
    assert (reply.status, reply.json["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert StripeEvent.objects.count() == 0


@pytest.mark.parametrize(
    "facts",
    [
        {"id": ""},
        {"id": 7},
        {"id": "e" * 101},
        {"type": None},
        {"data": {}},
        {"data": []},
        {"data": {"object": "ch_1"}},
        {"livemode": True},
        {"livemode": "false"},
        {"account": "acct_1"},
    ],
)
def test_an_event_that_is_not_for_us_is_refused(api: Client, facts: dict[str, Any]) -> None:
    assert post_event(api, **facts).status == 400
    assert StripeEvent.objects.count() == 0


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"id": "evt_1", "id": "evt_2"}', b'"\\u0000"'])
def test_signed_rubbish_is_refused(api: Client, body: bytes) -> None:
    assert post(api, body, sign(body)).status == 400
    assert StripeEvent.objects.count() == 0


def test_an_unknown_type_is_stored_and_answered(api: Client, run_jobs: Any) -> None:
    reply = post_event(api)
    assert (reply.status, reply.json) == (200, {"received": True})
    assert run_jobs() == 1
    row = StripeEvent.objects.get()
    assert (row.pk, row.type, row.payload, row.attempts, row.error) == ("evt_1", "thing.happened", EVENT, 1, "")
    assert row.handled_at is not None


def test_an_event_of_another_customer_changes_nothing(shop: Shop) -> None:
    for type_ in ("customer.subscription.updated", "invoice.payment_failed"):
        assert post_event(shop.api, id=f"evt_{type_}", type=type_, data={"object": {"id": "x", "customer": "cus_x"}}).status == 200
    shop.run_jobs()
    assert StripeEvent.objects.exclude(handled_at=None).count() == 2
    assert Subscription.objects.count() == 0


def test_the_same_event_ten_times_at_once_grants_once(shop: Shop, user: Actor, worker: Any) -> None:
    shop.stripe.pay(session_of(user.api.post("/api/v1/subscriptions/upgrade", {"plan": "basic"}).json["checkoutUrl"]))
    (event,) = shop.stripe.events("invoice.paid")
    body, signature = shop.stripe.signed(event["id"])
    request = shop.api.request("POST", WEBHOOK, raw=body, headers={"Stripe-Signature": signature})
    with worker(), worker():
        replies = shop.api.send_together([request] * 10)
    shop.run_jobs()
    assert {reply.status for reply in replies} == {200}
    assert StripeEvent.objects.count() == 1
    assert list(Grant.objects.filter(source="plan").values_list("amount", "ref")) == [(5_000, f"invoice:{event['data']['object']['id']}")]


def test_what_fails_is_kept_tried_again_and_run_again_once(shop: Shop, user: Actor, settings: Any) -> None:
    shop.stripe.pay(session_of(user.api.post("/api/v1/subscriptions/upgrade", {"plan": "basic"}).json["checkoutUrl"]))
    (event,) = shop.stripe.events("invoice.paid")
    address, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    shop.deliver([event["id"]])
    row = StripeEvent.objects.get()
    assert (row.handled_at, row.attempts) == (None, 1)
    assert row.error.startswith("StripeFailed: ")
    assert [job.key for job in Job.objects.all()] == [event["id"]]
    assert Grant.objects.filter(source="plan").count() == 0
    settings.STRIPE_API_BASE = address
    assert inbox.run_again(event_ids=[event["id"]]) == 1
    shop.run_jobs()
    row.refresh_from_db()
    assert (row.handled_at is not None, row.attempts, row.error) == (True, 2, "")
    assert inbox.run_again(event_ids=[event["id"]]) == 0
    Job.objects.update(run_at=row.received_at)
    shop.run_jobs()
    assert Grant.objects.filter(source="plan").count() == 1
    row.refresh_from_db()
    assert row.attempts == 2
