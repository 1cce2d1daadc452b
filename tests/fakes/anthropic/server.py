"""An Anthropic of our own: ``/v1/messages``, streamed and whole.

It answers with :attr:`FakeAnthropic.reply`, a word at a time, after :attr:`FakeAnthropic.thought` if there is one; ``stop_reason`` is why
it stops. How it goes wrong is said in :mod:`tests.fakes.vendor`. The tests hold what it sends against the types of the vendor's SDK.
"""

import itertools
from base64 import b64decode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from aitasks.providers.port import Access, Model
from tests.fakes.vendor import Answer, FakeVendor, Json, Received, Refused, Sse, Trouble, count_tokens, split

KEY = "sk-ant-api03-of-the-fake"
MODELS = ("claude-test", "claude-test-mini")
VERSION = "2026-10-21"
"""What the SDK 2.11 speaks."""
TYPES = {
    400: "invalid_request_error", 401: "authentication_error", 402: "billing_error", 403: "permission_error", 404: "not_found_error",
    413: "request_too_large", 429: "rate_limit_error", 504: "timeout_error", 529: "overloaded_error",
}  # fmt: skip
IMAGES = ("image/png", "image/jpeg", "image/webp", "image/gif")
_numbers = itertools.count(1)


class FakeAnthropic(FakeVendor):
    """The running server. Use as a context manager, or through the ``anthropic_server`` fixture."""

    def __init__(self) -> None:
        super().__init__()
        self.reply = "All is well here today."
        self.thought = ""
        self.stop_reason = "end_turn"

    def give_access(self, **facts: Any) -> Access:
        """Return access to it, with patience for a machine that is busy."""
        models = tuple(Model(name=name) for name in MODELS)
        given: dict[str, Any] = {"name": "fake", "models": models, "timeout_seconds": 10.0, "idle_seconds": 10.0}
        return Access(base_url=self.root_url, credential=KEY, **(given | facts))

    def answer(self, request: Received, trouble: Trouble) -> tuple[str, Answer]:
        """Answer as the vendor does."""
        path = urlsplit(request.path).path
        if request.headers.get("authorization") != f"Bearer {KEY}":
            raise Refused(401, "invalid bearer token")
        if request.headers.get("anthropic-version") != VERSION:
            raise Refused(400, "anthropic-version: header is required")
        if (request.method, path) != ("POST", "/v1/messages"):
            raise Refused(404, "Not Found")
        check(request.body)
        return "/v1/messages", self._stream(request.body) if request.body.get("stream") else Json(self._complete(request.body))

    def write_error(self, refused: Refused) -> Any:
        """Write an error as the vendor does."""
        kind = refused.code or TYPES.get(refused.status, "invalid_request_error" if 400 <= refused.status < 500 else "api_error")
        return {"type": "error", "error": {"type": kind, "message": refused.message}, "request_id": f"req_{next(_numbers):024x}"}

    def write_error_event(self, route: str, trouble: Trouble) -> Sse:
        """Write an error inside a stream as the vendor does."""
        return Sse(self.write_error(Refused(500, trouble.message, code=trouble.code)), name="error")

    def _begin(self, body: dict[str, Any]) -> dict[str, Any]:
        usage = {
            "input_tokens": sum(count_tokens(text) for text in read_texts(body)),
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": 1,
            "service_tier": "standard",
        }
        facts = {"id": f"msg_{next(_numbers):024x}", "type": "message", "role": "assistant", "model": body["model"], "content": []}
        return facts | {"stop_reason": None, "stop_sequence": None, "usage": usage}

    def _complete(self, body: dict[str, Any]) -> dict[str, Any]:
        begun = self._begin(body)
        usage = begun["usage"] | {"output_tokens": count_tokens(self.reply)}
        return begun | {"content": [{"type": "text", "text": self.reply}], "stop_reason": self.stop_reason, "usage": usage}

    def _stream(self, body: dict[str, Any]) -> Iterator[Sse]:
        yield _event("message_start", message=self._begin(body))
        index = 0
        if self.thought:
            yield _event("content_block_start", index=0, content_block={"type": "thinking", "thinking": "", "signature": ""})
            yield _event("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": self.thought})
            yield _event("content_block_delta", index=0, delta={"type": "signature_delta", "signature": "EqQB"})
            yield _event("content_block_stop", index=0)
            index = 1
        yield _event("content_block_start", index=index, content_block={"type": "text", "text": ""})
        yield _event("ping")
        for piece in split(self.reply):
            yield _event("content_block_delta", is_text=True, index=index, delta={"type": "text_delta", "text": piece})
        yield _event("content_block_stop", index=index)
        written = count_tokens(self.reply)
        yield _event("message_delta", delta={"stop_reason": self.stop_reason, "stop_sequence": None}, usage={"output_tokens": written})
        yield _event("message_stop")


def check(body: dict[str, Any]) -> None:
    """Refuse what the vendor refuses."""
    if body.get("model") not in MODELS:
        raise Refused(404, f"model: {body.get('model')}")
    if not isinstance(body.get("max_tokens"), int) or body["max_tokens"] < 1:
        raise Refused(400, "max_tokens: Field required")
    messages = body.get("messages")
    if not messages:
        raise Refused(400, "messages: at least one message is required")
    for number, message in enumerate(messages):
        if message["role"] not in {"user", "assistant"}:
            raise Refused(400, f"messages.{number}.role: Input should be 'user' or 'assistant'")
        if not message["content"]:
            raise Refused(400, f"messages.{number}: all messages must have non-empty content")
    if messages[-1]["role"] != "user":
        raise Refused(400, "This model does not support assistant message prefill.")
    for block in read_blocks(body):
        _check_block(block)


def _check_block(block: dict[str, Any]) -> None:
    if block["type"] == "text":
        return
    allowed = {"image": IMAGES, "document": ("application/pdf",)}.get(block["type"], ())
    source = block.get("source", {})
    if source.get("type") != "base64" or source.get("media_type") not in allowed or not b64decode(source["data"], validate=True):
        raise Refused(400, "messages.0.content.0.source: Could not process it")


def read_blocks(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every block of what was said."""
    contents = [message["content"] for message in body["messages"]]
    return [block for content in contents for block in ([{"type": "text", "text": content}] if isinstance(content, str) else content)]


def read_texts(body: dict[str, Any]) -> list[str]:
    """Return every text that was sent."""
    return [body.get("system", ""), *(block["text"] for block in read_blocks(body) if block["type"] == "text")]


def _event(kind: str, *, is_text: bool = False, **facts: Any) -> Sse:
    return Sse({"type": kind} | facts, name=kind, text=is_text)


@pytest.fixture
def anthropic_server() -> Iterator[FakeAnthropic]:
    """A running fake of Anthropic, fresh for each test."""
    with FakeAnthropic() as fake:
        yield fake
