"""Who there is: providers as the router sees them, from rows, settings and other apps.

Rows are read at most once a second by each process, so that taking and running a call usually cost no query for them; a change by staff is
seen by every process within that second. Without any row (a database that ``serve`` has never opened) the providers are those that the
settings name, as seeding would make them.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from aitasks import registry
from aitasks.models import PRIORITY_FIRST, PRIORITY_LAST, Provider
from aitasks.providers import port
from aitasks.providers.local import Local
from common.sealing import SealBroken, unseal

LIFETIME_SECONDS = 1.0
SEALED_FOR = "aitasks.provider"
PRIORITY_OWN = 0
"""Of the providers that other apps declare: they are asked ahead of every row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One provider that may be asked. ``problem`` says why it may not, in a word for staff; then ``provider`` may be None."""

    name: str
    kind: str
    provider: port.Provider | None
    models: tuple[port.Model, ...] = ()
    """Empty: the provider chooses by itself."""
    priority: int = PRIORITY_FIRST
    weight: int = 1
    concurrency_max: int | None = None
    is_remote: bool = False
    is_on: bool = True
    problem: str = ""


_lock = threading.Lock()
_known: tuple[Offer, ...] = ()
_known_until = 0.0


def list_offers() -> tuple[Offer, ...]:
    """Return every provider, those that are switched off or broken in their settings too, as it was within the last second."""
    global _known, _known_until  # noqa: PLW0603 - what this process knows, for a second
    with _lock:
        if time.monotonic() >= _known_until:
            _known = tuple(_read())
            _known_until = time.monotonic() + LIFETIME_SECONDS
        return _known


def forget_offers() -> None:
    """Have this process read the rows again at the next call."""
    global _known_until  # noqa: PLW0603 - as above
    _known_until = 0.0


def parse_models(rows: list[dict[str, object]]) -> tuple[port.Model, ...]:
    """Return the models that a row's JSON names; services let only valid ones in."""
    return tuple(
        port.Model(**{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()})  # type: ignore[arg-type]  # checked when the row was saved
        for row in rows
    )


def find_credential(row: Provider) -> str:
    """Return the row's credential, or an empty one; raises :class:`SealBroken`."""
    if row.credential_sealed:
        return unseal(row.credential_sealed, purpose=f"{SEALED_FOR}:{row.name}")
    return read_variable(row.credential_variable)


def read_variable(name: str) -> str:
    """Return what the environment gives under ``name``, or an empty text: the settings' own variables first."""
    if not name:
        return ""
    known = getattr(settings, name, None)
    return known if isinstance(known, str) else settings.READ_VARIABLE(name)


def connect(row: Provider) -> Offer:
    """Return the offer that a row makes."""
    kind = registry.all_kinds().get(row.kind)
    names = ("name", "kind", "priority", "weight", "concurrency_max", "is_on")
    facts = {name: getattr(row, name) for name in names}
    if kind is None:
        return Offer(**facts, provider=None, problem=f"no installed app knows the kind {row.kind}")
    models = parse_models(row.model_list) or kind.models
    problem, credential = "" if row.is_on else "switched off", ""
    try:
        credential = find_credential(row)
    except SealBroken as error:
        problem = problem or str(error)
    if not credential and kind.needs_credential:
        problem = problem or f"its credential is missing ({row.credential_variable or 'none was given'})"
    access = port.Access(
        name=row.name,
        base_url=row.base_url,
        credential=credential,
        models=models,
        timeout_seconds=settings.PROVIDER_TIMEOUT_SECONDS,
        idle_seconds=settings.PROVIDER_STREAM_IDLE_SECONDS,
        deadline_seconds=settings.PROVIDER_DEADLINE_SECONDS,
    )
    provider = None if problem else kind.connect(access)
    return Offer(**facts, provider=provider, models=models, is_remote=row.kind != registry.EMBEDDED, problem=problem)


def _read() -> Iterator[Offer]:
    rows = list(Provider.objects.all())
    if not rows:
        yield from (_own(provider, number) for number, provider in enumerate(registry.all_providers()))
        return
    yield from (_own(provider, PRIORITY_OWN) for provider in registry.rowless_providers())
    yield from (_own(keeper, PRIORITY_LAST) for keeper in registry.all_keepers().values())
    yield from map(connect, rows)
    if not any(row.kind == registry.EMBEDDED for row in rows):
        # Only a row of its own can switch the embedded provider off; that others have rows does not.
        yield _own(Local(), PRIORITY_LAST)


def _own(provider: port.Provider, priority: int) -> Offer:
    """Return the offer of a provider that has no row."""
    kind = registry.all_kinds().get(provider.kind)
    is_keeper = provider in registry.all_keepers().values()
    return Offer(
        # A vendor's threads fail by themselves, and are no reason to keep its models out.
        name=f"{provider.kind}-threads" if is_keeper else provider.kind,
        kind=provider.kind,
        provider=provider,
        models=() if is_keeper or kind is None else registry.named_models(kind),
        priority=priority,
        is_remote=registry.is_remote(provider),
    )
