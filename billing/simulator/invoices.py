"""Invoices: their lines, the customer's balance, and taking the money by payment intent, charge and invoice payment.

Shapes since basil (2025-03-31): an invoice knows its subscription through ``parent``, a payment knows its invoice only through an
``invoice_payment``, and a line knows its price through ``pricing.price_details``.
"""

import copy
from typing import Any

from billing.simulator import shapes
from billing.simulator.refusals import Declined, Refused
from billing.simulator.state import State, Thing

RETRY_SECONDS = 3 * 86_400
DECLINED = "Your card was declined."


def line(state: State, *, item: Thing, amount: int, start: int, end: int, description: str, proration: bool = False) -> Thing:
    """Return a line of an invoice about a subscription's item."""
    price = item["price"]
    return {
        "id": state.make_id("il"),
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": description,
        "discount_amounts": [],
        "discountable": not proration,
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": {},
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": proration,
                "proration_details": {"credited_items": None},
                "subscription": item["subscription"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        "period": {"end": end, "start": start},
        "pretax_credit_amounts": None,
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": item["quantity"],
        "subtotal": amount,
        "taxes": [],
    }


def make_invoice(state: State, *, subscription: Thing, lines: list[Thing], reason: str) -> Thing:
    """Make and finalise an invoice; the customer's balance is used up first, and what is below zero goes onto it."""
    customer = state.get("customer", subscription["customer"])
    total = sum(entry["amount"] for entry in lines)
    before, balance = copy.deepcopy(customer), customer["balance"]
    due = max(0, total + balance)
    invoice = state.add(_shape(state, subscription=subscription, customer=customer, lines=lines, reason=reason, total=total, due=due))
    customer["balance"] = min(0, total + balance)
    customer["next_invoice_sequence"] += 1
    invoice["ending_balance"] = customer["balance"]
    subscription["latest_invoice"] = invoice["id"]
    for entry in lines:
        entry["invoice"] = invoice["id"]
    if customer["balance"] != balance:
        state.emit("customer.updated", customer, before=before)
    state.emit("invoice.created", {**invoice, "status": "draft"})
    state.emit("invoice.finalized", invoice)
    return invoice


def _shape(state: State, *, subscription: Thing, customer: Thing, lines: list[Thing], reason: str, total: int, due: int) -> Thing:
    id, now = state.make_id("in"), state.now()
    return {
        "id": id,
        "object": "invoice",
        "account_country": "US",
        "account_name": "Simulated account",
        "amount_due": due,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": due,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": now,
        "currency": subscription["currency"],
        "customer": customer["id"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "default_payment_method": None,
        "description": None,
        "discounts": [],
        "due_date": None,
        "effective_at": now,
        "ending_balance": 0,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "lines": shapes.listing(lines, url=f"/v1/invoices/{id}/lines"),
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04}",
        "parent": {
            "quote_details": None,
            "subscription_details": {"metadata": dict(subscription["metadata"]), "subscription": subscription["id"]},
            "type": "subscription_details",
        },
        "period_end": now,
        "period_start": now,
        "starting_balance": customer["balance"],
        "status": "open",
        "status_transitions": {"finalized_at": now, "marked_uncollectible_at": None, "paid_at": None, "voided_at": None},
        "subtotal": total,
        "total": total,
        "total_taxes": [],
    }


def make_payment(state: State, *, amount: int, currency: str, customer: str | None, metadata: dict[str, str], description: str) -> Thing:
    """Make a payment intent that waits for its card."""
    id = state.make_id("pi")
    return state.add(
        {
            "id": id,
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "automatic_payment_methods": None,
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": "automatic",
            "client_secret": f"{id}_secret_simulated",
            "confirmation_method": "automatic",
            "created": state.now(),
            "currency": currency,
            "customer": customer,
            "description": description,
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": metadata,
            "next_action": None,
            "payment_method": None,
            "payment_method_types": ["card"],
            "processing": None,
            "receipt_email": None,
            "setup_future_usage": None,
            "status": "requires_payment_method",
        }
    )


def charge_payment(state: State, payment: Thing, *, declined: bool) -> Thing:
    """Try to take a payment's money by card, and return the charge, which succeeded or failed."""
    card = state.add(shapes.payment_method(state, customer=payment["customer"]))
    charge = state.add(_charge(state, payment=payment, card=card, declined=declined))
    payment["latest_charge"] = charge["id"]
    if declined:
        payment["last_payment_error"] = {"type": "card_error", "code": "card_declined", "message": DECLINED}
    else:
        payment |= {
            "status": "succeeded", "amount_received": payment["amount"], "payment_method": card["id"], "last_payment_error": None,
        }  # fmt: skip
    state.emit("charge.failed" if declined else "charge.succeeded", charge)
    state.emit("payment_intent.payment_failed" if declined else "payment_intent.succeeded", payment)
    return charge


def _charge(state: State, *, payment: Thing, card: Thing, declined: bool) -> Thing:
    good = not declined
    return {
        "id": state.make_id("ch"),
        "object": "charge",
        "amount": payment["amount"],
        "amount_captured": payment["amount"] if good else 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": card["billing_details"],
        "calculated_statement_descriptor": "SIMULATION",
        "captured": good,
        "created": state.now(),
        "currency": payment["currency"],
        "customer": payment["customer"],
        "description": payment["description"],
        "disputed": False,
        "failure_code": None if good else "card_declined",
        "failure_message": None if good else DECLINED,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(payment["metadata"]),
        "outcome": {
            "network_status": "approved_by_network" if good else "declined_by_network",
            "reason": None if good else "generic_decline",
            "seller_message": "Payment complete." if good else DECLINED,
            "type": "authorized" if good else "issuer_declined",
        },
        "paid": good,
        "payment_intent": payment["id"],
        "payment_method": card["id"],
        "payment_method_details": {"card": dict(shapes.CARD), "type": "card"},
        "receipt_email": None,
        "receipt_url": None,
        "refunded": False,
        "status": "succeeded" if good else "failed",
    }


def find_payment(state: State, invoice: Thing) -> Thing | None:
    """Return the invoice payment of an invoice, if a payment was ever tried."""
    found = state.find("invoice_payment", lambda entry: bool(entry["invoice"] == invoice["id"]))
    return found[0] if found else None


def pay_invoice(state: State, invoice: Thing, *, declined: bool = False) -> bool:
    """Try to collect an open invoice, and return whether it is paid now. Nothing due is paid without a charge."""
    if invoice["status"] != "open":
        raise Refused("Invoice is already paid" if invoice["status"] == "paid" else "This invoice can no longer be paid.")
    before = copy.deepcopy(invoice)
    if invoice["amount_due"]:
        entry = find_payment(state, invoice) or _start_payment(state, invoice)
        charge_payment(state, state.get("payment_intent", entry["payment"]["payment_intent"]), declined=declined)
        invoice |= {"attempted": True, "attempt_count": invoice["attempt_count"] + 1}
        if declined:
            invoice["next_payment_attempt"] = state.now() + RETRY_SECONDS
            state.emit("invoice.payment_failed", invoice, before=before)
            return False
        entry |= {"amount_paid": invoice["amount_due"], "status": "paid"}
        entry["status_transitions"]["paid_at"] = state.now()
        state.emit("invoice_payment.paid", entry)
    invoice |= {
        "attempted": True, "status": "paid", "amount_paid": invoice["amount_due"], "amount_remaining": 0, "next_payment_attempt": None,
        "auto_advance": False,
    }  # fmt: skip
    invoice["status_transitions"]["paid_at"] = state.now()
    state.emit("invoice.paid", invoice, before=before)
    state.emit("invoice.payment_succeeded", invoice, before=before)
    return True


def _start_payment(state: State, invoice: Thing) -> Thing:
    payment = make_payment(
        state,
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        customer=invoice["customer"],
        metadata={},
        description=f"Invoice {invoice['number']}",
    )
    return state.add(
        {
            "id": state.make_id("inpay"),
            "object": "invoice_payment",
            "amount_paid": None,
            "amount_requested": invoice["amount_due"],
            "created": state.now(),
            "currency": invoice["currency"],
            "invoice": invoice["id"],
            "is_default": True,
            "livemode": False,
            "payment": {"payment_intent": payment["id"], "type": "payment_intent"},
            "status": "open",
            "status_transitions": {"canceled_at": None, "paid_at": None},
        }
    )


def check_card(state: State, customer: str) -> None:
    """Refuse with Stripe's card error when the customer's card is set to decline."""
    if card_declines(state, customer):
        raise Declined(DECLINED)


def card_declines(state: State, customer: str) -> bool:
    """Return whether the customer's card is set to decline what is taken without them."""
    facts: dict[str, Any] = state.notes.get(customer, {})
    return bool(facts.get("declines"))
