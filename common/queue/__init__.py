"""The queue: ``enqueue`` a job by name with one id, inside the transaction that makes the work.

One code path for jobs: a row is written with the work (the outbox), and after the commit it is handed over, to the broker where one is
configured, else to an embedded worker that runs the rows themselves. A job is delivered at least once, so jobs are idempotent: the row
they name is the truth. Nothing else in the project may enqueue (an architecture test holds that).
"""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from celery import shared_task
from django.conf import settings
from django.db import transaction

from common import clock, rows
from common.models import Job
from common.queue import publisher

JobFunction = Callable[[str], None]


def job(name: str) -> Callable[[JobFunction], JobFunction]:
    """Return a decorator that registers a function of one id as the job ``name``."""
    return cast("Callable[[JobFunction], JobFunction]", shared_task(name=name, ignore_result=True))


def enqueue(*, name: str, key: str, queue: str = "tollgate", run_at: datetime | None = None) -> None:
    """Hand the job ``name`` with the id ``key`` to a worker once the surrounding transaction commits, not before ``run_at``."""
    due = run_at is None
    row = Job(name=name, key=key, queue=queue, run_at=run_at or clock.now())
    if due and settings.BROKER_URL:
        row.claimed_until = publisher.claim_end()
    rows.insert(row)
    if due and settings.BROKER_URL:
        transaction.on_commit(lambda: publisher.offer(row), robust=True)


def count_waiting() -> int:
    """Return how many jobs have not been handed over yet."""
    return Job.objects.count()
