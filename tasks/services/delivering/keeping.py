"""What happens to deliveries besides being sent: sent once more on request, and forgotten when they are old."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from common import clock
from tasks.errors import SentTooOften, UnknownDelivery
from tasks.models import Delivery, DisabledReceiver
from tasks.services.delivering.claiming import is_free
from tasks.services.delivering.receivers import digest_of
from tasks.states import DeliveryState

KEPT = timedelta(days=30)
BATCH_MAX = 1_000
ATTEMPTS_MAX = 1_000


def redeliver(*, delivery_id: UUID, account_id: UUID | None = None) -> Delivery:
    """Have a delivery sent once more, now, with a schedule of retries from its beginning, and return it. Staff name no account.

    It keeps its id, by which the receiver knows that it may have it already. An address that was disabled is enabled by this. A delivery
    that waits is due at once; one that is just being sent stays as it is. Raises :class:`UnknownDelivery`, :class:`SentTooOften`.
    """
    found = Delivery.objects.filter(pk=delivery_id)
    row = (found if account_id is None else found.filter(account_id=account_id)).first()
    if row is None:
        raise UnknownDelivery
    if row.attempts >= ATTEMPTS_MAX:
        raise SentTooOften
    now = clock.now()
    anew = {"state": DeliveryState.WAITING, "next_at": now, "first_tried_at": None, "ended_at": None, "problem": "", "leased_until": None}
    with transaction.atomic():
        DisabledReceiver.objects.filter(account_id=row.account_id, url_digest=digest_of(row.url)).delete()
        # A lease that ran out stays: whoever claims next records the attempt that was lost with it.
        Delivery.objects.filter(is_free(now), pk=row.pk, state=DeliveryState.WAITING).update(next_at=now, first_tried_at=None)
        Delivery.objects.filter(pk=row.pk).exclude(state=DeliveryState.WAITING).update(**anew)
    row.refresh_from_db()
    return row


def forget_old() -> int:
    """Delete deliveries that ended long ago, with their attempts, and return how many."""
    long_ago = clock.now() - KEPT
    # An id tells when it was made, and what ended then was made before: the primary key's index finds the old ones.
    made_before = UUID(int=int(long_ago.timestamp() * 1000) << 80)
    old = Delivery.objects.filter(pk__lt=made_before, ended_at__lt=long_ago).order_by("pk").values_list("pk", flat=True)
    forgotten = 0
    while batch := list(old[:BATCH_MAX]):
        Delivery.objects.filter(pk__in=batch, ended_at__lt=long_ago).delete()
        forgotten += len(batch)
    return forgotten
