"""What a test or the demo can make happen that no API of Stripe's can: people paying, time passing, banks objecting."""

from collections.abc import Callable

from billing.simulator import checkout, forms, refunds, subscriptions
from billing.simulator.forms import Params
from billing.simulator.refusals import UnknownUrl
from billing.simulator.state import State, Thing

Action = Callable[[State, Thing, Params], Thing | None]


def _advance(state: State, subscription: Thing, params: Params) -> None:
    subscriptions.renew(state, subscription, declined=forms.choice(params, "outcome", "paid failed", "paid") == "failed")


def _close(state: State, dispute: Thing, params: Params) -> None:
    refunds.close_dispute(state, dispute, won=forms.choice(params, "outcome", "won lost") == "won")


def _set_card(state: State, customer: Thing, params: Params) -> None:
    state.note(customer["id"])["declines"] = forms.boolean(params, "declines", default=True)


ACTIONS: dict[str, tuple[str, Action]] = {
    "pay": ("checkout.session", lambda state, session, _: checkout.pay(state, session)),
    "decline": ("checkout.session", lambda state, session, _: checkout.decline(state, session)),
    "expire": ("checkout.session", lambda state, session, _: checkout.expire(state, session)),
    "advance": ("subscription", _advance),
    "refund": ("charge", lambda state, charge, params: refunds.create_refund(state, {"charge": charge["id"], **params})),
    "dispute": ("charge", lambda state, charge, _: refunds.open_dispute(state, charge)),
    "close": ("dispute", _close),
    "card": ("customer", _set_card),
}
"""Each action: the kind of object that it is done to, and what it does."""


def perform(state: State, name: str, id: str, params: Params) -> Thing:
    """Do an action to the object with this id, and return what it made, or the object."""
    if name not in ACTIONS:
        raise UnknownUrl(f"The simulation has no action {name}; it has {', '.join(ACTIONS)}.")
    kind, act = ACTIONS[name]
    with state.lock:
        thing = state.get(kind, id)
        made = act(state, thing, params)
        state.keep()
        return made or thing
