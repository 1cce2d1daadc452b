"""``/v1/chat/completions`` of the fake."""

from collections.abc import Iterator
from typing import Any

from tests.fakes.openai.wire import make_id, now
from tests.fakes.vendor import Json, Refused, Sse, count_tokens, split


def complete(body: dict[str, Any], reply: str, problem: str) -> Json | Iterator[Sse]:
    """Answer a request with ``reply``, whole or as a stream."""
    messages = body.get("messages")
    if not messages:
        raise Refused(400, "[] is too short - 'messages'", param="messages")
    head = {"id": make_id("chatcmpl"), "created": now(), "model": body["model"]}
    asked = sum(count_tokens(_read(message["content"])) for message in messages)
    usage = {"prompt_tokens": asked, "completion_tokens": count_tokens(reply), "total_tokens": asked + count_tokens(reply)}
    if body.get("stream"):
        wants_usage = (body.get("stream_options") or {}).get("include_usage", False)
        return _stream(head, reply, usage if wants_usage else None, problem)
    message: dict[str, Any] = {"role": "assistant", "content": reply, "refusal": None, "annotations": []}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return Json(head | {"object": "chat.completion", "choices": [choice], "usage": usage})


def _read(content: str | list[dict[str, Any]]) -> str:
    """Return the text of a message; refuses an image that is none."""
    if isinstance(content, str):
        return content
    for part in content:
        if part["type"] == "image_url" and not part["image_url"]["url"].startswith("data:image/"):
            raise Refused(400, "Invalid image URL.", code="invalid_image_url", param="messages")
    return " ".join(part["text"] for part in content if part["type"] == "text")


def _stream(head: dict[str, Any], reply: str, usage: dict[str, int] | None, problem: str) -> Iterator[Sse]:
    def chunk(delta: dict[str, Any], finish: str | None = None, *, text: bool = False) -> Sse:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return Sse(head | {"object": "chat.completion.chunk", "choices": [choice]}, text=text)

    yield chunk({"role": "assistant", "content": ""})
    for piece in split(reply):
        yield chunk({"content": piece}, text=True)
    yield chunk({}, "content_filter" if problem == "filter" else "stop")
    if usage:
        yield Sse(head | {"object": "chat.completion.chunk", "choices": [], "usage": usage})
    yield Sse("[DONE]")
