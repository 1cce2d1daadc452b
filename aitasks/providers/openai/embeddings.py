"""Embeddings: ``embed`` by ``/v1/embeddings``. Wire: OpenAI's OpenAPI document of 2026-08-21."""

import math
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import openai

from aitasks.features import embed
from aitasks.providers import faults, line, prompts
from aitasks.providers.openai import upstream
from aitasks.providers.port import Access, Event, Media, Output, Progress, StepResult, Usage, Work


def run(access: Access, model: str, work: Work) -> Iterator[Event]:
    """Ask for the text's vector."""
    text = embed.check_text(prompts.read_source(work))
    dimensions = work.parameters.get("dimensions")
    facts: dict[str, Any] = {"dimensions": dimensions} if dimensions else {}

    def begin(client: openai.OpenAI) -> Iterator[Any]:
        headers = upstream.name_attempts(work)
        # Named, because the SDK would ask for base64, which not every server knows.
        return iter([client.embeddings.create(model=model, input=text, encoding_format="float", extra_headers=headers, **facts)])

    percent = 0.0
    with closing(upstream.stream(access, begin)) as replies:
        for reply in replies:
            if reply is not None:
                vector = _read(reply, dimensions)
                yield StepResult({"tokens": {"input": reply.usage.prompt_tokens, "output": 0}} if getattr(reply, "usage", None) else {})
                yield Progress(100)
                yield Usage(prompts.count_input(work))
                yield Output(0, Media(type=embed.TYPE, text=embed.write_vector(vector)))
                return
            percent = line.creep(percent, to=98)
            yield Progress(percent)


def _read(reply: Any, dimensions: int | None) -> list[float]:
    """Return the vector of a reply; raises ``Garbled`` when there is none, or one of another length than was asked for."""
    try:
        vector = [float(number) for number in reply.data[0].embedding]
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        raise faults.Garbled(faults.GARBLED) from error
    if not vector or not all(map(math.isfinite, vector)) or (dimensions and len(vector) != dimensions):
        raise faults.Garbled(faults.GARBLED)
    return vector
