"""A Replicate of our own over real HTTP on loopback: models with schemas, files, predictions that go on look by look.

A prediction begins ``starting`` and takes a step whenever it is looked at: the next of :attr:`FakeReplicate.steps`, the last of which
stays.
"""

import itertools
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.job_vendor import Answer, FakeJobVendor, Received

TOKEN = "r8_test-of-the-fake"
CREATED_AT = "2026-11-20T09:00:00.000Z"
INPUT = {
    "prompt": {"type": "string"},
    "negative_prompt": {"type": "string"},
    "width": {"type": "integer", "minimum": 256, "maximum": 768},
    "height": {"type": "integer", "minimum": 256, "maximum": 1440},
    "num_outputs": {"type": "integer", "minimum": 1, "maximum": 4},
    "seed": {"type": "integer"},
    "output_format": {"allOf": [{"$ref": "#/components/schemas/output_format"}]},
}
WORDS = {"output_format": {"type": "string", "enum": ["webp", "jpg", "png"]}}


class FakeReplicate(FakeJobVendor):
    """The running server. Use as a context manager, or through the ``replicate_server`` fixture."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[dict[str, Any]] = [{"status": "processing"}, {"status": "succeeded", "output": []}]
        self.schemas: dict[str, Any] = {"acme/painter": INPUT}
        self.predictions: dict[str, dict[str, Any]] = {}
        self.looks: dict[str, int] = {}
        self.cancelled: list[str] = []
        self.was_cancelled = threading.Event()
        self._numbers = itertools.count(1)

    def answer(self, request: Received) -> Answer:
        """Return the reply to a request."""
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            problem = {"title": "Unauthenticated", "detail": f"{request.headers.get('authorization')} is no token.", "status": 401}
            return Answer(problem, 401)
        return self._answer(request) or Answer({"title": "Not found", "detail": "There is no such thing.", "status": 404}, 404)

    def _answer(self, request: Received) -> Answer | None:
        match request.method, request.path.removeprefix("/v1/").split("/"):
            case "POST", ["predictions"]:
                return self._create(request.json["version"], request)
            case "POST", ["models", owner, name, "predictions"]:
                return self._create(f"{owner}/{name}", request)
            case "GET", ["predictions", name] if name in self.predictions:
                return Answer(self._step(name))
            case "POST", ["predictions", name, "cancel"] if name in self.predictions:
                self.cancelled.append(name)
                self.was_cancelled.set()
                return Answer(self.predictions[name] | {"status": "canceled"})
            case "GET", ["models", owner, name] if f"{owner}/{name}" in self.schemas:
                return Answer(self._model(owner, name))
            case "GET", ["models", owner, name, "versions", version] if f"{owner}/{name}" in self.schemas:
                return Answer(self._model(owner, name)["latest_version"] | {"id": version})
            case "POST", ["files"]:
                return Answer(self._file(), 201)
        return None

    def _create(self, model: str, request: Received) -> Answer:
        name = f"prediction{next(self._numbers)}"
        self.predictions[name] = {
            "id": name,
            "model": model,
            "version": "hidden",
            "input": request.json["input"],
            "output": None,
            "logs": "",
            "error": None,
            "status": "starting",
            "created_at": CREATED_AT,
            "urls": {"get": f"{self.base_url}/v1/predictions/{name}", "cancel": f"{self.base_url}/v1/predictions/{name}/cancel"},
        }
        return Answer(self.predictions[name], 201)

    def _step(self, name: str) -> dict[str, Any]:
        prediction = self.predictions[name]
        if prediction["status"] in {"starting", "processing"}:
            number = self.looks.get(name, 0)
            self.looks[name] = number + 1
            prediction |= self.steps[min(number, len(self.steps) - 1)]
        return prediction

    def _model(self, owner: str, name: str) -> dict[str, Any]:
        schema = {"components": {"schemas": {"Input": {"properties": self.schemas[f"{owner}/{name}"]}, **WORDS}}}
        version = {"id": "5c7d" * 16, "created_at": CREATED_AT, "cog_version": "0.9.0", "openapi_schema": schema}
        return {
            "url": f"https://replicate.com/{owner}/{name}",
            "owner": owner,
            "name": name,
            "visibility": "public",
            "run_count": 3,
            "latest_version": version,
        }

    def _file(self) -> dict[str, Any]:
        return {
            "id": "file1",
            "name": "source.png",
            "content_type": "image/png",
            "size": 1,
            "etag": "e",
            "checksums": {},
            "metadata": {},
            "created_at": CREATED_AT,
            "urls": {"get": f"{self.base_url}/v1/files/file1"},
        }


@pytest.fixture
def replicate_server() -> Iterator[FakeReplicate]:
    """A running fake of Replicate, fresh for each test."""
    with FakeReplicate() as fake:
        yield fake
