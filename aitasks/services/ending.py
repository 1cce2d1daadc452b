"""Ending a task: the money and the record, in the transaction that changes its state. Runs once for a task, whatever happened before."""

from collections.abc import Callable
from uuid import UUID

from billing.services import ledger
from metrics.services import Usage, record_usage
from tasks.models import Task
from tasks.services import files, running

_by_contract: dict[str, Callable[[Task], None]] = {}


def follow_ends(*, contract: str, follow: Callable[[Task], None]) -> None:
    """Have ``follow`` run for every end of a task of ``contract``, in its transaction; an app says so once, when it is loaded."""
    _by_contract[contract] = follow


def is_followed(*, contract: str) -> bool:
    """Return whether an app keeps account of this contract's tasks by itself."""
    return contract in _by_contract


def close(task: Task) -> None:
    """Settle the hold for what was delivered and write the usage record; the ``closing`` of every end."""
    charged = ledger.settle_hold(hold=task.hold, units=task.used_units)
    task.hold.charged = charged
    started, finished = task.started_at, task.finished_at
    latency_ms = int((finished - started).total_seconds() * 1000) if started and finished else 0
    begun = started or finished or task.created_at
    record_usage(
        usage=Usage(
            id=task.pk,
            account_id=task.account_id,
            app_id=task.app_id,
            api=task.kind,
            contract=task.contract,
            provider=task.provider,
            model=task.model,
            units=task.used_units,
            credits=charged,
            latency_ms=latency_ms,
            outcome=task.state,
            wait_ms=max(0, int((begun - task.created_at).total_seconds() * 1000)),
        )
    )
    if task.contract in _by_contract:
        _by_contract[task.contract](task)


def cancel(*, account_id: UUID, task_id: UUID) -> bool:
    """Cancel an unfinished task, charge what it delivered, and return True; False if it has ended (P-2.6)."""
    return running.cancel(account_id=account_id, task_id=task_id, closing=close)


def remove(*, account_id: UUID, task_id: UUID) -> None:
    """Remove a finished task with its files (P-2.6)."""
    files.remove_task(account_id=account_id, task_id=task_id)
