"""Telling a task's webhook what happens to it (P-2.7): a delivery for each piece of news, in the transaction that makes it true.

A task without a webhook costs nothing here. What is sent is the task as it is at that moment, so news of progress that still waits already
covers what comes next: it stays the only one, and any other news overtakes it.
"""

from typing import Any

from django.db.models import F

from common import clock
from tasks.channels import WEBHOOK
from tasks.models import Delivery, Task
from tasks.services import delivering
from tasks.services.delivering.claiming import is_free
from tasks.states import DeliveryState, News

PROGRESS_SECONDS = 0.5
"""News of progress is told no more often."""


def tell(*, task: Task, news: News, index: int | None = None) -> None:
    """Have the task's webhook told of ``news``, if it asked for it; inside the transaction that changed the task.

    ``index`` is the number of the result that a partial one is.
    """
    if task.webhook is None:
        return
    wanted: list[str] = task.webhook["events"]
    if news == News.PARTIAL and news not in wanted:
        news = News.PROGRESS
    if news not in wanted:
        return
    if news == News.PROGRESS:
        _tell_progress(task)
        return
    if News.PROGRESS in wanted:
        delivering.skip_waiting(lane=task.pk, event=event_of(News.PROGRESS))
    _create(task, news, {"index": index} if index is not None else {})


def event_of(news: News) -> str:
    """Return the news' name on the wire."""
    return f"task.{news}"


def _tell_progress(task: Task) -> None:
    waiting = Delivery.objects.filter(
        is_free(clock.now()), lane=task.pk, state=DeliveryState.WAITING, event=event_of(News.PROGRESS), task=task
    )
    # An update that changes nothing, but keeps whoever wants to send it waiting until what it is to tell of is written.
    if not waiting.update(next_at=F("next_at")):
        before = Delivery.objects.filter(task=task, event=event_of(News.PROGRESS)).exclude(state=DeliveryState.SKIPPED)
        last = before.order_by("-pk").values_list("next_at", flat=True).first()
        passed = (clock.now() - last).total_seconds() if last else PROGRESS_SECONDS
        _create(task, News.PROGRESS, {}, delay_seconds=max(PROGRESS_SECONDS - passed, 0))


def _create(task: Task, news: News, facts: dict[str, object], *, delay_seconds: float = 0) -> None:
    webhook: Any = task.webhook
    delivering.create_delivery(
        account_id=task.account_id,
        task=task,
        channel=WEBHOOK,
        event=event_of(news),
        url=webhook["url"],
        payload={"feature": task.kind, "task": str(task.pk)} | facts,
        delay_seconds=delay_seconds,
    )
