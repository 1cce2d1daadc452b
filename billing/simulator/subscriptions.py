"""Subscriptions: begun by a checkout, renewed, changed with proration, cancelled at once or at the period's end.

Plan changes follow https://docs.stripe.com/billing/subscriptions/prorations: ``always_invoice`` invoices at once,
``create_prorations`` leaves its lines for the next invoice, ``none`` changes the price only. Another interval, or
``billing_cycle_anchor=now``, begins a new period.
"""

import copy

from billing.simulator import forms, invoices, shapes
from billing.simulator.forms import Params
from billing.simulator.periods import period_end, prorated
from billing.simulator.refusals import ParameterInvalid, Refused
from billing.simulator.state import State, Thing

ENDED = {"canceled", "incomplete_expired"}


def begin(state: State, *, customer: str, prices: list[tuple[Thing, int]], metadata: dict[str, str], description: str | None) -> Thing:
    """Make a subscription whose first period begins now, and pay its first invoice; ``prices`` are pairs of price and quantity."""
    id, now = state.make_id("sub"), state.now()
    subscription = state.add(_shape(id=id, now=now, customer=customer, currency=prices[0][0]["currency"], metadata=metadata))
    subscription["description"] = description
    for price, quantity in prices:
        subscription["items"]["data"].append(_item(state, subscription, price=price, quantity=quantity))
    lines = [_renewal_line(state, item) for item in subscription["items"]["data"]]
    invoice = invoices.make_invoice(state, subscription=subscription, lines=lines, reason="subscription_create")
    state.emit("customer.subscription.created", subscription)
    invoices.pay_invoice(state, invoice)
    return subscription


def _shape(*, id: str, now: int, customer: str, currency: str, metadata: dict[str, str]) -> Thing:
    return {
        "id": id,
        "object": "subscription",
        "billing_cycle_anchor": now,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": now,
        "currency": currency,
        "customer": customer,
        "days_until_due": None,
        "default_payment_method": None,
        "description": None,
        "discounts": [],
        "ended_at": None,
        "items": shapes.listing([], url=f"/v1/subscription_items?subscription={id}"),
        "latest_invoice": None,
        "livemode": False,
        "metadata": metadata,
        "pause_collection": None,
        "pending_setup_intent": None,
        "pending_update": None,
        "schedule": None,
        "start_date": now,
        "status": "active",
        "test_clock": None,
        "trial_end": None,
        "trial_start": None,
    }


def _item(state: State, subscription: Thing, *, price: Thing, quantity: int) -> Thing:
    others = subscription["items"]["data"]
    start = others[0]["current_period_start"] if others else state.now()
    end = period_end(start, price["recurring"], anchor=subscription["billing_cycle_anchor"])
    return {
        "id": state.make_id("si"),
        "object": "subscription_item",
        "created": state.now(),
        "current_period_end": end,
        "current_period_start": start,
        "discounts": [],
        "metadata": {},
        "price": copy.deepcopy(price),
        "quantity": quantity,
        "subscription": subscription["id"],
        "tax_rates": [],
    }


def _renewal_line(state: State, item: Thing) -> Thing:
    name = state.get("product", item["price"]["product"])["name"]
    amount = item["price"]["unit_amount"] * item["quantity"]
    return invoices.line(
        state,
        item=item,
        amount=amount,
        start=item["current_period_start"],
        end=item["current_period_end"],
        description=f"{item['quantity']} × {name}",
    )


def renew(state: State, subscription: Thing, *, declined: bool) -> None:
    """Go to the next period: cancel if that was scheduled, else invoice it and collect; a declined card leaves it past due."""
    check_running(subscription)
    if subscription["cancel_at_period_end"]:
        end(state, subscription, at=subscription["cancel_at"])
        return
    before = copy.deepcopy(subscription)
    for item in subscription["items"]["data"]:
        item["current_period_start"] = item["current_period_end"]
        anchor = subscription["billing_cycle_anchor"]
        item["current_period_end"] = period_end(item["current_period_start"], item["price"]["recurring"], anchor=anchor)
    pending = state.note(subscription["id"]).pop("pending_lines", [])
    lines = [*pending, *(_renewal_line(state, item) for item in subscription["items"]["data"])]
    invoice = invoices.make_invoice(state, subscription=subscription, lines=lines, reason="subscription_cycle")
    paid = invoices.pay_invoice(state, invoice, declined=declined)
    subscription["status"] = "active" if paid else "past_due"
    state.emit("customer.subscription.updated", subscription, before=before)


def collect(state: State, invoice: Thing, *, declined: bool) -> None:
    """Try an open invoice again, and bring its subscription back when it is paid."""
    paid = invoices.pay_invoice(state, invoice, declined=declined)
    subscription = state.get("subscription", invoice["parent"]["subscription_details"]["subscription"])
    if paid and subscription["status"] == "past_due" and subscription["latest_invoice"] == invoice["id"]:
        before = copy.deepcopy(subscription)
        subscription["status"] = "active"
        state.emit("customer.subscription.updated", subscription, before=before)


def check_running(subscription: Thing) -> None:
    """Refuse what cannot be done to a subscription that has ended."""
    if subscription["status"] in ENDED:
        raise Refused("A canceled subscription can only update its cancellation_details and metadata.")


def end(state: State, subscription: Thing, *, at: int | None = None, reason: str = "cancellation_requested") -> None:
    """End a subscription, now or at the moment that was scheduled."""
    check_running(subscription)
    subscription |= {"status": "canceled", "ended_at": at or state.now(), "canceled_at": subscription["canceled_at"] or state.now()}
    subscription["cancellation_details"]["reason"] = reason
    state.note(subscription["id"]).pop("pending_lines", None)
    state.emit("customer.subscription.deleted", subscription)


def update(state: State, subscription: Thing, params: Params) -> None:
    """Change a subscription as ``subscriptions.update`` does: items with proration, cancellation at the period's end, metadata."""
    if set(params) - {"metadata", "cancellation_details", "expand"}:
        check_running(subscription)
    before = copy.deepcopy(subscription)
    subscription["metadata"] = forms.merged_metadata(subscription["metadata"], params)
    subscription["cancellation_details"] |= forms.hash_of(params, "cancellation_details")
    subscription["description"] = params.get("description", subscription["description"])
    if "cancel_at_period_end" in params:
        _schedule_end(state, subscription, scheduled=forms.boolean(params, "cancel_at_period_end", default=False))
    try:
        if "items" in params or params.get("billing_cycle_anchor") == "now":
            _change_items(state, subscription, params)
    except Refused:
        subscription.clear()
        subscription.update(before)
        raise
    if subscription != before:
        state.emit("customer.subscription.updated", subscription, before=before)


def _schedule_end(state: State, subscription: Thing, *, scheduled: bool) -> None:
    last = max(item["current_period_end"] for item in subscription["items"]["data"])
    subscription |= {
        "cancel_at_period_end": scheduled,
        "cancel_at": last if scheduled else None,
        "canceled_at": state.now() if scheduled else None,
    }
    subscription["cancellation_details"]["reason"] = "cancellation_requested" if scheduled else None


def _change_items(state: State, subscription: Thing, params: Params) -> None:
    behavior = forms.choice(params, "proration_behavior", "always_invoice create_prorations none", "create_prorations")
    payment = forms.choice(params, "payment_behavior", "allow_incomplete error_if_incomplete", "allow_incomplete")
    forms.choice(params, "billing_cycle_anchor", "now unchanged", "unchanged")
    old = {item["id"]: copy.deepcopy(item) for item in subscription["items"]["data"]}
    for entry in forms.rows(params, "items"):
        _change_item(state, subscription, entry)
    items = subscription["items"]["data"]
    if not items:
        raise Refused("A subscription must have at least one item.", param="items")
    intervals = [item["price"]["recurring"]["interval"] for item in (*old.values(), *items)]
    fresh = params.get("billing_cycle_anchor") == "now" or len(set(intervals)) > 1
    lines = [_credit_line(state, item) for item in old.values() if item not in items or fresh] if behavior != "none" else []
    if fresh:
        subscription["billing_cycle_anchor"] = state.now()
        for item in items:
            item["current_period_start"] = state.now()
            item["current_period_end"] = period_end(state.now(), item["price"]["recurring"], anchor=state.now())
        lines += [_renewal_line(state, item) for item in items]
    elif behavior != "none":
        lines += [_rest_line(state, item) for item in items if item != old.get(item["id"])]
    _bill_change(state, subscription, lines, at_once=fresh or behavior == "always_invoice", strict=payment == "error_if_incomplete")


def _bill_change(state: State, subscription: Thing, lines: list[Thing], *, at_once: bool, strict: bool) -> None:
    if not lines:
        return
    if not at_once:
        state.note(subscription["id"]).setdefault("pending_lines", []).extend(lines)
        return
    balance = state.get("customer", subscription["customer"])["balance"]
    if strict and sum(entry["amount"] for entry in lines) + balance > 0:
        invoices.check_card(state, subscription["customer"])
    invoice = invoices.make_invoice(state, subscription=subscription, lines=lines, reason="subscription_update")
    if not invoices.pay_invoice(state, invoice, declined=invoices.card_declines(state, subscription["customer"])):
        subscription["status"] = "past_due"


def _change_item(state: State, subscription: Thing, entry: Params) -> None:
    items: list[Thing] = subscription["items"]["data"]
    forms.check_names(entry, allowed="id price quantity deleted")
    if "id" not in entry:
        price = check_recurring(state.get("price", entry.get("price", ""), param="items[0][price]"))
        items.append(_item(state, subscription, price=price, quantity=forms.integer(entry, "quantity", 1)))
        return
    item = next((item for item in items if item["id"] == entry["id"]), None)
    if item is None:
        raise ParameterInvalid(f"The subscription has no item {entry['id']}.", param="items[0][id]", code="resource_missing")
    if forms.boolean(entry, "deleted", default=False):
        items.remove(item)
        return
    if "price" in entry:
        item["price"] = copy.deepcopy(check_recurring(state.get("price", entry["price"], param="items[0][price]")))
    item["quantity"] = forms.integer(entry, "quantity", item["quantity"])


def check_recurring(price: Thing) -> Thing:
    """Return the price, or refuse one that is paid once or no longer sold."""
    if price["recurring"] is None:
        raise ParameterInvalid(f"The price {price['id']} is not recurring.", param="price")
    if not price["active"]:
        raise ParameterInvalid("The price specified is inactive. This field only accepts active prices.", param="price")
    return price


def _credit_line(state: State, item: Thing) -> Thing:
    """Return the part of the old price that was paid for and will not be used."""
    return _part_line(state, item, sign=-1, words="Unused time on")


def _rest_line(state: State, item: Thing) -> Thing:
    """Return the part of the new price until the period ends."""
    return _part_line(state, item, sign=1, words="Remaining time on")


def _part_line(state: State, item: Thing, *, sign: int, words: str) -> Thing:
    start, end, now = item["current_period_start"], item["current_period_end"], state.now()
    amount = prorated(item["price"]["unit_amount"] * item["quantity"], start=start, end=end, now=now)
    name = state.get("product", item["price"]["product"])["name"]
    return invoices.line(
        state, item=item, amount=sign * amount, start=max(start, now), end=end, description=f"{words} {name}", proration=True,
    )  # fmt: skip
