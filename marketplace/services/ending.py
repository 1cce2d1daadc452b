"""What the end of a call's task writes: the report, the counters and the callback, in the transaction that ends it (M-3.1, M-5.2).

Runs once for a task, because that transaction does. Counters grow by an upsert of one row each, so ends of the same user wait for each
other for the length of a commit and nothing is counted twice.
"""

from datetime import UTC

from common import clock, rows
from marketplace.models import Call, TaskReport
from marketplace.services import callbacks
from marketplace.services.answers import measure_ms
from tasks.models import Task
from tasks.states import State

COUNT_USER = """\
INSERT INTO marketplace_usercount (account_id, succeeded, failed) VALUES (%s, %s, %s)
ON CONFLICT (account_id) DO UPDATE SET succeeded = marketplace_usercount.succeeded + EXCLUDED.succeeded,
failed = marketplace_usercount.failed + EXCLUDED.failed
"""
COUNT_DAY = """\
INSERT INTO marketplace_daycount (service_id, method, user_id, day, succeeded, failed, milliseconds) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (service_id, day, method, user_id) DO UPDATE SET succeeded = marketplace_daycount.succeeded + EXCLUDED.succeeded,
failed = marketplace_daycount.failed + EXCLUDED.failed, milliseconds = marketplace_daycount.milliseconds + EXCLUDED.milliseconds
"""


def record_end(task: Task) -> None:
    """Write the task's report, count it for its user, its method and the day, and order the callback; in the transaction that ended it."""
    call = Call.objects.select_related("service", "method", "account").filter(task_id=task.pk).first()
    if call is None:
        return
    ended_at = task.finished_at or clock.now()
    good, took_ms, user_id = task.state == State.SUCCEEDED, measure_ms(task), call.account.outside_id
    report = TaskReport(
        task_id=task.pk, service_id=call.service_id, user_id=user_id, status=good, processing_duration=took_ms, datetime=ended_at
    )
    rows.insert(report)
    rows.execute(COUNT_USER, call.account_id, int(good), int(not good))
    day = ended_at.astimezone(UTC).date()
    rows.execute(COUNT_DAY, call.service_id, call.method.name, user_id, day, int(good), int(not good), took_ms)
    call.task = task
    callbacks.order_callback(call=call)
