"""The client: tasks from start to end, text as it is generated, files up and down."""

import mimetypes
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import httpx

from tollgate import following
from tollgate.errors import TaskFailed, TookTooLong, check
from tollgate.generated.client import AuthenticatedClient
from tollgate.generated.models.file import File
from tollgate.generated.models.task import Task

FINISHED = frozenset(("succeeded", "failed", "cancelled"))
PAUSE_SECONDS_MIN, PAUSE_SECONDS_MAX = 0.1, 2.0
Progress = Callable[[int], None]


class Body(Protocol):
    """A class of ``tollgate.models``."""

    def to_dict(self) -> dict[str, Any]:
        """Return the body as JSON."""


class Tollgate:
    """One installation, as one key or access token.

    ``api`` is the generated client: give it to any function of ``tollgate.generated.api`` for what has no method here. A context manager:
    its connections close with the block.
    """

    def __init__(self, base_url: str, token: str, *, timeout_seconds: float = 70) -> None:
        self.api = AuthenticatedClient(
            base_url=base_url.rstrip("/"), token=token, timeout=httpx.Timeout(timeout_seconds), raise_on_unexpected_status=True
        )
        self._http = self.api.get_httpx_client()

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the connections."""
        self._http.close()

    def run(
        self,
        feature: str,
        call: Body | Mapping[str, Any],
        *,
        on_progress: Progress | None = None,
        timeout_seconds: float = 900,
        idempotency_key: str = "",
    ) -> Task:
        """Call a feature and return its task when it has succeeded; raises ``TaskFailed``, ``ApiError``, ``TookTooLong``."""
        task = self.start(feature, call, idempotency_key=idempotency_key)
        return self.wait(task, on_progress=on_progress, timeout_seconds=timeout_seconds)

    def start(self, feature: str, call: Body | Mapping[str, Any], *, idempotency_key: str = "") -> Task:
        """Call a feature and return its task as it is now; the same key and call give the same task."""
        headers = {"Prefer": "wait=0"} | ({"Idempotency-Key": idempotency_key} if idempotency_key else {})
        return Task.from_dict(check(self._http.post(f"/api/ai/{feature}", json=_json(call), headers=headers)).json())

    def get(self, task: Task) -> Task:
        """Return the task as it is now, with fresh links to its files."""
        return Task.from_dict(check(self._http.get(_path(task))).json())

    def wait(self, task: Task, *, on_progress: Progress | None = None, timeout_seconds: float = 900) -> Task:
        """Return the task when it has succeeded, telling ``on_progress`` (0 to 100) on the way; raises as :meth:`run`."""
        until = time.monotonic() + timeout_seconds
        pause, told = PAUSE_SECONDS_MIN, -1
        while True:
            if on_progress and task.progress != told:
                told = task.progress
                on_progress(told)
            if task.status in FINISHED:
                break
            if time.monotonic() > until:
                raise TookTooLong(f"{task.feature} {task.id} has not ended within {timeout_seconds:g} seconds.")
            time.sleep(pause)
            pause = min(pause * 1.5, PAUSE_SECONDS_MAX)
            task = self.get(task)
        if task.status != "succeeded":
            raise TaskFailed(task)
        return task

    def events(self, task: Task, *, after: int = 0) -> Iterator[dict[str, Any]]:
        """Yield the task's events as they come: progress, partial results, the end. A broken connection is resumed."""
        return following.follow(self._http, f"{_path(task)}/events", after=after)

    def stream(self, feature: str, call: Body | Mapping[str, Any]) -> Iterator[str]:
        """Call a feature and yield its text as it is generated; raises ``TaskFailed`` when it breaks off."""
        body = _json(call) | {"stream": True}
        task: Task | None = None
        with self._http.stream("POST", f"/api/ai/{feature}", json=body) as response:
            for _, event in following.read(response):
                if event and event.get("delta"):
                    yield event["delta"]["text"]
                elif event and event.get("event") == "completed":
                    task = Task.from_dict(event)
        if task is not None and task.status != "succeeded":
            raise TaskFailed(task)

    def cancel(self, task: Task) -> Task:
        """Cancel an unfinished task and return it; what it delivered is charged, the rest goes back. A finished one is removed."""
        response = check(self._http.delete(_path(task)))
        return task if response.status_code == httpx.codes.NO_CONTENT else Task.from_dict(response.json())

    def upload(self, path: str | Path) -> File:
        """Upload a file, whose ``id`` is then good as the source of calls."""
        path = Path(path)
        with path.open("rb") as content:
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return File.from_dict(check(self._http.post("/api/user/files", files={"file": (path.name, content, kind)})).json())

    def download(self, link: str, path: str | Path) -> Path:
        """Write what a result's link (``target.data.src``) leads to into ``path``, piece by piece, and return it."""
        path = Path(path)
        # The link is its own permission: the key stays here.
        with httpx.stream("GET", link, timeout=self._http.timeout) as response, path.open("wb") as file:
            check(response)
            for piece in response.iter_bytes():
                file.write(piece)
        return path


def _json(call: Body | Mapping[str, Any]) -> dict[str, Any]:
    return dict(call) if isinstance(call, Mapping) else call.to_dict()


def _path(task: Task) -> str:
    return f"/api/ai/{task.feature}/{task.id}"
