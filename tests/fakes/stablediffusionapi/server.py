"""A ModelsLab of our own over real HTTP on loopback: everything is a POST with the key in its body, and errors come with status 200.

A generation is ``processing`` when it is asked for, unless :attr:`FakeModelsLab.is_quick`, and takes a step whenever it is looked at: the
next of ``steps``, the last of which stays.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.job_vendor import Answer, FakeJobVendor, Received

KEY = "modelslab-test-of-the-fake"
PATHS = ("images/text2img", "images/img2img", "voice/sfx")


class FakeModelsLab(FakeJobVendor):
    """The running server. Use as a context manager, or through the ``modelslab_server`` fixture."""

    def __init__(self) -> None:
        super().__init__()
        self.is_quick = False
        self.steps: list[dict[str, Any]] = [{"status": "success", "output": []}]
        self.looks: dict[str, int] = {}
        self._numbers = itertools.count(101)

    @property
    def api_url(self) -> str:
        """Return what ``STABLEDIFFUSIONAPI_BASE_URL`` would be."""
        return f"{self.base_url}/api/v6"

    def answer(self, request: Received) -> Answer:
        """Return the reply to a request."""
        body = request.json
        if body.get("key") != KEY:
            return Answer({"status": "error", "message": f"Invalid API key {body.get('key')}"})
        path = request.path.removeprefix("/api/v6/")
        if path in PATHS:
            return self._create(body)
        name = str(body.get("request_id") or path.removeprefix("voice/fetch/"))
        if name not in self.looks:
            return Answer({"status": "failed", "message": "Request not found"})
        number = self.looks[name]
        self.looks[name] += 1
        return Answer({"id": int(name), **self.steps[min(number, len(self.steps) - 1)]})

    def _create(self, body: dict[str, Any]) -> Answer:
        if not body.get("prompt"):
            return Answer({"status": "error", "message": {"prompt": ["The prompt field is required."]}})
        if self.is_quick:
            return Answer({"id": next(self._numbers), "generationTime": 1.5, "meta": {}, **self.steps[-1]})
        name = str(next(self._numbers))
        self.looks[name] = 0
        return Answer(
            {
                "status": "processing",
                "tip": "Your request is in the queue.",
                "eta": 0.3,
                "messege": "Try to fetch request after seconds estimated",
                "fetch_result": f"{self.base_url}/elsewhere/{name}",
                "id": int(name),
                "output": [],
                "future_links": [f"{self.base_url}/files/future.png"],
                "meta": {},
            }
        )


@pytest.fixture
def modelslab_server() -> Iterator[FakeModelsLab]:
    """A running fake of ModelsLab, fresh for each test."""
    with FakeModelsLab() as fake:
        yield fake
