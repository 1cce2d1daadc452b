"""Stripe's form encoding: ``items[0][price]=p&metadata[a]=b&lookup_keys[]=k`` becomes nested dicts and lists, values stay strings.

Source: https://docs.stripe.com/api?lang=curl, and what the SDK's ``_encode.py`` sends (lists always with an index).
"""

import re
from typing import Any
from urllib.parse import parse_qsl

from billing.simulator.refusals import ParameterInvalid, ParameterMissing, ParameterUnknown

Params = dict[str, Any]

_NAME = re.compile(r"(?P<first>[^\[\]]+)(?P<rest>(\[[^\[\]]*\])*)")
FIELDS_MAX = 1_000


def decode(text: str | bytes) -> Params:
    """Return the parameters of a query string or form body."""
    tree: Params = {}
    try:
        pairs = parse_qsl(text if isinstance(text, str) else text.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError as error:
        raise ParameterInvalid("The request is no form in UTF-8, or has too many fields.") from error
    for name, value in pairs:
        match = _NAME.fullmatch(name)
        if match is None:
            raise ParameterInvalid(f"Invalid parameter name: {name}", param=name)
        _put(tree, [match["first"], *re.findall(r"\[([^\[\]]*)\]", match["rest"])], value, name=name)
    return {key: _listed(value) for key, value in tree.items()}


def _put(tree: Params, path: list[str], value: str, *, name: str) -> None:
    *folders, leaf = path
    for folder in folders:
        tree = tree.setdefault(folder, {})
        if not isinstance(tree, dict):
            raise ParameterInvalid(f"Invalid parameter: {name} is both a value and a hash", param=name)
    tree[leaf or str(len(tree))] = value


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(item) for key, item in value.items()}
    if inner and list(inner) == [str(index) for index in range(len(inner))]:
        return list(inner.values())
    return inner


def check_names(params: Params, *, allowed: str, required: str = "", removed: str = "") -> None:
    """Refuse parameters that the endpoint does not have, and the want of those that it needs; names are separated by spaces."""
    for name in params:
        if name in removed.split():
            raise ParameterUnknown(f"Received unknown parameter: {name}. It was removed from this endpoint in endive.", param=name)
        if name not in {*allowed.split(), *required.split(), "expand"}:
            raise ParameterUnknown(f"Received unknown parameter: {name}", param=name)
    for name in required.split():
        if params.get(name) in (None, "", {}):
            raise ParameterMissing(f"Missing required param: {name}.", param=name)


def integer(params: Params, name: str, default: int | None = None) -> int:
    """Return a parameter as a whole number; without a default it must be there."""
    value = params.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or not re.fullmatch(r"-?\d{1,15}", value):
        raise ParameterInvalid(f"Invalid integer: {value}", param=name, code="parameter_invalid_integer")
    return int(value)


def boolean(params: Params, name: str, default: bool) -> bool:  # noqa: FBT001 - a default stands where dict.get has it
    """Return a parameter as a truth value."""
    value = params.get(name)
    if value is None:
        return default
    if value not in {"true", "false"}:
        raise ParameterInvalid(f"Invalid boolean: {value}", param=name)
    return bool(value == "true")


def choice(params: Params, name: str, options: str, default: str | None = None) -> str:
    """Return a parameter that must be one of ``options``, words separated by spaces."""
    value = params.get(name, default)
    if value not in options.split():
        raise ParameterInvalid(f"Invalid {name}: must be one of {', '.join(options.split())}", param=name)
    return str(value)


def words(params: Params, name: str) -> list[str]:
    """Return a parameter that is a list of words; empty when it was not sent."""
    value = params.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ParameterInvalid("Invalid array", param=name)
    return value


def rows(params: Params, name: str) -> list[Params]:
    """Return a parameter that is a list of hashes; empty when it was not sent."""
    value = params.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ParameterInvalid("Invalid array", param=name)
    return value


def hash_of(params: Params, name: str) -> Params:
    """Return a parameter that is a hash; empty when it was not sent, or sent as an empty string, which is how Stripe clears one."""
    value = params.get(name) or {}
    if not isinstance(value, dict):
        raise ParameterInvalid("Invalid hash", param=name)
    return value


def merged_metadata(old: dict[str, str], params: Params) -> dict[str, str]:
    """Return metadata after an update: what was sent is added, an empty value removes its key, an empty hash removes everything."""
    if "metadata" not in params:
        return old
    if params["metadata"] == "":
        return {}
    return {key: value for key, value in {**old, **hash_of(params, "metadata")}.items() if value != ""}
