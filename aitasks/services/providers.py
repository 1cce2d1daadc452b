"""Providers as staff keep them: seeded from the environment at the first start, then changed in the admin alone (P-3.1).

Whatever changes a row makes this process read the rows again at once; the others do within a second.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, TypedDict

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from aitasks import registry
from aitasks.models import PRIORITY_FIRST, PRIORITY_LAST, Provider
from aitasks.providers.port import Kind, Model
from aitasks.routing import forget_offers
from aitasks.routing.offers import SEALED_FOR, read_variable
from aitasks.services import admitting
from common import clock, errors
from common.sealing import seal

OWN_VARIABLE = re.compile(r"PROVIDER_[A-Z0-9_]{1,80}")
MODELS_MAX = 200


class ProviderInvalid(errors.Invalid):
    """Something about a provider's row cannot be; ``details`` names the field."""


class ModelRow(BaseModel):
    """One model as it is written in the admin, see ``port.Model``."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=100)
    steps: list[str] = []
    targets: list[str] = []
    limits: dict[str, int] = {}
    cost: int = Field(default=0, ge=0)
    inputs: dict[str, str] = {}


class Facts(TypedDict, total=False):
    """What staff may write of a row."""

    kind: str
    base_url: str
    credential_variable: str
    model_list: list[dict[str, Any]]
    priority: int
    weight: int
    concurrency_max: int | None
    is_on: bool


MODEL_ROWS = TypeAdapter(list[ModelRow])


def seed_providers() -> int:
    """Make rows from the environment where there are none, and return how many; later starts leave the rows alone."""
    if Provider.objects.exists():
        return 0
    rows = [row for kind in registry.all_kinds().values() if (row := _seed(kind)) is not None]
    Provider.objects.bulk_create(rows, ignore_conflicts=True)
    forget_offers()
    return len(rows)


def save_provider(*, name: str, facts: Facts, credential: str | None = None) -> Provider:
    """Make or change the provider ``name``; raises :class:`ProviderInvalid`.

    ``credential`` is sealed and never shown again; None leaves the one that there is, an empty text removes it.
    """
    row = Provider.objects.filter(name=name).first() or Provider(name=name)
    for field, value in facts.items():
        setattr(row, field, value)
    if credential is not None:
        row.credential_sealed = seal(credential, purpose=f"{SEALED_FOR}:{name}") if credential else ""
    if facts.get("credential_variable") and credential is None:
        row.credential_sealed = ""
    check_provider(row)
    row.updated_at = clock.now()
    row.save()
    forget_offers()
    return row


def switch_provider(*, name: str, on: bool) -> bool:
    """Switch the provider on or off, and return whether it was otherwise; calls that run are left to end."""
    changed = Provider.objects.filter(name=name).exclude(is_on=on).update(is_on=on, updated_at=clock.now())
    forget_offers()
    return bool(changed)


def close_breaker(*, name: str) -> bool:
    """Ask the provider again at once, and return whether it was kept out."""
    return admitting.close_breaker(name=name)


def check_provider(row: Provider) -> None:
    """Raise :class:`ProviderInvalid` for what a row may not be."""
    problems: dict[str, list[str]] = {}
    if row.kind not in registry.all_kinds():
        problems["kind"] = [f"Must be one of {', '.join(sorted(registry.all_kinds()))}."]
    if row.base_url and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", row.base_url):
        problems["base_url"] = ["Must be an absolute http or https address."]
    if row.credential_variable and row.credential_variable not in list_variables():
        problems["credential_variable"] = [f"Must be one of {', '.join(sorted(known_variables()))}, or begin with PROVIDER_."]
    if row.credential_variable and row.credential_sealed:
        problems["credential_variable"] = ["Give a variable or a credential, not both."]
    if found := check_models(row.model_list):
        problems["model_list"] = found
    if problems:
        raise ProviderInvalid("The provider cannot be saved", details=problems)


def check_models(value: Any) -> list[str]:
    """Return what is wrong with a row's models, a sentence each with its place."""
    try:
        found = MODEL_ROWS.validate_python(value)
    except ValidationError as error:
        return [f"{'.'.join(map(str, each['loc'])) or 'models'}: {each['msg']}." for each in error.errors(include_url=False)]
    if len(found) > MODELS_MAX:
        return [f"models: at most {MODELS_MAX}."]
    return []


def known_variables() -> set[str]:
    """Return the variables that the kinds name for their credentials."""
    return {kind.credential_variable for kind in registry.all_kinds().values() if kind.credential_variable}


class _Variables:
    """The names that a row may read: a credential of ours that is no provider's must not be sent to an address of somebody's choice."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in known_variables() or OWN_VARIABLE.fullmatch(name) is not None)


def list_variables() -> _Variables:
    """Return what tells whether a row may name a variable."""
    return _Variables()


def write_models(models: Sequence[Model]) -> list[dict[str, Any]]:
    """Return models as a row keeps them."""
    return [{**asdict(model), "steps": list(model.steps), "targets": list(model.targets), "limits": dict(model.limits)} for model in models]


def _seed(kind: Kind) -> Provider | None:
    if kind.name == registry.EMBEDDED:
        return Provider(name=kind.name, kind=kind.name, priority=PRIORITY_LAST)
    has_credential, base_url = bool(read_variable(kind.credential_variable)), read_variable(kind.base_url_variable)
    if not has_credential and (kind.needs_credential or not base_url):
        return None
    return Provider(
        name=kind.name,
        kind=kind.name,
        base_url=base_url,
        credential_variable=kind.credential_variable if has_credential else "",
        model_list=write_models(_models_of(kind, base_url)),
        priority=PRIORITY_FIRST,
    )


def _models_of(kind: Kind, base_url: str) -> Sequence[Model]:
    """Return what a seeded row offers: what the settings name for text, and at the vendor's own address its kind's models for the rest."""
    named = registry.named_models(kind)
    if not named:
        return kind.models
    return named if base_url else (*named, *(model for model in kind.models if "text" not in model.targets))
