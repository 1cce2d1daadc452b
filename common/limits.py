"""Rate limits that are exact under concurrency: any number of processes, SQLite or PostgreSQL.

The algorithm is GCRA: a limit remembers one moment, at which it would be empty, and each request moves it by ``period / count``. One
conditional ``UPDATE`` decides, so of simultaneous requests no more pass than the limit allows. The database keeps it because the limits
guard sign-in, where hashing a password costs a hundred times more than the row.
"""

import math
import re
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Greatest

from common import clock, errors
from common.models import RateLimit

UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Rate:
    """``count`` requests in ``seconds``, all of them at once if they like."""

    count: int
    seconds: int


class RateExceeded(errors.TooMany):
    """Too many requests of one kind."""


def parse_rate(text: str) -> Rate:
    """Return the rate that a setting such as ``30/m`` or ``5/5m`` means; raises ValueError for anything else."""
    match = re.fullmatch(r"(\d+)/(\d*)([smh])", text)
    if match is None:
        raise ValueError(text)
    return Rate(int(match[1]), int(match[2] or 1) * UNIT_SECONDS[match[3]])


def take(*, key: str, rate: Rate) -> None:
    """Use one request of the limit ``key``, or raise :class:`RateExceeded` with the seconds to wait."""
    now = clock.now()
    step = timedelta(seconds=rate.seconds / max(rate.count, 1))
    room = now + timedelta(seconds=rate.seconds) - step
    if not rate.count:
        raise _exceeded(rate.seconds)
    RateLimit.objects.bulk_create([RateLimit(key=key, empty_at=now)], ignore_conflicts=True)
    if not RateLimit.objects.filter(key=key, empty_at__lte=room).update(empty_at=Greatest(F("empty_at"), now) + step):
        empty_at = RateLimit.objects.values_list("empty_at", flat=True).get(key=key)
        raise _exceeded((empty_at - room).total_seconds())


def give_back(*, key: str, rate: Rate) -> None:
    """Return one request to the limit ``key``: it turned out not to count."""
    step = timedelta(seconds=rate.seconds / max(rate.count, 1))
    RateLimit.objects.filter(key=key).update(empty_at=F("empty_at") - step)


def clear(*, key: str) -> None:
    """Make the limit ``key`` as if it had never been used."""
    RateLimit.objects.filter(key=key).delete()


def forget_empty() -> int:
    """Delete the limits that are empty again, and return how many there were."""
    return RateLimit.objects.filter(empty_at__lt=clock.now() - timedelta(hours=1)).delete()[0]


def _exceeded(wait_seconds: float) -> RateExceeded:
    wait = max(1, math.ceil(wait_seconds))
    return RateExceeded(f"Too many attempts. Try again in {wait} seconds.", retry_after_seconds=wait)
