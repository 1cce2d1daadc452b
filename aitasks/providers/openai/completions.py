"""Chat completions: the dialect that every compatible server speaks. Always streamed, so that any reader may leave at any moment.

How the stream looks: ``POST /v1/chat/completions`` with ``stream`` and ``stream_options.include_usage``: chunks with ``choices[0].delta``,
one with ``finish_reason``, one with ``usage`` and no choices, then ``[DONE]`` (OpenAI's OpenAPI document, 2026-08-21).
"""

from collections.abc import Generator, Iterator
from typing import Any, cast

import openai
from openai.types.chat import ChatCompletionChunk

from aitasks.providers.openai import failures, prompts, reply, upstream
from aitasks.providers.openai.account import Account
from aitasks.providers.port import Event, Work

FILTERED = "The AI provider's content filter stopped the reply. Ask in another way."


class Filtered(failures.Refused):
    """The vendor's content filter ended the reply: trying again would end the same way."""


def run(account: Account, model: str, work: Work) -> Iterator[Event]:
    """Do a step with ``model``, yielding events."""
    messages = cast(Any, prompts.write_messages(work))

    def begin(client: openai.OpenAI) -> Iterator[ChatCompletionChunk]:
        return client.chat.completions.create(model=model, messages=messages, stream=True, stream_options={"include_usage": True})

    pieces = _read(upstream.stream(account, begin))
    yield from reply.deliver(pieces, counted=prompts.count_input(work), characters_max=int(work.parameters["maxCharacters"]))


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
                    raise Filtered(FILTERED)
                if choice.finish_reason:
                    yield reply.Ended()
            if usage := getattr(chunk, "usage", None):
                yield reply.Tokens(input=usage.prompt_tokens, output=usage.completion_tokens)
    except (AttributeError, TypeError) as error:
        raise failures.Garbled(failures.GARBLED) from error
    finally:
        chunks.close()
