"""From a marketplace's payload to the body of a feature's call, by the rules of the method (M-2.2).

Pure: no database, no network. What it returns still goes through the feature's own validation, which knows its limits better.
"""

import math
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from common.fetch import check_url
from marketplace.errors import PayloadInvalid, PayloadTooMuch
from marketplace.models import Method, PayloadField
from marketplace.states import FieldType, Place

TYPES = {
    FieldType.TEXT: "a text",
    FieldType.WHOLE: "a whole number",
    FieldType.NUMBER: "a number",
    FieldType.BOOLEAN: "true or false",
    FieldType.LINK: "an http or https link",
}
NUMBER_DIGITS_MAX = 18


def build_body(*, method: Method, fields: Iterable[PayloadField], payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of the feature's call; raises :class:`PayloadInvalid`, :class:`PayloadTooMuch`, ``common.fetch.UrlRefused``."""
    known = {field.name: field for field in fields}
    for name in payload:
        if name not in known:
            raise PayloadInvalid(f"payload.{name[:60]}: {method.name} does not know this field. It knows {', '.join(known) or 'none'}.")
    body: dict[str, Any] = deepcopy(method.fixed)
    body["target"] = {"type": method.target}
    for name, field in known.items():
        value = payload.get(name)
        if value is None:
            if field.is_required:
                raise PayloadInvalid(f"payload.{name}: must not be missing.")
            continue
        _check_value(field, value)
        _put(body, field, value)
    return body


def _check_value(field: PayloadField, value: Any) -> None:
    """Raise what is wrong with the value of a field, if anything is."""
    name, kind = f"payload.{field.name}", FieldType(field.type)
    if not _is_of(kind, value):
        raise PayloadInvalid(f"{name}: must be {TYPES[kind]}.")
    if isinstance(value, str) and not value.strip() and field.is_required:
        raise PayloadInvalid(f"{name}: must not be empty.")
    if field.choices and value not in field.choices:
        raise PayloadInvalid(f"{name}: must be one of {', '.join(map(str, field.choices))}.")
    _check_bounds(field, name, value)
    if kind is FieldType.LINK:
        check_url(url=value)


def _is_of(kind: FieldType, value: Any) -> bool:
    if kind is FieldType.BOOLEAN or isinstance(value, bool):
        return kind is FieldType.BOOLEAN and isinstance(value, bool)
    if kind in {FieldType.TEXT, FieldType.LINK}:
        return isinstance(value, str)
    return isinstance(value, int) or (isinstance(value, float) and (kind is FieldType.NUMBER or value.is_integer()))


def _check_bounds(field: PayloadField, name: str, value: Any) -> None:
    too_much = PayloadTooMuch if field.maximum is not None and field.is_allowance else PayloadInvalid
    if isinstance(value, int | float) and not abs(value) < 10**NUMBER_DIGITS_MAX:
        raise (too_much if value > 0 else PayloadInvalid)(f"{name}: has more than {NUMBER_DIGITS_MAX} digits.")
    size = len(value) if isinstance(value, str) else value
    unit = " characters" if isinstance(value, str) else ""
    if field.minimum is not None and size < field.minimum:
        raise PayloadInvalid(f"{name}: {_shown(size)}{unit} is less than the {_shown(field.minimum)} that are needed.")
    if field.maximum is not None and size > field.maximum:
        raise too_much(f"{name}: {_shown(size)}{unit} is more than the {_shown(field.maximum)} that are allowed.")


def _shown(number: float) -> str:
    return str(int(number)) if math.isfinite(number) and float(number).is_integer() else str(number)


def _put(body: dict[str, Any], field: PayloadField, value: Any) -> None:
    """Put a value into its place; words that are fixed stay in front of those that the payload brings."""
    place = Place(field.place)
    if place in {Place.PROMPT, Place.NEGATIVE}:
        prompts = body.setdefault("prompts", {})
        prompts[place.value] = f"{prompts.get(place.value, '')} {value}".strip()
    elif place in {Place.SOURCE_TEXT, Place.SOURCE_LINK}:
        data = body.setdefault("source", {}).setdefault("data", {})
        data["text" if place is Place.SOURCE_TEXT else "src"] = value
    else:
        body[field.parameter] = int(value) if field.type == FieldType.WHOLE else value
