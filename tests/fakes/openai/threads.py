"""``/v1/threads`` and ``/v1/assistants`` of the fake, as they were until OpenAI shut them down. A run that is left goes on."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes.openai.wire import make_id, now, page
from tests.fakes.vendor import Json, Refused, Sse, count_tokens, split


class Threads:
    """The threads, runs and assistants that there are."""

    def __init__(self) -> None:
        self.messages: dict[str, list[dict[str, Any]]] = {}
        self.runs: dict[str, dict[str, Any]] = {}
        self.assistants: list[dict[str, Any]] = []
        self._made: dict[str, dict[str, Any]] = {}

    def create(self, body: dict[str, Any]) -> Json:
        """Make a thread."""
        made: dict[str, Any] = {"id": make_id("thread"), "object": "thread", "created_at": now(), "tool_resources": {}, "metadata": {}}
        self._made[made["id"]] = made
        self.messages[made["id"]] = []
        return Json(made)

    def get(self, name: str) -> Json:
        """Read a thread."""
        self.find(name)
        return Json(self._made[name])

    def delete(self, name: str) -> Json:
        """Delete a thread."""
        self.find(name)
        del self.messages[name]
        return Json({"id": name, "object": "thread.deleted", "deleted": True})

    def list_messages(self, name: str, query: Mapping[str, str]) -> Json:
        """List what was said."""
        return page(self.find(name), query)

    def add_message(self, name: str, body: dict[str, Any]) -> Json:
        """Say something."""
        self.find(name).append(message := _message(name, body["role"], body["content"]))
        return Json(message)

    def list_assistants(self, query: Mapping[str, str]) -> Json:
        """List the assistants."""
        return page(self.assistants, query)

    def create_assistant(self, body: dict[str, Any]) -> Json:
        """Make an assistant."""
        empty: dict[str, Any] = {"name": None, "description": None, "instructions": None, "tools": [], "metadata": {}}
        facts = {"id": make_id("asst"), "object": "assistant", "created_at": now()}
        self.assistants.append(made := empty | body | facts)
        return Json(made)

    def cancel(self, name: str, run_id: str) -> Json:
        """Cancel a run."""
        self.find(name)
        self.runs[run_id] |= {"status": "cancelled", "cancelled_at": now()}
        return Json(self.runs[run_id])

    def find(self, name: str) -> list[dict[str, Any]]:
        """Return what was said, or refuse."""
        if name not in self.messages:
            raise Refused(404, f"No thread found with id '{name}'.")
        return self.messages[name]

    def run(self, name: str, body: dict[str, Any], reply: str, problem: str) -> Json | Iterator[Sse]:
        """Answer what was said."""
        said = self.find(name)
        busy = [run["id"] for run in self.runs.values() if run["thread_id"] == name and run["status"] == "in_progress"]
        if busy:
            raise Refused(400, f"Thread {name} already has an active run {busy[0]}.")
        if body.get("assistant_id") not in [row["id"] for row in self.assistants]:
            raise Refused(404, "No assistant found.")
        said.extend(_message(name, each["role"], each["content"]) for each in body.get("additional_messages") or [])
        run = _run(name, body)
        self.runs[run["id"]] = run
        if body.get("stream"):
            return self._stream(run, reply, problem)
        list(self._stream(run, reply, problem))
        return Json(run)

    def _stream(self, run: dict[str, Any], reply: str, problem: str) -> Iterator[Sse]:
        message = _message(run["thread_id"], "assistant", reply) | {"assistant_id": run["assistant_id"], "run_id": run["id"]}
        begun = message | {"status": "in_progress", "completed_at": None, "content": []}
        yield _event("thread.run.created", run | {"status": "queued"})
        yield _event("thread.run.queued", run | {"status": "queued"})
        yield _event("thread.run.in_progress", run)
        yield _event("thread.message.created", begun)
        yield _event("thread.message.in_progress", begun)
        for piece in split(reply):
            part = {"index": 0, "type": "text", "text": {"value": piece, "annotations": []}}
            delta = {"id": message["id"], "object": "thread.message.delta", "delta": {"content": [part]}}
            yield Sse(delta, name="thread.message.delta", text=True)
        if problem == "failed":
            error = {"code": "server_error", "message": "Sorry, something went wrong."}
            run |= {"status": "failed", "failed_at": now(), "last_error": error}
            yield _event("thread.run.failed", run)
        else:
            yield _event("thread.message.completed", message)
            self.find(run["thread_id"]).append(message)
            spent = count_tokens(reply)
            usage = {"prompt_tokens": 0, "completion_tokens": spent, "total_tokens": spent}
            run |= {"status": "completed", "completed_at": now(), "expires_at": None, "usage": usage}
            yield _event("thread.run.completed", run)
        yield Sse("[DONE]", name="done")


def _event(name: str, data: dict[str, Any]) -> Sse:
    return Sse(dict(data), name=name)


def _message(thread: str, role: str, text: str) -> dict[str, Any]:
    return {
        "id": make_id("msg"),
        "object": "thread.message",
        "created_at": now(),
        "thread_id": thread,
        "status": "completed",
        "incomplete_details": None,
        "completed_at": now(),
        "incomplete_at": None,
        "role": role,
        "content": [{"type": "text", "text": {"value": text, "annotations": []}}],
        "assistant_id": None,
        "run_id": None,
        "attachments": [],
        "metadata": {},
    }


def _run(thread: str, body: dict[str, Any]) -> dict[str, Any]:
    nothing = (
        "required_action last_error cancelled_at failed_at completed_at incomplete_details usage max_prompt_tokens max_completion_tokens"
    )
    return dict.fromkeys(nothing.split()) | {
        "id": make_id("run"),
        "object": "thread.run",
        "created_at": now(),
        "thread_id": thread,
        "assistant_id": body["assistant_id"],
        "status": "in_progress",
        "expires_at": now() + 600,
        "started_at": now(),
        "model": body.get("model") or "gpt-test",
        "instructions": "",
        "tools": [],
        "metadata": {},
        "truncation_strategy": {"type": "auto", "last_messages": None},
        "tool_choice": "auto",
        "parallel_tool_calls": True,
        "response_format": "auto",
        "temperature": 1.0,
        "top_p": 1.0,
    }
