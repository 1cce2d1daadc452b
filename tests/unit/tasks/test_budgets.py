"""What the common calls cost in queries; with 200,000 finished tasks of one account in the table they cost the same and use an index."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from accounts.identity import Caller
from aitasks import routing
from aitasks.api.rendering import render_task
from aitasks.services.ending import cancel, close
from aitasks.services.submitting import RUN_JOB
from billing.services import quotas
from common.contracts.paging import Page, render_page
from tasks import selectors
from tasks.models import Task
from tasks.services import heartbeat, running, sweeping
from tasks.services.running import Attempt
from tasks.states import UNFINISHED, State
from tests.unit.tasks.conftest import Scripted, claimed, deliver, new_task

FINISHED_TASKS = 200_000
WHOLE_TABLE = r"SCAN tasks_task\b(?! USING INDEX task_(waiting|leases))|Seq Scan on tasks_task\b"
PRIMARY_KEY = r"tasks_task_1 \(id=\?\)" if connection.vendor == "sqlite" else "tasks_task_pkey|task_waiting|task_leases"
Submit = Callable[..., Task]


COSTS: list[tuple[str, int, str, Callable[[Caller, Task, Attempt], object]]] = [
    ("get", 2, PRIMARY_KEY, lambda caller, task, _: selectors.get_task(account_id=caller.account_id, task_id=task.pk)),
    ("list", 2, "task_unfinished", lambda caller, *_: page_of(caller, UNFINISHED)),
    ("history", 2, "task_history|tasks_task_pkey", lambda caller, *_: page_of(caller, tuple(State))),
    ("claim", 1, PRIMARY_KEY, lambda _, task, __: running.claim(task_id=task.pk)),
    ("report", 2, PRIMARY_KEY, lambda _, __, attempt: running.report_progress(attempt=attempt, progress=1, used_units=1)),
    ("heartbeat", 1, PRIMARY_KEY, lambda _, __, attempt: heartbeat.renew(attempt)),
    ("expired", 1, "task_leases", lambda *_: sweeping.recover_expired(job=RUN_JOB, closing=close)),
    ("exhausted", 1, "task_waiting", lambda *_: sweeping.fail_exhausted(closing=close)),
    ("forgotten", 1, "task_waiting", lambda *_: sweeping.requeue_forgotten(job=RUN_JOB, is_queue_empty=lambda: True)),
]


def page_of(caller: Caller, states: tuple[State, ...]) -> dict[str, Any]:
    """Return a page of the account's tasks, as the contract renders it."""
    rows = selectors.list_tasks(account_id=caller.account_id, kind="slow", states=states)
    return render_page(rows, Page(limit=20, after=""), render_task)


@contextmanager
def budget(queries: int) -> Iterator[None]:
    """Fail unless the block costs ``queries``; savepoints and the brackets of transactions are not counted."""
    with CaptureQueriesContext(connection) as captured:
        yield
    said = [query["sql"] for query in captured.captured_queries]
    counted = [sql for sql in said if sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
    assert len(counted) == queries, "\n".join(counted)


@pytest.mark.clause("P-5.4")
def test_submitting(submit: Submit, scripted: Callable[..., Scripted], monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(deliver(1))
    # Providers are read once a second by each process, so that calls do not.
    routing.list_offers()
    # Whether there are quotas is asked once a second, not once a call.
    monkeypatch.setattr(quotas, "REMEMBERED_SECONDS", 60)
    quotas.remembered.refresh()
    # price, wallet, hold, transfer, task, job
    with budget(6):
        submit()
    # … and the look for the key
    with budget(7):
        submit(key="one")
    # a repetition is only looked for
    with budget(1):
        submit(key="one")


def test_reading(caller: Caller) -> None:
    task = new_task(caller)
    with budget(2):
        render_task(selectors.get_task(account_id=caller.account_id, task_id=task.pk))
    for _ in range(5):
        new_task(caller)
    with budget(2):
        assert len(page_of(caller, UNFINISHED)["items"]) == 6
    with budget(1):
        selectors.list_events(task_id=task.pk, after=0)


def test_running(caller: Caller) -> None:
    task = new_task(caller)
    # the claim, the row with its hold, the event
    with budget(3):
        attempt = claimed(task)
    with budget(2):
        running.report_progress(attempt=attempt, progress=10, used_units=1)
    with budget(2):
        running.report_delta(attempt=attempt, text="a", used_units=1)
    with budget(1):
        heartbeat.renew(attempt)
    # the end, the row, the event; the hold, the wallet, a charge and a release, the grants, the one that pays; the usage record
    with budget(10):
        running.succeed(attempt=attempt, used_units=5, closing=close)


def test_giving_back_and_cancelling(caller: Caller) -> None:
    attempt = claimed(new_task(caller))
    # the row, its number, the event, the job
    with budget(4):
        running.put_back(attempt=attempt, job=RUN_JOB, counts=True)
    # the task with its hold, the end, the row, the event; the hold, the wallet, the transfer, the grants; the usage record
    with budget(9):
        cancel(account_id=caller.account_id, task_id=attempt.id)


def test_a_sweep_with_nothing_to_do(caller: Caller) -> None:
    with budget(3):
        sweeping.recover_expired(job=RUN_JOB, closing=close)
        sweeping.fail_exhausted(closing=close)
        sweeping.requeue_forgotten(job=RUN_JOB, is_queue_empty=lambda: True)


class Plans:
    """Explains every statement on tasks, with the parameters bound as they are in earnest."""

    def __init__(self) -> None:
        self.plans: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if re.match(r"(SELECT|UPDATE)\b.*\btasks_task\b", sql, re.DOTALL):
            explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
            with connection.cursor() as cursor:
                cursor.execute(f"{explain} {sql}", params)
                self.plans.append("\n".join(str(row) for row in cursor.fetchall()))
        return execute(sql, params, many, context)


def fill(task: Task) -> None:
    """Insert :data:`FINISHED_TASKS` copies of a finished task and its hold."""
    number = "printf('%%032x', n)" if connection.vendor == "sqlite" else "lpad(to_hex(n), 32, '0')::uuid"
    copy(task.hold, {"id": number, "ref": "'crowd ' || n"})
    copy(task, {"id": number, "hold_id": number})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def copy(row: Model, replaced: dict[str, str]) -> None:
    """Insert copies of a row that differ in some columns, given as SQL of ``n``."""
    table = row._meta.db_table
    columns = [str(field.column) for field in row._meta.concrete_fields]
    values = ", ".join(replaced.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    numbers = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) {numbers} SELECT {values} FROM "{table}", numbers WHERE id = %s',  # noqa: S608 - our own names
            [FINISHED_TASKS, row.pk.hex if connection.vendor == "sqlite" else row.pk],
        )


@pytest.mark.clause("P-2.4")
def test_two_hundred_thousand_finished_tasks_cost_nothing(caller: Caller) -> None:
    finished = new_task(caller, units_max=0)
    running.succeed(attempt=claimed(finished), used_units=0, closing=close)
    fill(Task.objects.select_related("hold").get(pk=finished.pk))
    assert Task.objects.count() == FINISHED_TASKS + 1
    tasks = [new_task(caller) for _ in range(3)]
    attempt = claimed(tasks[0])
    for name, queries, index, call in COSTS:
        explained = Plans()
        with budget(queries), connection.execute_wrapper(explained):
            call(caller, tasks[0], attempt)
        plan = "\n".join(explained.plans)
        assert re.search(index, plan), f"{name}: {plan}"
        assert not re.search(WHOLE_TABLE, plan), f"{name}: {plan}"
