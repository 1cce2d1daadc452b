"""Threads as Conversations, answered by Responses: OpenAI's present dialect.

Wire: ``POST|DELETE /v1/conversations``, ``GET …/items``, ``POST /v1/responses`` with ``conversation`` and ``stream`` (OpenAI's OpenAPI
document, 2026-08-21). The vendor adds the message and the reply to the conversation when the response is complete; so a reply that was cut
off, or left, is in our history and not in the vendor's.
"""

from collections.abc import Generator, Iterator, Sequence
from typing import Any

import openai
from openai.types.responses import ResponseStreamEvent

from aitasks.features import units
from aitasks.providers import faults, reply
from aitasks.providers.openai import failures, upstream
from aitasks.providers.port import Access, Event
from aitasks.providers.threads import ThreadGone, ThreadMessage

PAGE = 100
ROLES = ("user", "assistant")


def create(access: Access) -> str:
    """Make a conversation and return its id."""
    with failures.translated(access), upstream.open_client(access) as client:
        return client.conversations.create().id


def delete(access: Access, thread_id: str) -> None:
    """Delete the conversation, if it is still there."""
    with failures.translated(access), upstream.open_client(access) as client:
        try:
            client.conversations.delete(thread_id)
        except openai.NotFoundError:
            return


def list_messages(access: Access, thread_id: str) -> Sequence[ThreadMessage]:
    """Return the conversation's messages, oldest first; raises ``ThreadGone``."""
    with failures.translated(access), upstream.open_client(access) as client:
        try:
            items: list[Any] = list(client.conversations.items.list(thread_id, order="asc", limit=PAGE))
        except openai.NotFoundError:
            raise ThreadGone(thread_id) from None
        return [
            ThreadMessage(id=item.id, role=item.role, content="".join(getattr(part, "text", "") for part in item.content))
            for item in items
            if item.type == "message" and item.role in ROLES
        ]


def send(access: Access, model: str, thread_id: str, content: str, *, characters_max: int) -> Iterator[Event]:
    """Send a user's message and yield the reply; raises ``ThreadGone``."""

    def begin(client: openai.OpenAI) -> Iterator[ResponseStreamEvent]:
        try:
            return client.responses.create(
                model=model, conversation=thread_id, input=[{"type": "message", "role": "user", "content": content}], stream=True
            )
        except openai.NotFoundError as error:
            if error.code == "model_not_found":
                raise
            raise ThreadGone(thread_id) from None

    counted = units.count_input(source_type="", source_characters=0, prompt=content, negative="")
    yield from reply.deliver(_read(upstream.stream(access, begin)), counted=counted, characters_max=characters_max)


def _read(events: Generator[ResponseStreamEvent | None, None, None]) -> Generator[reply.Piece, None, None]:
    try:
        for event in events:
            yield from _read_one(event)
    except (AttributeError, TypeError) as error:
        raise faults.Garbled(faults.GARBLED) from error
    finally:
        events.close()


def _read_one(event: Any) -> Iterator[reply.Piece]:
    if event is None:
        yield None
    elif event.type in {"response.output_text.delta", "response.refusal.delta"}:
        yield event.delta
    elif event.type in {"response.completed", "response.incomplete"}:
        if event.response.usage:
            yield reply.Tokens(input=event.response.usage.input_tokens, output=event.response.usage.output_tokens)
        yield reply.Ended()
    elif event.type == "response.failed":
        problem = event.response.error
        raise failures.say(code=str(problem.code) if problem else "", words=problem.message if problem else "")
    elif event.type == "error":
        raise failures.say(code=str(event.code), words=event.message)
