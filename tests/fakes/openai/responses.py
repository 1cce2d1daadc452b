"""``/v1/conversations`` and ``/v1/responses`` of the fake: a complete response adds its input and output to the conversation."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from tests.fakes.openai.wire import make_id, now, page
from tests.fakes.vendor import Json, Refused, Sse, count_tokens, split


class Conversations:
    """The conversations that there are."""

    def __init__(self) -> None:
        self.items: dict[str, list[dict[str, Any]]] = {}
        self._made: dict[str, dict[str, Any]] = {}

    def create(self, body: dict[str, Any]) -> Json:
        """Make one."""
        metadata = body.get("metadata") or {}
        made: dict[str, Any] = {"id": make_id("conv"), "object": "conversation", "created_at": now(), "metadata": metadata}
        self._made[made["id"]] = made
        self.items[made["id"]] = [message_of(item) for item in body.get("items") or []]
        return Json(made)

    def get(self, name: str) -> Json:
        """Read one."""
        self.find(name)
        return Json(self._made[name])

    def delete(self, name: str) -> Json:
        """Delete one."""
        self.find(name)
        del self.items[name]
        return Json({"id": name, "object": "conversation.deleted", "deleted": True})

    def list_items(self, name: str, query: Mapping[str, str]) -> Json:
        """List what was said."""
        return page(self.find(name), query)

    def find(self, name: str) -> list[dict[str, Any]]:
        """Return what was said, or refuse."""
        if name not in self.items:
            raise Refused(404, f"Conversation with id '{name}' not found.", code="conversation_not_found")
        return self.items[name]


def message_of(given: dict[str, Any]) -> dict[str, Any]:
    """Return an input message as it is kept."""
    content = given["content"]
    parts = [{"type": "input_text", "text": content}] if isinstance(content, str) else content
    return {"type": "message", "id": make_id("msg"), "status": "completed", "role": given["role"], "content": parts}


def respond(body: dict[str, Any], reply: str, conversations: Conversations, problem: str) -> Json | Iterator[Sse]:
    """Answer a request with ``reply``, whole or as a stream."""
    given = body.get("input")
    if not given:
        raise Refused(400, "Missing required parameter: 'input'.", code="missing_required_parameter", param="input")
    asked = [message_of(item) for item in ([{"role": "user", "content": given}] if isinstance(given, str) else given)]
    named = body.get("conversation")
    name = named["id"] if isinstance(named, dict) else named
    kept = conversations.find(name) if name else []
    events = _stream(_begin(body, name), asked, kept, reply, problem)
    if body.get("stream"):
        return events
    return Json(list(events)[-1].data["response"])


def _begin(body: dict[str, Any], conversation: str | None) -> dict[str, Any]:
    return {
        "id": make_id("resp"),
        "object": "response",
        "created_at": now(),
        "status": "in_progress",
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": body.get("instructions"),
        "max_output_tokens": None,
        "model": body["model"],
        "output": [],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "conversation": {"id": conversation} if conversation else None,
        "service_tier": "default",
        "temperature": 1.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
        "metadata": {},
    }


def _stream(response: dict[str, Any], asked: list[dict[str, Any]], kept: list[dict[str, Any]], reply: str, problem: str) -> Iterator[Sse]:
    numbers = itertools.count()

    def event(kind: str, facts: dict[str, Any], *, is_text: bool = False) -> Sse:
        return Sse({"type": kind, "sequence_number": next(numbers)} | facts, name=kind, text=is_text)

    item = {"type": "message", "id": make_id("msg"), "status": "in_progress", "role": "assistant", "content": []}
    place = {"item_id": item["id"], "output_index": 0, "content_index": 0}
    yield event("response.created", {"response": response})
    yield event("response.in_progress", {"response": response})
    yield event("response.output_item.added", {"output_index": 0, "item": item})
    yield event("response.content_part.added", place | {"part": _part("")})
    for piece in split(reply):
        yield event("response.output_text.delta", place | {"delta": piece, "logprobs": []}, is_text=True)
    yield event("response.output_text.done", place | {"text": reply, "logprobs": []})
    yield event("response.content_part.done", place | {"part": _part(reply)})
    said = item | {"status": "completed", "content": [_part(reply)]}
    yield event("response.output_item.done", {"output_index": 0, "item": said})
    if problem == "failed":
        error = {"code": "server_error", "message": "The server had an error."}
        yield event("response.failed", {"response": response | {"status": "failed", "error": error}})
        return
    kept.extend([*asked, said])
    yield event("response.completed", {"response": response | _finish(asked, said, reply)})


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _finish(asked: list[dict[str, Any]], said: dict[str, Any], reply: str) -> dict[str, Any]:
    read = sum(count_tokens(part["text"]) for item in asked for part in item["content"])
    usage = {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": count_tokens(reply),
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + count_tokens(reply),
    }
    return {"status": "completed", "completed_at": now(), "output": [said], "usage": usage}
