"""Reads of providers: how each is doing, what was asked of it. No function here ever returns a credential."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from aitasks.models import ProviderCall, ProviderHealth
from aitasks.routing import Offer, list_offers
from aitasks.states import Outcome
from common import clock
from tasks.states import State

CLOSED, OPEN, TRIAL_DUE, WAITING = "closed", "open", "trial due", "asked to wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderState:
    """How one provider is doing, for staff and ``/api/admin/providers`` (P-6.1)."""

    name: str
    kind: str
    is_on: bool
    problem: str
    """Why it cannot be asked at all, or an empty text."""
    priority: int
    weight: int
    concurrency_max: int | None
    breaker: str
    """``closed``, ``open``, ``trial due``, or ``asked to wait``."""
    kept_out_until: datetime | None
    failures_in_row: int
    calls: int
    error_rate: float
    """Of the recent calls, 0 to 1."""
    latency_ms: int | None
    running: int
    last_error: str
    last_error_at: datetime | None


def list_provider_health() -> list[ProviderState]:
    """Return every provider with how it is doing, in the order in which they are asked (2 queries, 3 once a second)."""
    health = ProviderHealth.objects.in_bulk()
    running = count_running()
    offers = sorted(list_offers(), key=lambda offer: (offer.priority, offer.name))
    return [_state_of(offer, health.get(offer.name), running.get(offer.name, 0)) for offer in offers]


def find_provider_health(name: str) -> ProviderState | None:
    """Return how one provider is doing, or None if there is none of this name."""
    return next((state for state in list_provider_health() if state.name == name), None)


def count_running() -> dict[str, int]:
    """Return how many calls each remote or limited provider works on now, those of workers that died left out (1 query)."""
    running = ProviderCall.objects.filter(outcome=Outcome.RUNNING.value, task__state=State.RUNNING.value, task__lease_until__gt=clock.now())
    return dict(running.values_list("provider").annotate(count=Count("pk")))


def list_decisions(*, task_id: UUID) -> QuerySet[ProviderCall]:
    """Return each try at a task, oldest first: who was asked, how it ended, why the others were not."""
    return ProviderCall.objects.filter(task_id=task_id).order_by("pk")


def _state_of(offer: Offer, health: ProviderHealth | None, running: int) -> ProviderState:
    known = health or ProviderHealth(name=offer.name)
    breaker, until = _breaker_of(known)
    return ProviderState(
        name=offer.name,
        kind=offer.kind,
        is_on=offer.is_on,
        problem=offer.problem,
        priority=offer.priority,
        weight=offer.weight,
        concurrency_max=offer.concurrency_max,
        breaker=breaker,
        kept_out_until=until,
        failures_in_row=known.failures_in_row,
        calls=known.calls,
        error_rate=round(known.error_rate, 3),
        latency_ms=None if known.latency_ms is None else round(known.latency_ms),
        running=running,
        last_error=f"{known.last_error_kind}: {known.last_error}" if known.last_error_kind else "",
        last_error_at=known.last_error_at,
    )


def _breaker_of(health: ProviderHealth) -> tuple[str, datetime | None]:
    now = clock.now()
    if health.kept_out_until is not None and health.kept_out_until > now:
        return WAITING, health.kept_out_until
    if health.trial_at is None:
        return CLOSED, None
    return (OPEN if health.trial_at > now else TRIAL_DUE), health.trial_at
