"""Stripe's events: checked, stored once, answered at once, and handled by a job (G-3.3).

An event only says what to look at. Handling fetches the object again, so the order and the number of events change nothing. What fails is
kept with its error, tried again with growing pauses, and can be run again by staff.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import stripe
import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from billing import selectors
from billing.errors import BadSignature, ForeignEvent, StripeFailed, WebhookClosed
from billing.models import StripeEvent
from billing.services import payments, subscriptions
from billing.stripe import calls
from common import clock, queue
from common.contracts.parsing import parse_json
from common.errors import TollgateError

log = structlog.get_logger(__name__)
HANDLE_JOB = "billing.handle_stripe_event"
TOLERANCE_SECONDS = 300
ATTEMPTS_MAX = 8
PAUSE_SECONDS = 5
FORGOTTEN_AFTER = timedelta(minutes=30)
ID_CHARACTERS_MAX = 100


def receive(*, payload: bytes, signature: str) -> bool:
    """Store an event and have it handled; returns whether it is a new one.

    Raises :class:`WebhookClosed` without a signing secret, :class:`BadSignature`, :class:`ForeignEvent`, and ``errors.Malformed``; then
    nothing is stored.
    """
    check_signature(payload=payload, signature=signature)
    event = parse_json(payload)
    check_event(event)
    row = StripeEvent(id=event["id"], type=event["type"], payload=event)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            queue.enqueue(name=HANDLE_JOB, key=row.pk)
    except IntegrityError:
        if StripeEvent.objects.filter(pk=row.pk).exists():
            return False
        raise
    return True


def check_signature(*, payload: bytes, signature: str) -> None:
    """Raise unless ``signature`` is Stripe's over these very bytes, and not older than five minutes."""
    secret = settings.STRIPE_WEBHOOK_SECRET.strip()
    if not secret:
        raise WebhookClosed
    try:
        stripe.WebhookSignature.verify_header(payload, signature, secret, TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, TypeError, ValueError):
        # The client raises TypeError for a signature outside of ASCII and ValueError for a body that is no UTF-8.
        raise BadSignature from None


def check_event(event: Any) -> None:
    """Raise unless this is an event, of our mode and our account.

    Its ``api_version`` may be another one than ours: nothing is read from it but the type and the ids of what to fetch.
    """
    if not isinstance(event, dict) or not all(isinstance(event.get(name), str) and event[name] for name in ("id", "type")):
        raise ForeignEvent("it has no id or no type")
    if max(len(event["id"]), len(event["type"])) > ID_CHARACTERS_MAX:
        raise ForeignEvent("its id or its type is too long")
    data = event.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("object"), dict):
        raise ForeignEvent("it has no object")
    is_live = settings.STRIPE_API_KEY.startswith(("sk_live_", "rk_live_"))
    if event.get("livemode", is_live) is not is_live:
        raise ForeignEvent("it is of test mode, and the key of live mode, or the other way round")
    if event.get("account"):
        raise ForeignEvent("it is of a connected account")


def handle(*, event_id: str) -> None:
    """Handle a stored event; one that was handled stays as it is, one that fails is kept with its error and tried again later."""
    row = StripeEvent.objects.filter(pk=event_id, handled_at=None).first()
    if row is None:
        return
    try:
        HANDLERS.get(row.type, _ignore)(row.payload["data"]["object"])
    except Exception as error:
        log.exception("billing.event_failed", event_id=row.pk, event_type=row.type)
        _keep_failure(row, describe_failure(error))
    else:
        waiting = StripeEvent.objects.filter(pk=row.pk, handled_at=None)
        blanks = {"payload": {"id": row.pk, "type": row.type}} if _is_of_nobody(row) else {}
        waiting.update(handled_at=clock.now(), attempts=F("attempts") + 1, error="", **blanks)


def run_again(*, event_ids: Iterable[str]) -> int:
    """Have events handled that were not yet, whatever their attempts; returns how many."""
    waiting = list(StripeEvent.objects.filter(pk__in=list(event_ids), handled_at=None).values_list("pk", flat=True))
    with transaction.atomic():
        for pk in waiting:
            queue.enqueue(name=HANDLE_JOB, key=pk)
    return len(waiting)


def requeue_forgotten(*, limit: int = 100) -> int:
    """Have events handled whose job was lost with a broker's memory; returns how many. The scheduler calls this every hour."""
    old = StripeEvent.objects.filter(handled_at=None, attempts=0, received_at__lt=clock.now() - FORGOTTEN_AFTER)
    return run_again(event_ids=list(old.values_list("pk", flat=True)[:limit]))


def describe_failure(error: Exception) -> str:
    """Return what staff should read about a failure: Stripe's own words where there are some."""
    words = error.problem if isinstance(error, StripeFailed) else error.message if isinstance(error, TollgateError) else str(error)
    return f"{type(error).__name__}: {words}"


def _keep_failure(row: StripeEvent, words: str) -> None:
    attempts = row.attempts + 1
    with transaction.atomic():
        StripeEvent.objects.filter(pk=row.pk, handled_at=None).update(attempts=attempts, error=words)
        if attempts < ATTEMPTS_MAX:
            queue.enqueue(name=HANDLE_JOB, key=row.pk, run_at=clock.now() + timedelta(seconds=PAUSE_SECONDS * 2**attempts))


def _refresh(thing: dict[str, Any]) -> None:
    account_id = selectors.find_account_id(_id(thing, "customer"))
    if account_id is not None:
        subscriptions.refresh(account_id=account_id)


def _checkout_ended(thing: dict[str, Any]) -> None:
    session = calls.get_checkout(_id(thing, "id"))
    account_id = selectors.find_account_id(session.customer_id)
    if account_id is None:
        return
    if session.status == "expired":
        subscriptions.forget_checkout(account_id=account_id, session_id=session.id)
    elif session.mode == "subscription":
        subscriptions.refresh(account_id=account_id)
    else:
        payments.grant_pack(account_id=account_id, session=session)


def _checkout_failed(thing: dict[str, Any]) -> None:
    account_id = selectors.find_account_id(_id(thing, "customer"))
    if account_id is not None:
        subscriptions.forget_checkout(account_id=account_id, session_id=_id(thing, "id"))


def _invoice_paid(thing: dict[str, Any]) -> None:
    invoice = calls.get_invoice(_id(thing, "id"))
    account_id = selectors.find_account_id(invoice.customer_id)
    if account_id is not None:
        subscriptions.refresh(account_id=account_id)
        payments.grant_invoice(account_id=account_id, invoice=invoice)


def _money_returned(thing: dict[str, Any]) -> None:
    charge_id = _id(thing, "id") if thing.get("object") == "charge" else _id(thing, "charge")
    if not charge_id:
        return
    charge = calls.get_charge(charge_id)
    account_id = selectors.find_account_id(charge.customer_id)
    if account_id is not None:
        payments.take_back(account_id=account_id, charge=charge)


def _is_of_nobody(row: StripeEvent) -> bool:
    """Return whether an event is about a customer who is nobody here, such as one who was deleted: what it says is not kept."""
    thing = row.payload["data"]["object"]
    customer_id = _id(thing, "id" if thing.get("object") == "customer" else "customer")
    return bool(customer_id) and selectors.find_account_id(customer_id) is None


def _ignore(thing: dict[str, Any]) -> None:
    """Nothing follows from it for us; it is stored all the same."""


def _id(thing: dict[str, Any], name: str) -> str:
    """Return the id in a field of an event's object, which may hold the whole object instead."""
    value = thing.get(name)
    return str(value.get("id", "")) if isinstance(value, dict) else str(value or "")


HANDLERS: dict[str, Callable[[dict[str, Any]], None]] = {
    "checkout.session.completed": _checkout_ended,
    "checkout.session.async_payment_succeeded": _checkout_ended,
    "checkout.session.async_payment_failed": _checkout_failed,
    "checkout.session.expired": _checkout_ended,
    "customer.subscription.created": _refresh,
    "customer.subscription.updated": _refresh,
    "customer.subscription.deleted": _refresh,
    "customer.subscription.paused": _refresh,
    "customer.subscription.resumed": _refresh,
    "invoice.paid": _invoice_paid,
    "invoice.payment_failed": _refresh,
    "invoice.payment_action_required": _refresh,
    "charge.refunded": _money_returned,
    "refund.created": _money_returned,
    "refund.updated": _money_returned,
    "charge.dispute.created": _money_returned,
    "charge.dispute.updated": _money_returned,
    "charge.dispute.closed": _money_returned,
}
"""What follows from which type. Any other is stored and answered like these."""
