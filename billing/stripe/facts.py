"""What we read of Stripe's objects, as plain facts. The one place that knows their shape (API version in ``client.py``).

A ``StripeObject`` is no dictionary; each is made into one before it is read.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import stripe

LIVE = frozenset({"active", "trialing", "past_due"})
"""States in which a subscription gives its plan; while Stripe tries a failed renewal again (``past_due``) it is not taken away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A price: ``offer`` is the name of ours that it was made for."""

    id: str
    amount: int
    currency: str
    offer: str
    is_active: bool
    interval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A subscription with one item. ``is_ending``: it was cancelled, at the end of what is paid."""

    id: str
    status: str
    price_id: str
    item_id: str
    period_ends_at: datetime
    is_ending: bool
    created: int

    @property
    def is_live(self) -> bool:
        """Return whether it gives its plan."""
        return self.status in LIVE

    @property
    def has_ended(self) -> bool:
        """Return whether nothing can come of it any more."""
        return self.status in {"canceled", "incomplete_expired"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of an invoice: so much for that price, for a time that ends at ``ends_at``. What is given back is negative."""

    amount: int
    price_id: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice of a subscription."""

    id: str
    status: str
    customer_id: str
    subscription_id: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A checkout."""

    id: str
    url: str
    mode: str
    status: str
    payment_status: str
    customer_id: str
    payment_intent_id: str
    expires_at: datetime
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Money that was taken; ``returned`` of ``amount`` went back, by refunds."""

    id: str
    amount: int
    returned: int
    is_disputed: bool
    payment_intent_id: str
    customer_id: str


def plain(found: stripe.StripeObject) -> dict[str, Any]:
    """Return an object of Stripe's as dictionaries and lists."""
    value: dict[str, Any] = found.to_dict()
    return value


def id_of(value: Any) -> str:
    """Return the id in a field that holds an id, a whole object, or nothing."""
    return str(value["id"]) if isinstance(value, dict) else str(value or "")


def moment(seconds: int) -> datetime:
    """Return the moment that Stripe writes as seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def read_price(found: stripe.StripeObject) -> Price:
    """Return the facts of a price."""
    raw = plain(found)
    return Price(
        id=raw["id"],
        amount=raw["unit_amount"] or 0,
        currency=raw["currency"],
        offer=(raw.get("metadata") or {}).get("offer", ""),
        is_active=raw["active"],
        interval=(raw.get("recurring") or {}).get("interval", ""),
    )


def read_subscription(found: stripe.StripeObject) -> Subscription:
    """Return the facts of a subscription; since 2025-03-31 the period is the item's."""
    raw = plain(found)
    item = raw["items"]["data"][0]
    return Subscription(
        id=raw["id"],
        status=raw["status"],
        price_id=id_of(item["price"]),
        item_id=item["id"],
        period_ends_at=moment(item["current_period_end"]),
        is_ending=bool(raw["cancel_at_period_end"] or raw.get("cancel_at")),
        created=raw["created"],
    )


def read_invoice(found: stripe.StripeObject) -> Invoice:
    """Return the facts of an invoice; since 2025-03-31 its subscription is in ``parent``, a line's price in ``pricing``."""
    raw = plain(found)
    details = (raw.get("parent") or {}).get("subscription_details") or {}
    return Invoice(
        id=raw["id"],
        status=raw["status"] or "",
        customer_id=id_of(raw.get("customer")),
        subscription_id=id_of(details.get("subscription")),
        lines=tuple(_read_line(line) for line in raw["lines"]["data"]),
    )


def _read_line(raw: dict[str, Any]) -> Line:
    details = (raw.get("pricing") or {}).get("price_details") or {}
    return Line(amount=raw["amount"], price_id=id_of(details.get("price")), ends_at=moment(raw["period"]["end"]))


def read_session(found: stripe.StripeObject) -> Session:
    """Return the facts of a checkout."""
    raw = plain(found)
    return Session(
        id=raw["id"],
        url=raw.get("url") or "",
        mode=raw["mode"],
        status=raw["status"] or "",
        payment_status=raw["payment_status"],
        customer_id=id_of(raw.get("customer")),
        payment_intent_id=id_of(raw.get("payment_intent")),
        expires_at=moment(raw["expires_at"]),
        metadata=raw.get("metadata") or {},
    )


def read_charge(found: stripe.StripeObject) -> Charge:
    """Return the facts of a charge."""
    raw = plain(found)
    return Charge(
        id=raw["id"],
        amount=raw["amount"],
        returned=raw["amount_refunded"],
        is_disputed=bool(raw.get("disputed")),
        payment_intent_id=id_of(raw.get("payment_intent")),
        customer_id=id_of(raw.get("customer")),
    )
