"""Making a delivery, in the transaction of its news; the caller has written to the task in it, so a lane has one writer at a time."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from common import clock, rows
from common.fetch import UrlRefused, parse
from tasks.models import Delivery, Task
from tasks.services.delivering.claiming import is_free
from tasks.states import DeliveryState

ORIGIN_CHARACTERS_MAX = 300


def create_delivery(
    *,
    account_id: UUID,
    task: Task | None,
    channel: str,
    event: str,
    url: str,
    payload: dict[str, Any],
    lane: UUID | None = None,
    delay_seconds: float = 0,
) -> Delivery:
    """Create a delivery that goes out after those that wait in its lane: the task's, unless ``lane`` says otherwise.

    Inside the transaction in which the news becomes true. ``payload`` is what the channel composes from, besides the task itself.
    """
    delivery = Delivery(
        account_id=account_id,
        task=task,
        channel=channel,
        event=event,
        url=url,
        origin=origin_of(url),
        payload=payload,
        next_at=clock.now() + timedelta(seconds=delay_seconds),
    )
    delivery.lane = lane or (delivery.pk if task is None else task.pk)
    delivery.pk = _behind(delivery.lane, delivery.pk)
    rows.insert(delivery)
    return delivery


def skip_waiting(*, lane: UUID, event: str) -> int:
    """Overtake what waits in a lane to tell of ``event`` and is not just being sent; return how many there were."""
    waiting = Delivery.objects.filter(is_free(clock.now()), lane=lane, state=DeliveryState.WAITING, event=event)
    return waiting.update(state=DeliveryState.SKIPPED, ended_at=clock.now(), leased_until=None)


def origin_of(url: str) -> str:
    """Return the scheme, host and port of a URL: who shares the number of connections to one receiver."""
    try:
        target = parse(url)
    except UrlRefused:
        # It will be refused when it is sent, where somebody reads why.
        return url[:ORIGIN_CHARACTERS_MAX]
    return f"{target.scheme}://{target.authority}"


def _behind(lane: UUID, made: UUID) -> UUID:
    """Return an id behind everything that waits in the lane, whose makers' clocks may have been ahead of ours."""
    last = Delivery.objects.filter(lane=lane, state=DeliveryState.WAITING).order_by("-pk").values_list("pk", flat=True).first()
    return made if last is None or made > last else UUID(int=last.int + 1)
