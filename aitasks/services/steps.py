"""What a task's finished steps have made, kept so that a later attempt does not do them again (P-1.3).

A step is finished when its row is committed: what it delivered was committed before, so a worker that dies between the two repeats the step
and nothing else. Features of one step leave no row: their end is the task's.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from aitasks.models import FinishedStep
from common import rows


def list_finished(*, task_id: UUID) -> list[FinishedStep]:
    """Return the task's finished steps in order (1 query)."""
    return list(FinishedStep.objects.filter(task_id=task_id).order_by("number"))


def keep_step(*, task_id: UUID, number: int, step: str, data: Mapping[str, Any] | None, units: int) -> None:
    """Keep a step's result, which no later attempt changes."""
    rows.insert(FinishedStep(task_id=task_id, number=number, step=step, data=None if data is None else dict(data), units=units))
