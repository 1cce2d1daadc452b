"""Checkout sessions: opened by the API, then paid, declined, left or expired by whoever is on their page.

A session makes nothing but itself until it is paid: then the customer (if none was given), the payment or the subscription with its first
invoice, and the events that Stripe sends. A declined card leaves it open; in payment mode ``payment_intent.payment_failed`` and
``charge.failed`` are sent, in subscription mode nothing, since there is no subscription and no invoice yet.
"""

import copy
from typing import Any

from billing.simulator import catalogue, forms, invoices, shapes, subscriptions
from billing.simulator.forms import Params
from billing.simulator.refusals import ParameterInvalid, ParameterMissing, Refused
from billing.simulator.state import State, Thing

OPEN_SECONDS = 86_400
ALLOWED = """
    allow_promotion_codes allowed_payment_method_types automatic_tax billing_address_collection cancel_url client_reference_id currency
    customer customer_creation customer_email expires_at invoice_creation line_items locale metadata payment_intent_data
    payment_method_collection submit_type subscription_data success_url ui_mode
"""


def create_session(state: State, params: Params, *, public_url: str) -> Thing:
    """Open a session."""
    forms.check_names(params, allowed=ALLOWED, required="mode", removed="payment_method_types")
    mode = forms.choice(params, "mode", "payment subscription")
    forms.choice(params, "ui_mode", "hosted_page", "hosted_page")
    if not params.get("success_url"):
        raise ParameterMissing("Missing required param: success_url.", param="success_url")
    if not forms.rows(params, "line_items"):
        raise ParameterMissing("Missing required param: line_items.", param="line_items")
    customer = state.get("customer", params["customer"], param="customer") if params.get("customer") else None
    if customer and customer.get("deleted"):
        raise ParameterInvalid(f"The customer {customer['id']} was deleted.", param="customer", code="resource_missing")
    if customer and params.get("customer_email"):
        raise ParameterInvalid("You may only specify one of these parameters: customer, customer_email.", param="customer_email")
    items = [_line_item(state, row, mode=mode, param=f"line_items[{at}]") for at, row in enumerate(forms.rows(params, "line_items"))]
    session = state.add(_shape(state, params, mode=mode, customer=customer, items=items, public_url=public_url))
    facts = state.note(session["id"])
    facts["line_items"] = items
    facts["subscription_data"] = _nested(params, "subscription_data", needs="subscription", mode=mode)
    facts["payment_intent_data"] = _nested(params, "payment_intent_data", needs="payment", mode=mode)
    return session


def _nested(params: Params, name: str, *, needs: str, mode: str) -> Params:
    data = forms.hash_of(params, name)
    if data and mode != needs:
        raise ParameterInvalid(f"You can not pass `{name}` in `{mode}` mode.", param=name)
    forms.check_names(data, allowed="metadata description")
    return data


def _line_item(state: State, row: Params, *, mode: str, param: str) -> Thing:
    forms.check_names(row, allowed="price price_data quantity adjustable_quantity")
    if "price_data" in row:
        price = catalogue.create_price(state, forms.hash_of(row, "price_data"))
    else:
        price = state.get("price", row.get("price", ""), param=f"{param}[price]")
    if not price["active"]:
        raise ParameterInvalid("The price specified is inactive. This field only accepts active prices.", param=f"{param}[price]")
    if mode == "payment" and price["recurring"]:
        raise ParameterInvalid("You specified `payment` mode but passed a recurring price.", param="mode")
    if mode == "subscription" and not price["recurring"]:
        # Stripe also takes prices that are paid once beside a recurring one; nothing here needs that.
        raise ParameterInvalid("You must provide at least one recurring price in `subscription` mode.", param="mode")
    quantity = forms.integer(row, "quantity")
    if quantity < 1:
        raise ParameterInvalid("The quantity should be greater than or equal to 1.", param=f"{param}[quantity]")
    amount = price["unit_amount"] * quantity
    return {
        "id": state.make_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": state.get("product", price["product"])["name"],
        "metadata": {},
        "price": copy.deepcopy(price),
        "quantity": quantity,
    }


def _shape(state: State, params: Params, *, mode: str, customer: Thing | None, items: list[Thing], public_url: str) -> Thing:
    id, total = state.make_id("cs_test"), sum(item["amount_total"] for item in items)
    return {
        "id": id,
        "object": "checkout.session",
        "allow_promotion_codes": None,
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "created": state.now(),
        "currency": items[0]["currency"],
        "custom_fields": [],
        "customer": customer["id"] if customer else None,
        "customer_creation": None if customer else "always" if mode == "subscription" else params.get("customer_creation", "if_required"),
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "expires_at": forms.integer(params, "expires_at", state.now() + OPEN_SECONDS),
        "invoice": None,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": forms.merged_metadata({}, params),
        "mode": mode,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "always" if mode == "subscription" else "if_required",
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "setup_intent": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": None,
        "subscription": None,
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{public_url}/pay/{id}",
    }


def check_open(session: Thing, *, now: int) -> None:
    """Refuse what can be done to an open session only."""
    if session["status"] != "open":
        raise Refused(f'Only Checkout Sessions with a status in ["open"] can be changed. This one has a status of {session["status"]}.')
    if session["expires_at"] <= now:
        raise Refused("This Checkout Session has expired.")


def expire(state: State, session: Thing) -> None:
    """Close a session that nobody paid."""
    if session["status"] != "open":
        raise Refused(f'Only Checkout Sessions with a status in ["open"] can be expired. This one has a status of {session["status"]}.')
    session |= {"status": "expired", "url": None}
    state.emit("checkout.session.expired", session)


def pay(state: State, session: Thing) -> None:
    """Pay a session with a card that works."""
    check_open(session, now=state.now())
    customer = _customer(state, session)
    if session["mode"] == "subscription":
        _begin_subscription(state, session)
    else:
        payment = _payment(state, session)
        invoices.charge_payment(state, payment, declined=False)
        session["payment_intent"] = payment["id"]
    session |= {"status": "complete", "payment_status": "paid", "url": None}
    session["customer_details"] = {
        "address": dict(shapes.ADDRESS),
        "email": customer["email"] if customer else session["customer_email"],
        "name": customer["name"] if customer else None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    state.emit("checkout.session.completed", session)


def decline(state: State, session: Thing) -> None:
    """Try to pay a session with a card that is declined: it stays open."""
    check_open(session, now=state.now())
    if session["mode"] == "payment":
        invoices.charge_payment(state, _payment(state, session), declined=True)


def _customer(state: State, session: Thing) -> Thing | None:
    if session["customer"]:
        return state.get("customer", session["customer"])
    if session["customer_creation"] != "always":
        return None
    email = {"email": session["customer_email"]} if session["customer_email"] else {}
    customer = catalogue.create_customer(state, email)
    session["customer"] = customer["id"]
    return customer


def _begin_subscription(state: State, session: Thing) -> None:
    facts: dict[str, Any] = state.note(session["id"])
    subscription = subscriptions.begin(
        state,
        customer=session["customer"],
        prices=[(item["price"], item["quantity"]) for item in facts["line_items"]],
        metadata=dict(facts["subscription_data"].get("metadata") or {}),
        description=facts["subscription_data"].get("description"),
    )
    session |= {"subscription": subscription["id"], "invoice": subscription["latest_invoice"]}


def _payment(state: State, session: Thing) -> Thing:
    """Return the session's payment intent: one for all tries."""
    facts = state.note(session["id"])
    if "payment" in facts:
        return state.get("payment_intent", facts["payment"])
    payment = invoices.make_payment(
        state,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
        metadata=dict(facts["payment_intent_data"].get("metadata") or {}),
        description=facts["payment_intent_data"].get("description") or facts["line_items"][0]["description"],
    )
    facts["payment"] = payment["id"]
    state.emit("payment_intent.created", payment)
    return payment
