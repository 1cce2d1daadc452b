"""What was paid becomes credits, once; what was paid back takes them back, once (G-3.5, A-4.2).

Each function looks at Stripe's object as it is now and can run any number of times, in any order: a grant's ``ref`` is the invoice or the
payment, and what is taken back is counted from the grant's beginning.
"""

from datetime import datetime
from fractions import Fraction
from uuid import UUID

from billing import selectors
from billing.models import Grant
from billing.services import ledger, subscriptions
from billing.states import GrantSource, OfferKind
from billing.stripe import calls, facts


def grant_invoice(*, account_id: UUID, invoice: facts.Invoice) -> bool:
    """Grant what a paid invoice of a subscription brings, until the end of the period it pays for, and return whether this call did."""
    if invoice.status != "paid" or not invoice.subscription_id:
        return False
    amount, expires_at, title = _credits_of(invoice)
    if amount <= 0 or expires_at is None:
        return False
    ledger.open_wallet(account_id=account_id)
    return ledger.grant(
        account_id=account_id,
        source=GrantSource.PLAN,
        amount=amount,
        ref=invoice_ref(invoice.id),
        reason=f"{title} plan",
        expires_at=expires_at,
    )


def grant_pack(*, account_id: UUID, session: facts.Session) -> bool:
    """Grant the credits of a pack that was paid, as many as were promised when it was bought, and return whether this call did."""
    credits, offer = session.metadata.get("credits", ""), session.metadata.get("offer", "")
    if session.mode != "payment" or session.payment_status != "paid" or not credits.isdigit():
        return False
    if session.metadata.get("account") != str(account_id):
        return False
    ledger.open_wallet(account_id=account_id)
    sold = selectors.find_any_offer(kind=OfferKind.PACK, name=offer)
    title = sold.title if sold else f"{credits} credits"
    return ledger.grant(account_id=account_id, source=GrantSource.PACK, amount=int(credits), ref=pack_ref(session), reason=f"Pack: {title}")


def take_back(*, account_id: UUID, charge: facts.Charge) -> int:
    """Take back what a charge had paid for, in proportion to what was refunded, all of it while it is disputed; return how much was taken.

    What it paid for is granted first if it was not yet: the events of a payment and of its refund come in any order. What a dispute took is
    given back when the dispute is won.
    """
    if not charge.payment_intent_id or not (charge.returned or charge.is_disputed):
        return 0
    is_lost = charge.is_disputed and calls.is_charge_lost(charge.id)
    ref = _granted_for(account_id, charge.payment_intent_id)
    granted = Grant.objects.filter(ref=ref, account_id=account_id).first()
    if granted is None:
        return 0
    due = -(-granted.amount * (charge.amount if is_lost else charge.returned) // charge.amount)
    if charge.is_disputed and not is_lost and granted.revoked > due:
        ledger.grant(
            account_id=account_id,
            source=GrantSource(granted.source),
            amount=granted.revoked - due,
            ref=f"restored:{ref}",
            reason=f"{granted.reason}, dispute won",
            expires_at=granted.expires_at,
        )
        return 0
    return ledger.revoke(ref=ref, amount=due)


def invoice_ref(invoice_id: str) -> str:
    """Return the ref of the grant for an invoice."""
    return f"invoice:{invoice_id}"


def pack_ref(session: facts.Session) -> str:
    """Return the ref of the grant for a pack: its payment, or its checkout where nothing had to be paid."""
    return f"pack:{session.payment_intent_id or session.id}"


def _granted_for(account_id: UUID, payment_intent_id: str) -> str:
    """Return the ref of the grant that a payment paid for, and make sure that it was given."""
    invoice_id = calls.find_invoice_id(payment_intent_id)
    if invoice_id:
        grant_invoice(account_id=account_id, invoice=calls.get_invoice(invoice_id))
        return invoice_ref(invoice_id)
    session = calls.find_checkout(payment_intent_id)
    if session is None:
        return ""
    grant_pack(account_id=account_id, session=session)
    return pack_ref(session)


def _credits_of(invoice: facts.Invoice) -> tuple[int, datetime | None, str]:
    """Return the credits, their end, and the plan's title: a line brings its share of the plan's credits, as it is of the plan's price.

    A whole period brings all of them. A change within a period brings those of the new plan's rest less those of the old one's, which the
    two lines of such an invoice say by their amounts.
    """
    share, ends_at, title = Fraction(0), None, ""
    for line in invoice.lines:
        if not line.price_id:
            continue
        plan = subscriptions.find_plan(line.price_id)
        price = plan.amount if plan.price_id == line.price_id else calls.get_price(line.price_id).amount
        share += Fraction(line.amount * plan.credits, price or 1)
        if line.amount > 0 and (ends_at is None or line.ends_at > ends_at):
            ends_at, title = line.ends_at, plan.title
    return int(share), ends_at, title
