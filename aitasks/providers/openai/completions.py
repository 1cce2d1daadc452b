"""Chat completions: the dialect that every compatible server speaks. Always streamed, so that any reader may leave at any moment.

How the stream looks: ``POST /v1/chat/completions`` with ``stream`` and ``stream_options.include_usage``: chunks with ``choices[0].delta``,
one with ``finish_reason``, one with ``usage`` and no choices, then ``[DONE]`` (OpenAI's OpenAPI document, 2026-08-21).
"""

from collections.abc import Generator, Iterator, Sequence
from typing import Any

import openai
from openai.types.chat import ChatCompletionChunk

from aitasks.providers import faults, prompts, reply
from aitasks.providers.openai import upstream
from aitasks.providers.port import Access, Event, Work


def run(access: Access, model: str, work: Work) -> Iterator[Event]:
    """Do a step with ``model``, yielding events."""
    messages: Any = prompts.write_messages(work)
    if work.step == "extract":
        messages = _show(messages, work)

    def begin(client: openai.OpenAI) -> Iterator[ChatCompletionChunk]:
        return client.chat.completions.create(
            model=model,
            messages=messages,
            stream=True,
            stream_options={"include_usage": True},
            extra_headers=upstream.name_attempts(work),
        )

    pieces = _read(upstream.stream(access, begin))
    yield from reply.deliver(pieces, counted=prompts.count_input(work), characters_max=int(work.parameters["maxCharacters"]))


def _show(messages: Sequence[prompts.Message], work: Work) -> list[Any]:
    """Return the messages with the picture behind the last one's words, as a ``data:`` URI."""
    kind = work.source.type if work.source else ""
    picture = {"type": "image_url", "image_url": {"url": f"data:{kind};base64,{prompts.encode_source(work)}"}}
    last = messages[-1]
    return [*messages[:-1], {"role": last["role"], "content": [{"type": "text", "text": last["content"]}, picture]}]


def _read(chunks: Generator[ChatCompletionChunk | None, None, None]) -> Generator[reply.Piece, None, None]:
    try:
        for chunk in chunks:
            if chunk is None:
                yield None
                continue
            # Garbage that is valid JSON becomes a chunk without these: the SDK does not check what it reads.
            for choice in getattr(chunk, "choices", None) or ():
                yield choice.delta.content or choice.delta.refusal
                if choice.finish_reason == "content_filter":
                    raise faults.Filtered(faults.FILTERED)
                if choice.finish_reason:
                    yield reply.Ended()
            if usage := getattr(chunk, "usage", None):
                yield reply.Tokens(input=usage.prompt_tokens, output=usage.completion_tokens)
    except (AttributeError, TypeError) as error:
        raise faults.Garbled(faults.GARBLED) from error
    finally:
        chunks.close()
