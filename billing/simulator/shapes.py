"""The shapes of the plainer objects: customer, product, price, payment method, refund, dispute, portal session.

Keys and types are those of Stripe's published example objects, held against them by ``tests/services/test_stripe_reference.py``.
"""

from typing import Any

from billing.simulator.state import State, Thing

CARD: Thing = {
    "brand": "visa",
    "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
    "country": "US",
    "exp_month": 12,
    "exp_year": 2034,
    "fingerprint": "simulated",
    "funding": "credit",
    "last4": "4242",
}
ADDRESS: Thing = dict.fromkeys(["city", "country", "line1", "line2", "postal_code", "state"])


def listing(things: list[Thing], *, url: str, has_more: bool = False) -> Thing:
    """Return Stripe's list object."""
    return {"object": "list", "data": things, "has_more": has_more, "url": url}


def customer(state: State, *, email: str | None, name: str | None, metadata: dict[str, str]) -> Thing:
    """Return a new customer."""
    id = state.make_id("cus")
    return {
        "id": id,
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": state.now(),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "email": email,
        "invoice_prefix": id[-8:].upper(),
        "invoice_settings": {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None},
        "livemode": False,
        "metadata": metadata,
        "name": name,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


def product(state: State, *, id: str | None, name: str, description: str | None, metadata: dict[str, str]) -> Thing:
    """Return a new product."""
    return {
        "id": id or state.make_id("prod"),
        "object": "product",
        "active": True,
        "created": state.now(),
        "default_price": None,
        "description": description,
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": metadata,
        "name": name,
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "type": "service",
        "unit_label": None,
        "updated": state.now(),
        "url": None,
    }


def price(state: State, *, product: str, currency: str, amount: int, recurring: dict[str, Any] | None, **facts: Any) -> Thing:
    """Return a new price; ``amount`` in the currency's smallest unit."""
    return {
        "id": state.make_id("price"),
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": state.now(),
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": facts.get("lookup_key"),
        "metadata": facts.get("metadata", {}),
        "nickname": facts.get("nickname"),
        "product": product,
        "recurring": recurring,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if recurring else "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


def payment_method(state: State, *, customer: str | None) -> Thing:
    """Return a new card."""
    return {
        "id": state.make_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": {"address": dict(ADDRESS), "email": None, "name": None, "phone": None, "tax_id": None},
        "card": {**CARD, "display_brand": "visa", "generated_from": None, "wallet": None},
        "created": state.now(),
        "customer": customer,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }


def refund(state: State, *, charge: Thing, amount: int, reason: str | None, metadata: dict[str, str]) -> Thing:
    """Return a new refund of a charge or a part of it."""
    return {
        "id": state.make_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": state.now(),
        "currency": charge["currency"],
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def dispute(state: State, *, charge: Thing, reason: str) -> Thing:
    """Return a new dispute of a whole charge."""
    return {
        "id": state.make_id("dp"),
        "object": "dispute",
        "amount": charge["amount"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": state.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": state.now() + 7 * 86_400,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {"card": {"brand": "visa", "case_type": "chargeback", "network_reason_code": "10.4"}, "type": "card"},
        "reason": reason,
        "status": "needs_response",
    }


def portal_session(state: State, *, customer: str, return_url: str | None, public_url: str) -> Thing:
    """Return a new visit to the customer portal."""
    id = state.make_id("bps")
    return {
        "id": id,
        "object": "billing_portal.session",
        "configuration": "bpc_simulated",
        "created": state.now(),
        "customer": customer,
        "flow": None,
        "livemode": False,
        "locale": None,
        "on_behalf_of": None,
        "return_url": return_url,
        "url": f"{public_url}/portal/{id}",
    }
