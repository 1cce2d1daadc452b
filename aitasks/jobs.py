"""Jobs of aitasks: load, call a service, nothing else."""

from uuid import UUID

from aitasks.services import running
from aitasks.services.submitting import RUN_JOB
from common import queue


@queue.job(RUN_JOB)
def run_attempt(task_id: str) -> None:
    """Run one attempt at a task."""
    running.run_attempt(task_id=UUID(task_id))
