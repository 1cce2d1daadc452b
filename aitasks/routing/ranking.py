"""In which order those who can are asked: priority first, then weight and health.

Among providers of one priority each piece of work has an order of its own, drawn by a hash of its key (weighted rendezvous hashing), so
that over many calls each provider gets its share, and the same work meets the same provider again as long as nothing has changed. No
randomness, hence nothing to seed.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence

from aitasks.models import ProviderHealth
from aitasks.routing.fitting import Candidate

SHARE_LEAST = 0.05
"""Of its weight that a provider keeps however badly it does: it has to be asked now and then to be seen to do better."""


def rank(candidates: Sequence[Candidate], *, health: Mapping[str, ProviderHealth], key: str, first: str = "") -> list[Candidate]:
    """Return ``candidates`` in the order to ask them; the one named ``first`` (it has the vendor's job already) leads."""
    shares = weigh(candidates, health=health)
    return sorted(
        candidates,
        key=lambda each: (each.offer.name != first, each.offer.priority, _draw(key, each.offer.name, shares[each.offer.name])),
    )


def weigh(candidates: Sequence[Candidate], *, health: Mapping[str, ProviderHealth]) -> dict[str, float]:
    """Return each candidate's weight by how it does: full without errors and as fast as the fastest of its priority.

    One that has not been measured yet counts as fast, so that it is tried.
    """
    fastest: dict[int, float] = {}
    for each in candidates:
        if latency := _find_latency(health, each):
            fastest[each.offer.priority] = min(latency, fastest.get(each.offer.priority, latency))
    shares: dict[str, float] = {}
    for each in candidates:
        known, latency = health.get(each.offer.name), _find_latency(health, each)
        pace = math.sqrt(fastest[each.offer.priority] / latency) if latency else 1.0
        shares[each.offer.name] = each.offer.weight * max(SHARE_LEAST, (1 - known.error_rate if known else 1.0) * pace)
    return shares


def _find_latency(health: Mapping[str, ProviderHealth], candidate: Candidate) -> float | None:
    known = health.get(candidate.offer.name)
    return max(known.latency_ms, 1.0) if known and known.latency_ms is not None else None


def _draw(key: str, name: str, share: float) -> float:
    """Return the candidate's place in this draw: exponentially distributed, the smaller the likelier the larger its share."""
    number = int.from_bytes(hashlib.sha256(f"{key} {name}".encode()).digest()[:8], "big")
    return -math.log((number + 1) / (2**64 + 1)) / share
