"""Who calls a stack, and what must be true of it when everything is over."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
from django.db.models import Count

from billing import audit
from billing.models import Hold, Transfer, Wallet
from common.models import Job
from metrics.models import UsageRecord
from tasks.models import Output, Task, TaskEvent
from tasks.states import FINISHED, UNFINISHED, EventKind
from tests.factories import people
from tests.factories.credits import leave_credits
from tests.faults.stack import Stack, wait_until

ENDS = {state.value for state in FINISHED}


@dataclass(frozen=True, slots=True)
class Owner:
    """A user who calls by HTTP with an API key."""

    stack: Stack
    account_id: UUID
    key: str

    @property
    def journal(self) -> Path:
        """Return the file in which the provider counts its calls."""
        return self.stack.folder / "journal"

    def calls(self) -> list[str]:
        """Return the prompts for which the provider was called, in order."""
        return self.journal.read_text().splitlines() if self.journal.exists() else []

    def post(self, prompt: str = "work", *, feature: str = "slow", idempotency_key: str = "", **parameters: Any) -> httpx2.Response:
        """Call a feature, ``slow`` if no other is named."""
        headers = {"Authorization": f"Bearer {self.key}"} | ({"Idempotency-Key": idempotency_key} if idempotency_key else {})
        body = {"prompts": {"prompt": prompt}, "journal": str(self.journal)} | parameters
        return httpx2.post(f"{self.stack.base_url}/api/ai/{feature}", json=body, headers=headers, timeout=60)

    def submit(self, prompt: str = "work", **parameters: Any) -> UUID:
        """Call ``slow`` and return the id of the accepted task."""
        reply = self.post(prompt, **parameters)
        assert reply.status_code == 202, reply.text
        return UUID(reply.json()["id"])

    def delete(self, task_id: UUID) -> httpx2.Response:
        """Cancel the task, or remove it if it has ended."""
        return httpx2.delete(f"{self.stack.base_url}/api/ai/slow/{task_id}", headers={"Authorization": f"Bearer {self.key}"}, timeout=30)


def make_owner(stack: Stack, *, credits: int) -> Owner:
    """Return a new user of the stack with a key, and with nothing but ``credits``."""
    user = people.make_user(password="!")
    leave_credits(user, credits)
    return Owner(stack, user.account.pk, people.make_key(user)[1])


def wait_for_progress(task_id: UUID) -> None:
    """Return when a worker has delivered something of the task."""
    wait_until(lambda: Output.objects.filter(task_id=task_id).exists(), what=f"a first result of {task_id}")


def wait_for_all() -> None:
    """Return when every task has ended and no job is left."""
    unfinished = [state.value for state in UNFINISHED]
    wait_until(lambda: not Task.objects.filter(state__in=unfinished).exists(), what="every task to end")
    wait_until(lambda: not Job.objects.exists(), what="every job to be gone")


def check_all_ended_once(owner: Owner, *, spent: int) -> None:
    """Every task of the owner ended once, was charged once for what it delivered, and nothing is held: ``spent`` credits in all."""
    tasks = {task.pk: task for task in Task.objects.select_related("hold")}
    for task in tasks.values():
        events = list(TaskEvent.objects.filter(task=task).order_by("seq"))
        assert [event.seq for event in events] == list(range(1, task.event_seq + 1))
        ends = [event.data["state"] for event in events if event.kind == EventKind.STATE and event.data["state"] in ENDS]
        assert ends == [task.state]
        assert events[-1].data == {"state": task.state}
        assert task.hold.charged == task.used_units
    assert set(UsageRecord.objects.values_list("pk", flat=True)) == set(tasks)
    assert Hold.objects.filter(task=None).count() == 0
    charges = Transfer.objects.filter(kind="charge").values("ref").annotate(times=Count("pk"))
    assert all(charge["times"] == 1 for charge in charges)
    wallet = Wallet.objects.get(pk=owner.account_id)
    granted = sum(Transfer.objects.filter(account_id=owner.account_id, kind="grant").values_list("amount", flat=True))
    assert (wallet.available, wallet.reserved) == (granted - spent, 0)
    assert list(audit.find_problems()) == []
