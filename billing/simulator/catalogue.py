"""Customers, products and prices."""

import copy
from typing import Any

from billing.simulator import forms, shapes
from billing.simulator.forms import Params
from billing.simulator.refusals import ParameterInvalid, ParameterMissing
from billing.simulator.state import State, Thing

PRICE_PARAMETERS = """
    unit_amount recurring product product_data lookup_key transfer_lookup_key metadata nickname active tax_behavior billing_scheme
"""


def create_customer(state: State, params: Params) -> Thing:
    """Make a customer."""
    forms.check_names(params, allowed="email name description metadata phone preferred_locales")
    metadata = forms.merged_metadata({}, params)
    customer = shapes.customer(state, email=params.get("email"), name=params.get("name"), metadata=metadata)
    customer["description"] = params.get("description")
    customer["phone"] = params.get("phone")
    state.emit("customer.created", state.add(customer))
    return customer


def update_customer(state: State, customer: Thing, params: Params) -> Thing:
    """Change a customer."""
    forms.check_names(params, allowed="email name description metadata phone preferred_locales balance")
    before = copy.deepcopy(customer)
    for name in ("email", "name", "description", "phone"):
        customer[name] = params.get(name, customer[name]) or None
    customer["balance"] = forms.integer(params, "balance", customer["balance"])
    customer["metadata"] = forms.merged_metadata(customer["metadata"], params)
    if customer != before:
        state.emit("customer.updated", customer, before=before)
    return customer


def remove_customer(state: State, customer: Thing) -> Thing:
    """Delete a customer; whoever asks for it later is told that it is deleted."""
    gone = {"id": customer["id"], "object": "customer", "deleted": True}
    state.objects[customer["id"]] = gone
    state.emit("customer.deleted", customer)
    return gone


def create_product(state: State, params: Params) -> Thing:
    """Make a product, under an id of the caller's if one is given."""
    forms.check_names(params, allowed="id description metadata active unit_label", required="name")
    if params.get("id") in state.objects:
        raise ParameterInvalid(f"Product already exists with ID: {params['id']}", code="resource_already_exists", param="id")
    metadata = forms.merged_metadata({}, params)
    product = shapes.product(state, id=params.get("id"), name=params["name"], description=params.get("description"), metadata=metadata)
    product["active"] = forms.boolean(params, "active", default=True)
    state.emit("product.created", state.add(product))
    return product


def update_product(state: State, product: Thing, params: Params) -> Thing:
    """Change a product."""
    forms.check_names(params, allowed="name description metadata active unit_label default_price")
    before = copy.deepcopy(product)
    for name in ("name", "description", "unit_label", "default_price"):
        product[name] = params.get(name, product[name]) or None
    product["active"] = forms.boolean(params, "active", default=product["active"])
    product["metadata"] = forms.merged_metadata(product["metadata"], params)
    if product != before:
        product["updated"] = state.now()
        state.emit("product.updated", product, before=before)
    return product


def create_price(state: State, params: Params) -> Thing:
    """Make a price of a product that exists or of one made with it."""
    forms.check_names(
        params,
        allowed=PRICE_PARAMETERS,
        required="currency",
    )
    if "product_data" in params:
        product = create_product(state, forms.hash_of(params, "product_data"))["id"]
    elif "product" in params:
        product = state.get("product", params["product"], param="product")["id"]
    else:
        raise ParameterMissing("Missing required param: product.", param="product")
    _claim_lookup_key(state, params, owner=None)
    facts = {"lookup_key": params.get("lookup_key"), "nickname": params.get("nickname"), "metadata": forms.merged_metadata({}, params)}
    price = shapes.price(
        state,
        product=product,
        currency=params["currency"].lower(),
        amount=forms.integer(params, "unit_amount"),
        recurring=recurring(params),
        **facts,
    )
    price["active"] = forms.boolean(params, "active", default=True)
    state.emit("price.created", state.add(price))
    return price


def recurring(params: Params) -> dict[str, Any] | None:
    """Return how often a price is paid, or ``None`` for once."""
    sent = forms.hash_of(params, "recurring")
    if not sent:
        return None
    forms.check_names(sent, allowed="interval_count usage_type", required="interval")
    return {
        "interval": forms.choice(sent, "interval", "day week month year"),
        "interval_count": forms.integer(sent, "interval_count", 1),
        "meter": None,
        "trial_period_days": None,
        "usage_type": forms.choice(sent, "usage_type", "licensed", "licensed"),
    }


def update_price(state: State, price: Thing, params: Params) -> Thing:
    """Change what of a price can be changed; its amount cannot."""
    forms.check_names(params, allowed="active metadata nickname lookup_key transfer_lookup_key tax_behavior")
    before = copy.deepcopy(price)
    _claim_lookup_key(state, params, owner=price["id"])
    price["lookup_key"] = params.get("lookup_key", price["lookup_key"]) or None
    price["nickname"] = params.get("nickname", price["nickname"]) or None
    price["active"] = forms.boolean(params, "active", default=price["active"])
    price["metadata"] = forms.merged_metadata(price["metadata"], params)
    if price != before:
        state.emit("price.updated", price, before=before)
    return price


def _claim_lookup_key(state: State, params: Params, *, owner: str | None) -> None:
    """Check that a lookup key names one price: it is taken from another one only when the caller says so."""
    key = params.get("lookup_key")
    if not key:
        return
    for other in state.find("price", lambda price: bool(price["lookup_key"] == key and price["id"] != owner)):
        if not forms.boolean(params, "transfer_lookup_key", default=False):
            message = f"A price (`{other['id']}`) already uses that lookup key."
            raise ParameterInvalid(message, param="lookup_key", code="resource_already_exists")
        before = copy.deepcopy(other)
        other["lookup_key"] = None
        state.emit("price.updated", other, before=before)
