"""Reading: ``expand[]``, lists with their pages and filters, and what Stripe includes only when it is asked for.

Sources: https://docs.stripe.com/expand and https://docs.stripe.com/api/pagination
"""

import copy
from collections.abc import Callable
from typing import Any

from billing.simulator import forms, shapes
from billing.simulator.forms import Params
from billing.simulator.refusals import ParameterInvalid
from billing.simulator.state import State, Thing

LIMIT_MAX, LIMIT_DEFAULT, DEPTH_MAX = 100, 10, 4
COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda have, want: have > want,
    "gte": lambda have, want: have >= want,
    "lt": lambda have, want: have < want,
    "lte": lambda have, want: have <= want,
}


def expanded(state: State, reply: Thing, params: Params) -> Thing:
    """Return a copy of the reply with everything in it that ``expand[]`` names."""
    reply = copy.deepcopy(reply)
    for path in forms.words(params, "expand"):
        parts = path.split(".")
        if len(parts) - (reply["object"] == "list") > DEPTH_MAX:
            raise ParameterInvalid(f"You cannot expand more than {DEPTH_MAX} levels of a property. Property: {path}", param="expand")
        _expand(state, reply, parts, path=path)
    return reply


def _expand(state: State, thing: Any, parts: list[str], *, path: str) -> None:
    if isinstance(thing, list):
        for entry in thing:
            _expand(state, entry, parts, path=path)
        return
    name, rest = parts[0], parts[1:]
    if isinstance(thing, dict) and name not in thing:
        included = _included(state, thing, name)
        if included is None:
            raise ParameterInvalid(f"This property cannot be expanded ({path}).", param="expand")
        thing[name] = included
    if not isinstance(thing, dict):
        raise ParameterInvalid(f"This property cannot be expanded ({path}).", param="expand")
    value = thing[name]
    if isinstance(value, str):
        if value not in state.objects:
            raise ParameterInvalid(f"This property cannot be expanded ({path}).", param="expand")
        thing[name] = copy.deepcopy(state.objects[value])
    if rest and thing[name] is not None:
        _expand(state, thing[name], rest, path=path)


def _included(state: State, thing: Thing, name: str) -> Thing | None:
    """Return a list that an object holds only when it is asked for."""
    id = thing.get("id")
    match (thing.get("object"), name):
        case ("checkout.session", "line_items"):
            return copy.deepcopy(shapes.listing(state.note(str(id))["line_items"], url=f"/v1/checkout/sessions/{id}/line_items"))
        case ("invoice", "payments"):
            found = state.find("invoice_payment", lambda entry: bool(entry["invoice"] == id))
            return copy.deepcopy(shapes.listing(found, url=f"/v1/invoice_payments?invoice={id}"))
        case ("charge", "refunds"):
            found = state.find("refund", lambda entry: bool(entry["charge"] == id))
            return copy.deepcopy(shapes.listing(found, url=f"/v1/charges/{id}/refunds"))
        case ("customer", "subscriptions"):
            found = state.find("subscription", lambda entry: entry["customer"] == id and entry["status"] != "canceled")
            return copy.deepcopy(shapes.listing(found, url=f"/v1/customers/{id}/subscriptions"))
    return None


def page(things: list[Thing], params: Params, *, url: str) -> Thing:
    """Return the page of a list that ``limit``, ``starting_after``, ``ending_before`` and ``created`` ask for."""
    limit = forms.integer(params, "limit", LIMIT_DEFAULT)
    if not 1 <= limit <= LIMIT_MAX:
        raise ParameterInvalid(f"Invalid integer: limit must be between 1 and {LIMIT_MAX}.", param="limit")
    chosen = [thing for thing in things if _made_then(thing, params.get("created"))]
    if "ending_before" in params:
        before = chosen[: _position(chosen, params["ending_before"], param="ending_before")]
        return shapes.listing(before[-limit:], url=url, has_more=len(before) > limit)
    if "starting_after" in params:
        chosen = chosen[_position(chosen, params["starting_after"], param="starting_after") + 1 :]
    return shapes.listing(chosen[:limit], url=url, has_more=len(chosen) > limit)


def _position(things: list[Thing], id: str, *, param: str) -> int:
    for at, thing in enumerate(things):
        if thing["id"] == id:
            return at
    raise ParameterInvalid(f"No such object in this list: '{id}'", param=param, code="resource_missing")


def _made_then(thing: Thing, wanted: Any) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, str):
        return bool(thing["created"] == forms.integer({"created": wanted}, "created"))
    return all(COMPARISONS[name](thing["created"], forms.integer(wanted, name)) for name in wanted if name in COMPARISONS)
