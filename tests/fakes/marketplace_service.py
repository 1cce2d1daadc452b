"""A service that follows the marketplace contract, as its provider sees it: ``/call`` and ``/result``, over real HTTP on loopback.

A request id is one task (M-2.5). A task is in progress until :meth:`finish` gives it its end; one that ends at once is told in ``endings``,
which the next new tasks take in turn.
"""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.fakes.job_vendor import Answer, FakeJobVendor, Received

TOKEN = "a-token-that-the-service-knows-us-by"
Ending = tuple[str, dict[str, Any]]
"""An error code without the service's own, and the response."""


class FakeService(FakeJobVendor):
    """The running service."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: dict[str, str] = {}
        self.ends: dict[str, Ending] = {}
        self.endings: list[Ending] = []
        self._numbers = count(1)

    def finish(self, task_id: str, code: str = "000", **response: Any) -> None:
        """End a task."""
        self.ends[task_id] = (code, response)

    def answer(self, request: Received) -> Answer:
        """Answer as the contract says."""
        if request.headers.get("x-marketplace-token") != TOKEN:
            return Answer(envelope("402", "who are you"), status=401)
        if request.path.endswith("/call"):
            return Answer(envelope("001", "pending", response={"taskId": self._find_task(request.headers["x-request-id"])}))
        task_id = request.json["taskId"]
        if task_id not in self.ids.values():
            return Answer(result("404", f"taskId: {task_id} is not exist"))
        code, response = self.ends.get(task_id, ("002", {}))
        return Answer(result(code, "as it is", **response))

    def _find_task(self, request_id: str) -> str:
        if request_id not in self.ids:
            task_id = self.ids[request_id] = f"task-{next(self._numbers)}"
            if self.endings:
                self.ends[task_id] = self.endings.pop(0)
        return self.ids[request_id]


def envelope(code: str, reason: str, **more: Any) -> dict[str, Any]:
    """Return what every reply has."""
    return {"apiVersion": "1.0.1", "service": "Fake", "errorCode": {"status": f"FK_{code}", "reason": reason}} | more


def result(code: str, reason: str, **response: Any) -> dict[str, Any]:
    """Return a reply of ``/result``, which is also what a callback says."""
    return envelope(code, reason, processDuration=1.5, response={"dataType": "META_DATA", "data": None} | response)


@pytest.fixture
def fake_service() -> Iterator[FakeService]:
    """A running service, fresh for each test."""
    with FakeService() as running:
        yield running
