"""A task as the platform contract shows it (P-2.3, P-2.4)."""

from typing import Any

from django.conf import settings

from common.contracts.platform import task_error
from common.contracts.wire import find_timestamp, int64, timestamp
from tasks import selectors
from tasks.models import Output, Task
from tasks.states import State


def render_task(task: Task) -> dict[str, Any]:
    """Return the task with its results so far; ``target`` is the first result, ``targets`` are all."""
    kind = task.payload["target"]
    # A queued task has no results yet, and the reply that accepts a call is not kept waiting for an empty read.
    outputs = task.outputs.all() if task.attempt else ()
    targets = [render_output(output, kind) for output in outputs]
    charged = task.hold.charged
    return {
        "id": str(task.pk),
        "feature": task.kind,
        "status": task.state,
        "progress": task.progress,
        "target": {name: value for name, value in targets[0].items() if name != "index"} if targets else None,
        "targets": targets,
        "usage": {"credits": int64(charged or 0), "reserved": int64(0 if charged is not None else task.hold.amount)},
        "provider": task.provider,
        "model": task.model,
        "attempt": task.attempt,
        "createdAt": timestamp(task.created_at),
        "startedAt": find_timestamp(task.started_at),
        "finishedAt": find_timestamp(task.finished_at),
        "error": task_error(task.error_kind, task.error_message) if task.state == State.FAILED else None,
    }


def render_output(output: Output, kind: str) -> dict[str, Any]:
    """Return one result: its text, or a signed link to its file."""
    data: dict[str, Any] = {"type": output.content_type}
    if output.file is None:
        data["text"] = output.text or ""
    else:
        file = output.file
        data["src"] = absolute(selectors.make_link(file=file, expires_seconds=settings.FILE_LINK_SECONDS))
        data["file"] = str(file.pk)
        data["size"] = int64(file.size_bytes)
    # A feature that tells what it writes has both results: the text is no speech.
    shown = "text" if output.text is not None and output.content_type == "text/plain" else kind
    return {"index": output.index, "type": shown, "data": data}


def absolute(link: str) -> str:
    """Return a link that works from anywhere: local files are served under the public address."""
    return f"{settings.PUBLIC_URL}{link}" if link.startswith("/") else link
