"""The calls that we make to Stripe, each returning plain facts. Raises what :func:`billing.stripe.client.speaking` says."""

from typing import Any

from billing.stripe import facts
from billing.stripe.client import speaking

PAGE = 100


def make_customer(*, email: str, name: str, account: str, key: str) -> str:
    """Make a customer and return its id; the same ``key`` makes it once."""
    with speaking() as client:
        details: Any = {"email": email, "name": name, "metadata": {"account": account}}
        return client.v1.customers.create(details, {"idempotency_key": key}).id


def start_checkout(*, details: dict[str, Any], key: str = "") -> facts.Session:
    """Make a checkout; the same ``key`` makes it once."""
    with speaking() as client:
        arguments: Any = details
        return facts.read_session(client.v1.checkout.sessions.create(arguments, {"idempotency_key": key} if key else {}))


def get_checkout(session_id: str) -> facts.Session:
    """Return a checkout."""
    with speaking() as client:
        return facts.read_session(client.v1.checkout.sessions.retrieve(session_id))


def find_checkout(payment_intent_id: str) -> facts.Session | None:
    """Return the checkout that a payment was made in, if there is one."""
    with speaking() as client:
        found = client.v1.checkout.sessions.list({"payment_intent": payment_intent_id, "limit": 1}).data
        return facts.read_session(found[0]) if found else None


def expire_checkout(session_id: str) -> None:
    """Close a checkout, so that nobody can pay in it any more."""
    with speaking() as client:
        client.v1.checkout.sessions.expire(session_id)


def list_subscriptions(customer_id: str) -> list[facts.Subscription]:
    """Return all subscriptions that a customer ever had."""
    with speaking() as client:
        found = client.v1.subscriptions.list({"customer": customer_id, "status": "all", "limit": PAGE})
        return [facts.read_subscription(row) for row in found.auto_paging_iter()]


def change_price(*, subscription: facts.Subscription, price_id: str, is_dearer: bool, key: str) -> None:
    """Change a subscription's price now; raises ``PaymentDeclined``, and then nothing has changed.

    To a dearer price: the difference for the rest of the period is paid at once. To a cheaper one: nothing is paid back, since the credits
    that it bought may have been spent.
    """
    with speaking() as client:
        change: Any = {
            "items": [{"id": subscription.item_id, "price": price_id}],
            "proration_behavior": "always_invoice" if is_dearer else "none",
            "payment_behavior": "error_if_incomplete",
            "cancel_at_period_end": False,
        }
        client.v1.subscriptions.update(subscription.id, change, {"idempotency_key": key})


def end_subscription(subscription_id: str, *, is_ending: bool = True) -> None:
    """Cancel a subscription at the end of what is paid, or take that back."""
    with speaking() as client:
        client.v1.subscriptions.update(subscription_id, {"cancel_at_period_end": is_ending})


def cancel_subscription(subscription_id: str) -> None:
    """Cancel a subscription at once; what is paid is not paid back."""
    with speaking() as client:
        client.v1.subscriptions.cancel(subscription_id)


def delete_customer(customer_id: str) -> None:
    """Delete a customer with their cards and addresses; the invoices stay, as the law has it."""
    with speaking() as client:
        client.v1.customers.delete(customer_id)


def open_portal(*, customer_id: str, return_url: str) -> str:
    """Return the address of Stripe's customer portal."""
    with speaking() as client:
        return client.v1.billing_portal.sessions.create({"customer": customer_id, "return_url": return_url}).url


def get_invoice(invoice_id: str) -> facts.Invoice:
    """Return an invoice."""
    with speaking() as client:
        return facts.read_invoice(client.v1.invoices.retrieve(invoice_id))


def list_paid_invoices(customer_id: str) -> list[facts.Invoice]:
    """Return the customer's invoices that are paid."""
    with speaking() as client:
        found = client.v1.invoices.list({"customer": customer_id, "status": "paid", "limit": PAGE})
        return [facts.read_invoice(row) for row in found.auto_paging_iter()]


def find_invoice_id(payment_intent_id: str) -> str:
    """Return the id of the invoice that a payment paid, or nothing."""
    with speaking() as client:
        wanted: Any = {"payment": {"type": "payment_intent", "payment_intent": payment_intent_id}, "limit": 1}
        found = client.v1.invoice_payments.list(wanted).data
        return facts.id_of(facts.plain(found[0])["invoice"]) if found else ""


def list_paid_checkouts(customer_id: str) -> list[facts.Session]:
    """Return the customer's checkouts that were completed."""
    with speaking() as client:
        found = client.v1.checkout.sessions.list({"customer": customer_id, "status": "complete", "limit": PAGE})
        return [facts.read_session(row) for row in found.auto_paging_iter()]


def list_charges(customer_id: str) -> list[facts.Charge]:
    """Return what was charged to a customer."""
    with speaking() as client:
        found = client.v1.charges.list({"customer": customer_id, "limit": PAGE})
        return [facts.read_charge(row) for row in found.auto_paging_iter()]


def get_charge(charge_id: str) -> facts.Charge:
    """Return a charge."""
    with speaking() as client:
        return facts.read_charge(client.v1.charges.retrieve(charge_id))


def is_charge_lost(charge_id: str) -> bool:
    """Return whether a dispute has taken a charge's money, and was not won since; a mere inquiry has not."""
    with speaking() as client:
        found = client.v1.disputes.list({"charge": charge_id, "limit": PAGE}).data
        return any(row.status != "won" and not row.status.startswith("warning") for row in found)


def get_price(price_id: str) -> facts.Price:
    """Return a price."""
    with speaking() as client:
        return facts.read_price(client.v1.prices.retrieve(price_id))


def find_price(lookup_key: str) -> facts.Price | None:
    """Return the price that has the lookup key, if there is one."""
    with speaking() as client:
        found = client.v1.prices.list({"lookup_keys": [lookup_key], "active": True, "limit": 1}).data
        return facts.read_price(found[0]) if found else None


def make_price(*, lookup_key: str, offer: str, title: str, amount: int, currency: str, is_recurring: bool) -> facts.Price:
    """Make a product with a price by the month or paid once; it takes the lookup key over from an older price."""
    with speaking() as client:
        product = client.v1.products.create({"name": title, "metadata": {"offer": offer}})
        recurring: Any = {"recurring": {"interval": "month"}} if is_recurring else {}
        details: Any = {
            "unit_amount": amount,
            "currency": currency,
            "lookup_key": lookup_key,
            "transfer_lookup_key": True,
            "metadata": {"offer": offer},
            "product": product.id,
        }
        return facts.read_price(client.v1.prices.create(details | recurring))
