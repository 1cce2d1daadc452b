"""What staff do to tasks and prices (P-6.1); each leaves an entry in the audit log, in the same transaction.

A retry is a new call in the owner's name: the same payload, held and charged like any other at the price of today. A task that has ended
never runs again, so nothing is charged twice: the failed one has cost what it delivered, the new one costs what it delivers. Each failed
task is retried once; when the retry fails too, that one may be. What staff retry is not counted against the owner's quotas.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.identity import Caller, Staff
from accounts.services import audit
from aitasks import pricing, registry
from aitasks.calls import parse_parameters
from aitasks.feature import Call, Feature
from aitasks.services import ending
from aitasks.services.submitting import RUN_JOB
from billing.models import Price
from billing.services import ledger, prices
from common import clock, errors, ids
from tasks import selectors
from tasks.models import Task
from tasks.services import creating
from tasks.states import State


class NotFailed(errors.Conflict):
    """Only what failed can be tried again."""

    def __init__(self, state: str) -> None:
        super().__init__(f"This task is {state}. Only a failed task can be tried again.")


class RetriedAlready(errors.Conflict):
    """A failed task is tried again once."""

    def __init__(self, task_id: UUID) -> None:
        super().__init__(f"This task was tried again already, as {task_id}. If that one failed too, try that one again.")


class NotRetryable(errors.Conflict):
    """The task is part of something larger that its owner goes on with."""

    def __init__(self) -> None:
        super().__init__("This task belongs to a conversation or to another service's call, which its owner has to repeat.")


class TaskEnded(errors.Conflict):
    """What has ended cannot be cancelled."""

    def __init__(self) -> None:
        super().__init__("This task has ended already.")


class PriceTaken(errors.Conflict):
    """Two prices from the same moment on."""

    def __init__(self) -> None:
        super().__init__("There is a price from this moment on already. Choose another moment.")


def set_price(*, staff: Staff, feature: str, target: str, credits: int, per: int = 1, valid_from: datetime | None = None) -> Price:
    """Set a price from ``valid_from`` (now) on, as a new version; no row is changed, and calls made before keep the price of their time.

    Raises ``registry.UnknownFeature``, ``errors.Invalid`` for a target that the feature does not make or a moment that has passed, and
    :class:`PriceTaken`.
    """
    targets = registry.get_feature(feature).prices
    if target not in targets:
        raise errors.Invalid("Invalid input data.", details={"target": [f"{feature} makes {', '.join(targets)}."]})
    if valid_from is not None and valid_from < clock.now():
        raise errors.Invalid("Invalid input data.", details={"validFrom": ["Must be in the future, or left out for now."]})
    try:
        with transaction.atomic():
            row = prices.set_price(
                feature=feature, target=target, credits=credits, per=per, valid_from=valid_from, created_by_id=staff.user_id
            )
            details = {"feature": feature, "target": target, "credits": credits, "per": per, "valid_from": row.valid_from.isoformat()}
            audit.record(staff=staff, action="price.add", on=row, details=details)
    except IntegrityError:
        raise PriceTaken from None
    return row


def cancel(*, task_id: UUID, staff: Staff) -> bool:
    """Cancel somebody's unfinished task, charge what it delivered, and return True; False if it has ended. Raises ``UnknownTask``."""
    task = selectors.get_any_task(task_id)
    with transaction.atomic():
        is_cancelled = ending.cancel(account_id=task.account_id, task_id=task.pk)
        if is_cancelled:
            audit.record(staff=staff, action="task.cancel", on=task)
    return is_cancelled


def retry(*, task_id: UUID, staff: Staff) -> Task:
    """Make a failed call again, in its owner's name, and return the new task.

    Raises ``UnknownTask``, :class:`NotFailed`, :class:`NotRetryable`, :class:`RetriedAlready`, ``CreditsTooLow``.
    """
    task = selectors.get_any_task(task_id)
    if task.state != State.FAILED:
        raise NotFailed(task.state)
    feature = registry.get_feature(task.kind)
    if not feature.public or ending.is_followed(contract=task.contract):
        raise NotRetryable
    key = f"retry:{task.pk}"
    try:
        with transaction.atomic():
            again = _repeat(task, feature, key)
            audit.record(staff=staff, action="task.retry", on=task, details={"again": str(again.pk)})
    except (IntegrityError, errors.PaymentRequired):
        made = Task.objects.filter(account_id=task.account_id, idempotency_key=key).first()
        if made is None:
            raise
        raise RetriedAlready(made.pk) from None
    return again


def _repeat(task: Task, feature: Feature, key: str) -> Task:
    caller = Caller(account_id=task.account_id, app_id=task.app_id)
    quote = pricing.quote(feature, _call_of(task, feature))
    new = creating.NewTask(
        id=ids.new_id(),
        kind=task.kind,
        contract=task.contract,
        payload=task.payload,
        job=RUN_JOB,
        idempotency_key=key,
        webhook=task.webhook,
    )
    hold = ledger.place_hold(caller=caller, ref=str(new.id), price=quote.price, units_max=quote.units_max)
    return creating.create_task(caller=caller, new=new, hold=hold)


def _call_of(task: Task, feature: Feature) -> Call:
    payload = task.payload
    source = payload["source"] or {"type": "", "text": None}
    return Call(
        source_type=source["type"],
        source_characters=len(source["text"] or ""),
        prompt=payload["prompt"],
        negative=payload["negative"],
        target=payload["target"],
        parameters=parse_parameters(feature, payload["parameters"]),
    )
