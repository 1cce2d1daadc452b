"""The Messages API, always streamed, so that any reader may leave at any moment.

How the stream looks (https://platform.claude.com/docs/en/build-with-claude/streaming): ``message_start`` with the tokens read; for each
block ``content_block_start``, ``content_block_delta`` …, ``content_block_stop``; ``message_delta`` with the reason why it stopped and the
tokens written; ``message_stop``. ``ping`` may come at any time, and ``error`` instead of the rest. Blocks of thinking are not handed on.
"""

from collections.abc import Generator, Iterator, Sequence
from typing import Any

import anthropic
from anthropic.types import RawMessageStreamEvent

from aitasks.providers import faults, prompts, reply
from aitasks.providers.anthropic import upstream
from aitasks.providers.port import Access, Event, Work

SPARE_TOKENS = 4_096
"""What a model may think before it writes; it counts as written."""
TOKENS_MAX = 32_000
"""What every present model may write at once."""
TOO_LONG = "The AI provider's model does not read that much at once. Send less."


def run(access: Access, model: str, work: Work) -> Iterator[Event]:
    """Do a step with ``model``, yielding events."""
    characters_max = int(work.parameters["maxCharacters"])
    facts = _describe(work) | {"model": model, "max_tokens": count_tokens_max(characters_max)}

    def begin(client: anthropic.Anthropic) -> Iterator[RawMessageStreamEvent]:
        events: Iterator[RawMessageStreamEvent] = client.messages.create(stream=True, **facts)
        return events

    pieces = _read(upstream.stream(access, begin))
    yield from reply.deliver(pieces, counted=prompts.count_input(work), characters_max=characters_max)


def count_tokens_max(characters_max: int) -> int:
    """Return how many tokens the vendor may write: in no language does a token stand for less than a character, on average.

    The reply is cut at its characters by who reads it, who then hangs up; this is for a model that would not stop.
    """
    return min(TOKENS_MAX, characters_max + SPARE_TOKENS)


def _describe(work: Work) -> dict[str, Any]:
    """Return what the vendor is told: the rule apart from what is said; nothing empty, which it refuses."""
    messages = prompts.write_messages(work)
    said: list[Any] = [message for message in messages if message["role"] != "system" and message["content"]]
    facts: dict[str, Any] = {"messages": _show(said, work) if work.step == "extract" else said}
    rules = [message["content"] for message in messages if message["role"] == "system"]
    return facts | ({"system": "\n\n".join(rules)} if rules else {})


def _show(said: Sequence[Any], work: Work) -> list[Any]:
    """Return the messages with the file before the last one's words, where the vendor wants it."""
    kind = work.source.type if work.source else ""
    file = {
        "type": "document" if kind == prompts.DOCUMENT else "image",
        "source": {"type": "base64", "media_type": kind, "data": prompts.encode_source(work)},
    }
    last = said[-1]
    return [*said[:-1], {"role": last["role"], "content": [file, {"type": "text", "text": last["content"]}]}]


def _read(events: Generator[Any, None, None]) -> Generator[reply.Piece, None, None]:
    tokens_read = 0
    try:
        for event in events:
            if event is not None and event.type == "message_start":
                tokens_read = event.message.usage.input_tokens
            yield from _read_one(event, tokens_read)
    except (AttributeError, TypeError) as error:
        raise faults.Garbled(faults.GARBLED) from error
    finally:
        events.close()


def _read_one(event: Any, tokens_read: int) -> Iterator[reply.Piece]:
    if event is None:
        yield None
    elif event.type == "content_block_delta":
        yield event.delta.text if event.delta.type == "text_delta" else None
    elif event.type == "message_delta":
        yield reply.Tokens(input=tokens_read, output=event.usage.output_tokens)
        if event.delta.stop_reason == "refusal":
            raise faults.Filtered(faults.FILTERED)
        if event.delta.stop_reason == "model_context_window_exceeded":
            raise faults.TooLong(TOO_LONG)
    elif event.type == "message_stop":
        yield reply.Ended()
