"""Claiming what is due. A claim is a lease with a number: a courier that died is followed by another, one that was slow changes nothing.

In a lane only the first that waits is due, and only while none is being sent. A redelivery puts an old one in front again while a later one
may just be claimed; so a claim locks the lane's rows, and looks again before it is made.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from common import clock
from common.fetch import WEBHOOK_LIMITS
from tasks.models import Delivery, DeliveryAttempt
from tasks.states import DeliveryState

PER_ORIGIN_MAX, PER_ACCOUNT_MAX = 2, 4
"""So many requests at a time to one receiver, and for one account, which may name any number of receivers: others find free threads."""
LEASE_SECONDS = WEBHOOK_LIMITS.seconds_max + 10
"""Longer than the longest exchange, with time to compose it and to write down how it went."""
INTERRUPTED = "The sender stopped in the middle. Whether this arrived is not known."


def is_free(now: datetime) -> Q:
    """Return the condition that nobody is sending a delivery now."""
    return Q(leased_until__isnull=True) | Q(leased_until__lte=now)


def claim_due(*, limit: int, sending: Collection[Delivery] = ()) -> list[Delivery]:
    """Return up to ``limit`` due deliveries that are now the caller's alone, for :data:`LEASE_SECONDS`.

    ``sending`` is what the caller is sending already: no receiver and no account gets more than its number at a time.
    """
    origins, accounts = Counter(row.origin for row in sending), Counter(row.account_id for row in sending)
    claimed: list[Delivery] = []
    for _ in range(limit):
        wanted = limit - len(claimed)
        full_origins = [origin for origin, count in origins.items() if count >= PER_ORIGIN_MAX]
        full_accounts = [account_id for account_id, count in accounts.items() if count >= PER_ACCOUNT_MAX]
        found = list(_due(clock.now()).exclude(origin__in=full_origins).exclude(account__in=full_accounts)[:wanted])
        for row in found:
            has_room = origins[row.origin] < PER_ORIGIN_MAX and accounts[row.account_id] < PER_ACCOUNT_MAX
            if has_room and _claim(row):
                origins[row.origin] += 1
                accounts[row.account_id] += 1
                claimed.append(row)
        if len(found) < wanted or len(claimed) == limit:
            break
    return claimed


def _due(now: datetime) -> "QuerySet[Delivery]":
    """Return the deliveries that may go out now, those due for longest first."""
    others = Delivery.objects.filter(lane=OuterRef("lane"), state=DeliveryState.WAITING)
    blocked = others.filter(Q(pk__lt=OuterRef("pk")) | Q(leased_until__gt=now))
    waiting = Delivery.objects.filter(is_free(now), ~Exists(blocked), state=DeliveryState.WAITING, next_at__lte=now)
    return waiting.order_by("next_at", "pk")


def _claim(row: Delivery) -> bool:
    """Claim ``row`` if it is still as it was read and its lane is free; the attempt of a courier that died is recorded first."""
    now = clock.now()
    lane = Delivery.objects.filter(lane=row.lane, state=DeliveryState.WAITING)
    with transaction.atomic():
        # Whoever claims in this lane waits here for the other; what is asked afterwards is seen with what the other wrote.
        list(lane.select_for_update().order_by("pk").values_list("pk"))
        if lane.exclude(pk=row.pk).filter(Q(pk__lt=row.pk) | Q(leased_until__gt=now)).exists():
            return False
        until, first = now + timedelta(seconds=LEASE_SECONDS), row.first_tried_at or now
        mine = lane.filter(is_free(now), pk=row.pk, attempts=row.attempts, next_at__lte=now)
        if not mine.update(attempts=row.attempts + 1, leased_until=until, first_tried_at=first):
            return False
        if row.leased_until is not None:
            began = row.leased_until - timedelta(seconds=LEASE_SECONDS)
            DeliveryAttempt.objects.create(delivery=row, number=row.attempts, problem=INTERRUPTED, started_at=began)
    row.attempts, row.leased_until, row.first_tried_at = row.attempts + 1, until, first
    return True
