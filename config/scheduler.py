"""The scheduler: looks every few seconds for work that a crash or an outage left behind.

Each sweep is conditional on what it read, so two schedulers do no harm; one that fails is logged and does not stop the others.
"""

import threading
from collections.abc import Callable
from typing import Any

import structlog
from celery import current_app
from django.conf import settings
from django.db import close_old_connections

from accounts.services import erasing, sessions
from aitasks.services import answers
from aitasks.services.ending import close
from aitasks.services.submitting import RUN_JOB
from billing.services import inbox, ledger
from chat.services import sessions as chat_sessions
from common import limits, queue
from common.mail import sending
from common.queue import publisher
from marketplace.services import hosting, resources
from metrics import services as usage
from tasks.services import delivering, sweeping

log = structlog.get_logger(__name__)
HOUSEKEEPING_SECONDS = 3600


def sweep() -> None:
    """Run every sweep once."""
    for name, run in SWEEPS.items():
        _guarded(name, run)


def run_forever(stopping: threading.Event) -> None:
    """Sweep every ``SWEEP_SECONDS``, and tidy up once an hour, until told to stop."""
    since_housekeeping = float(HOUSEKEEPING_SECONDS)
    while not stopping.is_set():
        sweep()
        if since_housekeeping >= HOUSEKEEPING_SECONDS:
            since_housekeeping = 0
            for name, run in HOUSEKEEPING.items():
                _guarded(name, run)
        close_old_connections()
        stopping.wait(settings.SWEEP_SECONDS)
        since_housekeeping += settings.SWEEP_SECONDS


def is_queue_empty() -> bool:
    """Return whether no job waits anywhere: neither in the outbox nor at the broker."""
    if queue.count_waiting():
        return False
    if not settings.BROKER_URL:
        return True
    with current_app.connection_for_read() as broker:
        channel: Any = broker.default_channel
        try:
            return not channel.queue_declare(queue=settings.CELERY_TASK_DEFAULT_QUEUE, passive=True).message_count
        except broker.channel_errors:
            # The broker knows no such queue. On Redis that is how every empty one looks.
            return True


def _relay() -> int:
    return publisher.relay() if settings.BROKER_URL else 0


def _guarded(name: str, run: Callable[[], int]) -> None:
    try:
        count = run()
    except Exception as error:
        log.exception("scheduler.sweep_failed", sweep=name, problem=type(error).__name__)
        close_old_connections()
    else:
        if count:
            log.info("scheduler.swept", sweep=name, count=count)


SWEEPS: dict[str, Callable[[], int]] = {
    "relay": _relay,
    "expired leases": lambda: sweeping.recover_expired(job=RUN_JOB, closing=close),
    "exhausted tasks": lambda: sweeping.fail_exhausted(closing=close),
    "forgotten tasks": lambda: sweeping.requeue_forgotten(job=RUN_JOB, is_queue_empty=is_queue_empty),
    "expired grants": ledger.expire_due,
    "letters": sending.requeue_due,
    "erasures": erasing.requeue_overdue,
}
HOUSEKEEPING: dict[str, Callable[[], int]] = {
    "ended sessions": sessions.forget_ended,
    "empty limits": limits.forget_empty,
    "old letters": sending.forget_old,
    "closed chats": chat_sessions.resume_forgetting,
    "retired marketplace tokens": hosting.forget_tokens,
    "forgotten events": inbox.requeue_forgotten,
    "objects never uploaded": resources.forget_unused,
    "old answers of providers": answers.forget_old,
    "old calls to deprecated endpoints": usage.forget_deprecated_calls,
    "old deliveries": delivering.forget_old,
}
