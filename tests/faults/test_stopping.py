"""SIGTERM: everything ends within its grace, although a task runs and a stream is open; the interrupted attempt does not count."""

import threading

import httpx2
import pytest

from tasks.models import Task
from tests.faults.actors import Owner, check_all_ended_once, wait_for_all, wait_for_progress
from tests.faults.stack import Stack

pytestmark = [pytest.mark.faults, pytest.mark.clause("A-4.1")]


def test_everything_ends_and_the_task_goes_on_later(stack: Stack, owner: Owner) -> None:
    stack.start()
    task_id = owner.submit(pieces=30, seconds=6)
    received: list[str] = []
    reader = threading.Thread(target=read_stream, args=(owner, f"/api/ai/slow/{task_id}/events", received))
    reader.start()
    wait_for_progress(task_id)
    assert stack.stop() == [0]
    reader.join()
    said = (stack.folder / "output").read_text()
    assert "supervisor.killed" not in said
    assert list(Task.objects.values_list("state", "attempt", "lease_until")) == [("queued", 0, None)]
    assert any('"partial"' in line for line in received)
    assert not any("[DONE]" in line for line in received)
    stack.start()
    wait_for_all()
    assert list(Task.objects.values_list("state", "attempt", "used_units")) == [("succeeded", 1, 30)]
    assert owner.calls() == ["work", "work"]
    check_all_ended_once(owner, spent=30)


def read_stream(owner: Owner, path: str, received: list[str]) -> None:
    """Read events until the server ends the stream or cuts it."""
    headers = {"Authorization": f"Bearer {owner.key}"}
    try:
        with httpx2.stream("GET", f"{owner.stack.base_url}{path}", headers=headers, timeout=60) as reply:
            received.extend(reply.iter_lines())
    except httpx2.HTTPError as error:
        received.append(type(error).__name__)
