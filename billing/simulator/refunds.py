"""Money that goes back: refunds by the account, disputes by the card's owner."""

import copy

from billing.simulator import forms, shapes
from billing.simulator.forms import Params
from billing.simulator.refusals import ParameterInvalid, ParameterMissing, Refused
from billing.simulator.state import State, Thing


def create_refund(state: State, params: Params) -> Thing:
    """Refund a charge, named by itself or by its payment intent; without an amount, what is left of it."""
    forms.check_names(params, allowed="charge payment_intent amount reason metadata")
    charge = _named_charge(state, params)
    left = charge["amount"] - charge["amount_refunded"]
    if not charge["paid"]:
        raise Refused(f"Charge {charge['id']} has no successful payment to refund.", param="charge")
    if not left:
        raise Refused(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if charge["disputed"]:
        raise Refused(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    amount = forms.integer(params, "amount", left)
    if not 0 < amount <= left:
        raise ParameterInvalid(f"Refund amount ({amount}) is not between 1 and the unrefunded amount on charge ({left}).", param="amount")
    metadata = forms.merged_metadata({}, params)
    refund = state.add(shapes.refund(state, charge=charge, amount=amount, reason=params.get("reason"), metadata=metadata))
    before = copy.deepcopy(charge)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    state.emit("charge.refunded", charge, before=before)
    state.emit("refund.created", refund)
    return refund


def _named_charge(state: State, params: Params) -> Thing:
    if params.get("charge"):
        return state.get("charge", params["charge"], param="charge")
    if not params.get("payment_intent"):
        raise ParameterMissing("One of the following params should be provided for this request: payment_intent or charge.")
    payment = state.get("payment_intent", params["payment_intent"], param="payment_intent")
    if payment["latest_charge"] is None:
        raise Refused(f"This PaymentIntent ({payment['id']}) does not have a successful charge to refund.", param="payment_intent")
    return state.get("charge", payment["latest_charge"])


def open_dispute(state: State, charge: Thing, *, reason: str = "fraudulent") -> Thing:
    """Let the card's owner dispute a charge."""
    if charge["disputed"] or not charge["paid"]:
        raise Refused(f"Charge {charge['id']} cannot be disputed.")
    charge["disputed"] = True
    dispute = state.add(shapes.dispute(state, charge=charge, reason=reason))
    state.emit("charge.dispute.created", dispute)
    state.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close_dispute(state: State, dispute: Thing, *, won: bool) -> None:
    """End a dispute; when it is won, the money comes back."""
    if dispute["status"] in {"won", "lost"}:
        raise Refused("This dispute is already closed.")
    dispute["status"] = "won" if won else "lost"
    if won:
        state.emit("charge.dispute.funds_reinstated", dispute)
    state.emit("charge.dispute.closed", dispute)
