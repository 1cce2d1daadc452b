"""Stripe's API, endpoint by endpoint: which path does what, with which parameters and filters."""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from billing.simulator import catalogue, checkout, forms, invoices, reading, refunds, shapes, subscriptions
from billing.simulator.forms import Params
from billing.simulator.refusals import Missing, ParameterInvalid, Refused, UnknownUrl
from billing.simulator.state import State, Thing

PAGING = "limit starting_after ending_before created"
Filter = Callable[[Thing, str], bool]


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the API; ``id`` is the object that its path names, or empty."""

    state: State
    params: Params
    public_url: str
    url: str
    id: str = ""


Endpoint = Callable[[Call], Thing]


def retrieve(kind: str) -> Endpoint:
    """Return the endpoint that reads one object."""

    def answer(call: Call) -> Thing:
        forms.check_names(call.params, allowed="")
        return call.state.get(kind, call.id)

    return answer


def listed(kind: str, **filters: str | Filter) -> Endpoint:
    """Return the endpoint that lists a kind; a filter is the name of a field that must be equal, or a function of object and value."""

    def answer(call: Call) -> Thing:
        forms.check_names(call.params, allowed=f"{PAGING} {' '.join(filters)}")
        found = call.state.find(kind, lambda thing: not thing.get("deleted"))
        for name, rule in filters.items():
            if name in call.params:
                wanted = call.params[name]
                found = [thing for thing in found if (thing[rule] == wanted if isinstance(rule, str) else rule(thing, wanted))]
        return reading.page(found, call.params, url=call.url)

    return answer


def _flag(name: str) -> Filter:
    return lambda thing, wanted: thing[name] is forms.boolean({name: wanted}, name, default=True)


def _among(name: str) -> Filter:
    return lambda thing, wanted: thing[name] in forms.words({name: wanted}, name)


def _pays(entry: Thing, wanted: Any) -> bool:
    forms.check_names(wanted, allowed="payment_intent", required="type")
    return bool(entry["payment"]["payment_intent"] == wanted.get("payment_intent", entry["payment"]["payment_intent"]))


def _of_subscription(invoice: Thing, wanted: str) -> bool:
    return bool(invoice["parent"]["subscription_details"]["subscription"] == wanted)


def _for_email(session: Thing, wanted: Any) -> bool:
    return bool((session["customer_details"] or {}).get("email") == wanted.get("email"))


def change_subscription(call: Call) -> Thing:
    """Change a subscription."""
    allowed = """items metadata description cancel_at_period_end cancellation_details proration_behavior payment_behavior
        billing_cycle_anchor"""
    forms.check_names(call.params, allowed=allowed)
    subscription = call.state.get("subscription", call.id)
    subscriptions.update(call.state, subscription, call.params)
    return subscription


def cancel_subscription(call: Call) -> Thing:
    """Cancel a subscription at once."""
    forms.check_names(call.params, allowed="cancellation_details invoice_now prorate")
    for name in ("invoice_now", "prorate"):
        if forms.boolean(call.params, name, default=False):
            raise ParameterInvalid(f"The simulation does not know `{name}`.", param=name)
    subscription = call.state.get("subscription", call.id)
    if subscription["status"] in subscriptions.ENDED:
        raise Missing(f"No such subscription: '{call.id}'", param="id")
    subscription["cancellation_details"] |= forms.hash_of(call.params, "cancellation_details")
    subscriptions.end(call.state, subscription)
    return subscription


def list_subscriptions(call: Call) -> Thing:
    """List subscriptions: those that have ended only when ``status`` asks for them."""
    status = call.params.get("status", "")
    answer = listed(
        "subscription",
        customer="customer",
        status=_has_status,
        price=lambda thing, price: any(item["price"]["id"] == price for item in thing["items"]["data"]),
    )
    return answer(Call(call.state, {"status": status, **call.params}, call.public_url, call.url))


def _has_status(subscription: Thing, wanted: str) -> bool:
    ended = subscription["status"] in subscriptions.ENDED
    return bool({"all": True, "ended": ended, "": not ended}.get(wanted, subscription["status"] == wanted))


def open_session(call: Call) -> Thing:
    """Open a checkout session."""
    return checkout.create_session(call.state, call.params, public_url=call.public_url)


def expire_session(call: Call) -> Thing:
    """Close a checkout session."""
    session = call.state.get("checkout.session", call.id)
    checkout.expire(call.state, session)
    return session


def session_items(call: Call) -> Thing:
    """List what a checkout session sells."""
    forms.check_names(call.params, allowed=PAGING)
    items = call.state.note(call.state.get("checkout.session", call.id)["id"])["line_items"]
    return reading.page(items, call.params, url=call.url)


def open_portal(call: Call) -> Thing:
    """Open a visit to the customer portal."""
    forms.check_names(call.params, allowed="return_url", required="customer")
    customer = call.state.get("customer", call.params["customer"], param="customer")["id"]
    return_url = call.params.get("return_url")
    return call.state.add(shapes.portal_session(call.state, customer=customer, return_url=return_url, public_url=call.public_url))


def pay_invoice(call: Call) -> Thing:
    """Try an open invoice again."""
    forms.check_names(call.params, allowed="payment_method")
    invoice = call.state.get("invoice", call.id)
    declined = invoices.card_declines(call.state, invoice["customer"])
    subscriptions.collect(call.state, invoice, declined=declined)
    if declined:
        invoices.check_card(call.state, invoice["customer"])
    return invoice


def void_invoice(call: Call) -> Thing:
    """Give an open invoice up."""
    invoice = call.state.get("invoice", call.id)
    if invoice["status"] != "open":
        raise Refused("You can only pass in open invoices. This invoice isn't open.")
    before = copy.deepcopy(invoice)
    invoice |= {"status": "void", "auto_advance": False, "next_payment_attempt": None}
    invoice["status_transitions"]["voided_at"] = call.state.now()
    call.state.emit("invoice.voided", invoice, before=before)
    return invoice


def invoice_lines(call: Call) -> Thing:
    """List the lines of an invoice."""
    forms.check_names(call.params, allowed=PAGING)
    return reading.page(call.state.get("invoice", call.id)["lines"]["data"], call.params, url=call.url)


def customer_or_grave(call: Call) -> Thing:
    """Read a customer, or the little that is left of a deleted one."""
    return call.state.get("customer", call.id)


def living_customer(call: Call) -> Thing:
    """Return a customer that can still be changed."""
    customer = call.state.get("customer", call.id)
    if customer.get("deleted"):
        raise Missing(f"No such customer: '{call.id}'", param="id")
    return customer


ROUTES: dict[str, Endpoint] = {
    "POST /v1/customers": lambda call: catalogue.create_customer(call.state, call.params),
    "GET /v1/customers": listed("customer", email="email"),
    "GET /v1/customers/ID": customer_or_grave,
    "POST /v1/customers/ID": lambda call: catalogue.update_customer(call.state, living_customer(call), call.params),
    "DELETE /v1/customers/ID": lambda call: catalogue.remove_customer(call.state, living_customer(call)),
    "POST /v1/products": lambda call: catalogue.create_product(call.state, call.params),
    "GET /v1/products": listed("product", active=_flag("active"), ids=lambda thing, ids: thing["id"] in ids),
    "GET /v1/products/ID": retrieve("product"),
    "POST /v1/products/ID": lambda call: catalogue.update_product(call.state, call.state.get("product", call.id), call.params),
    "POST /v1/prices": lambda call: catalogue.create_price(call.state, call.params),
    "GET /v1/prices": listed(
        "price",
        active=_flag("active"),
        lookup_keys=lambda thing, keys: thing["lookup_key"] in keys,
        product="product",
        currency="currency",
        type="type",
    ),
    "GET /v1/prices/ID": retrieve("price"),
    "POST /v1/prices/ID": lambda call: catalogue.update_price(call.state, call.state.get("price", call.id), call.params),
    "POST /v1/checkout/sessions": open_session,
    "GET /v1/checkout/sessions": listed(
        "checkout.session",
        customer="customer",
        subscription="subscription",
        payment_intent="payment_intent",
        status="status",
        customer_details=_for_email,
    ),
    "GET /v1/checkout/sessions/ID": retrieve("checkout.session"),
    "POST /v1/checkout/sessions/ID/expire": expire_session,
    "GET /v1/checkout/sessions/ID/line_items": session_items,
    "GET /v1/subscriptions": list_subscriptions,
    "GET /v1/subscriptions/ID": retrieve("subscription"),
    "POST /v1/subscriptions/ID": change_subscription,
    "DELETE /v1/subscriptions/ID": cancel_subscription,
    "POST /v1/billing_portal/sessions": open_portal,
    "GET /v1/invoices": listed("invoice", customer="customer", status="status", subscription=_of_subscription),
    "GET /v1/invoices/ID": retrieve("invoice"),
    "GET /v1/invoices/ID/lines": invoice_lines,
    "POST /v1/invoices/ID/pay": pay_invoice,
    "POST /v1/invoices/ID/void": void_invoice,
    "GET /v1/invoice_payments": listed("invoice_payment", invoice="invoice", status="status", payment=_pays),
    "GET /v1/invoice_payments/ID": retrieve("invoice_payment"),
    "GET /v1/payment_intents": listed("payment_intent", customer="customer"),
    "GET /v1/payment_intents/ID": retrieve("payment_intent"),
    "GET /v1/payment_methods/ID": retrieve("payment_method"),
    "GET /v1/charges": listed("charge", customer="customer", payment_intent="payment_intent"),
    "GET /v1/charges/ID": retrieve("charge"),
    "POST /v1/refunds": lambda call: refunds.create_refund(call.state, call.params),
    "GET /v1/refunds": listed("refund", charge="charge", payment_intent="payment_intent"),
    "GET /v1/refunds/ID": retrieve("refund"),
    "GET /v1/disputes": listed("dispute", charge="charge", payment_intent="payment_intent"),
    "GET /v1/disputes/ID": retrieve("dispute"),
    "GET /v1/events": listed("event", type="type", types=lambda thing, types: thing["type"] in types),
    "GET /v1/events/ID": retrieve("event"),
}
_PATTERNS = [(re.compile(route.replace("ID", r"(?P<id>[^/ ]+)")), endpoint) for route, endpoint in ROUTES.items()]


def answer(state: State, *, method: str, path: str, params: Params, public_url: str) -> Thing:
    """Do what a request asks for and return the object to reply with, or refuse."""
    for pattern, endpoint in _PATTERNS:
        if match := pattern.fullmatch(f"{method} {path}"):
            reply = endpoint(Call(state, params, public_url, path, match.groupdict().get("id", "")))
            return reading.expanded(state, reply, params)
    raise UnknownUrl(f"Unrecognized request URL ({method}: {path}). The simulation does not have it.")
