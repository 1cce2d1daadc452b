"""Transcriptions: ``extract`` from a sound by ``/v1/audio/transcriptions``. GPT models stream their text, Whisper and others reply at once.

Wire: OpenAI's OpenAPI document of 2026-08-21. A prompt cannot narrow what is written down; the vendor takes it as a hint how names and
terms are spelt.
"""

from collections.abc import Generator, Iterator
from typing import Any

import openai

from aitasks.providers import faults, prompts, reply
from aitasks.providers.openai import upstream
from aitasks.providers.port import Access, Event, Work

PATIENCE = 3
"""A recording is sent and heard before a text that does not stream begins."""
STREAM = "gpt-"
EXTENSIONS = {
    "audio/wav": "wav", "audio/x-wav": "wav", "audio/wave": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3", "audio/ogg": "ogg",
    "audio/opus": "ogg", "audio/flac": "flac", "audio/x-flac": "flac", "audio/mp4": "m4a",
}  # fmt: skip
"""By which the vendor knows what a file is."""


class NoSound(prompts.NoText):
    """The source is no file."""


def run(access: Access, model: str, work: Work) -> Iterator[Event]:
    """Write down what is said, yielding events."""
    source = work.source
    if source is None or source.path is None:
        raise NoSound("The source is no sound file. Send one.")
    path, name, kind = source.path, f"sound.{EXTENSIONS[source.type]}", source.type
    facts: dict[str, Any] = {"model": model, "extra_headers": upstream.name_attempts(work)}
    if work.prompt:
        facts["prompt"] = work.prompt

    def begin(client: openai.OpenAI) -> Iterator[Any]:
        with path.open("rb") as file:
            sound = (name, file, kind)
            if model.startswith(STREAM):
                yield from client.audio.transcriptions.create(file=sound, stream=True, **facts)
            else:
                yield client.audio.transcriptions.create(file=sound, **facts)

    pieces = _read(upstream.stream(access, begin, patience=PATIENCE))
    yield from reply.deliver(pieces, counted=prompts.count_input(work), characters_max=int(work.parameters["maxCharacters"]))


def _read(events: Generator[Any, None, None]) -> Generator[reply.Piece, None, None]:
    try:
        for event in events:
            yield from _read_one(event)
    except (AttributeError, TypeError) as error:
        raise faults.Garbled(faults.GARBLED) from error
    finally:
        events.close()


def _read_one(event: Any) -> Iterator[reply.Piece]:
    kind = getattr(event, "type", "")
    if event is None:
        yield None
    elif kind == "transcript.text.delta":
        yield event.delta
    elif kind == "transcript.text.done":
        yield from _end(event)
    elif not kind:
        yield event.text
        yield from _end(event)


def _end(event: Any) -> Iterator[reply.Piece]:
    if (usage := event.usage) and usage.type == "tokens":
        yield reply.Tokens(input=usage.input_tokens, output=usage.output_tokens)
    yield reply.Ended()
