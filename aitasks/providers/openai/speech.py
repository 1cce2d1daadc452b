"""Speech: ``imagine`` by ``/v1/audio/speech``, as raw samples that are written to a WAV file as they come, so that its length is known.

Wire: OpenAI's OpenAPI document of 2026-08-21; ``pcm`` is 16-bit samples of one channel, low byte first, 24,000 a second
(https://platform.openai.com/docs/guides/text-to-speech).
"""

import wave
from collections.abc import Iterator, Mapping
from contextlib import closing
from math import ceil
from typing import Any

import openai

from aitasks.features import units
from aitasks.providers import faults, line
from aitasks.providers.openai import upstream
from aitasks.providers.port import Access, Event, Media, Output, Progress, Usage, Work

RATE_HERTZ = 24_000
SAMPLE_BYTES = 2
PIECE_BYTES = 24_000
SPEED_USUAL = 160
"""Words a minute at the vendor's speed 1, about; our own default."""
SECONDS_PER_CHARACTER = 0.07
MALE, FEMALE = "cedar", "marin"
LANGUAGES: Mapping[str, str] = {
    "en-us": "English with an American accent", "en-gb": "English with a British accent",
    "en-gb-scotland": "English with a Scottish accent", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian",
    "pt": "Portuguese", "nl": "Dutch", "pl": "Polish", "sv": "Swedish", "tr": "Turkish", "ru": "Russian", "hi": "Hindi",
}  # fmt: skip
"""Our voices without their ``-female``, in words: the vendor's voices speak every language."""
SILENT_ON_ACCENTS = ("tts-1",)
"""Models that take no instructions."""


def run(access: Access, model: str, work: Work) -> Iterator[Event]:
    """Speak the prompt into a WAV file; charged by the second begun, never beyond what was held."""
    facts = _describe(model, work)

    def begin(client: openai.OpenAI) -> Iterator[bytes]:
        with client.audio.speech.with_streaming_response.create(**facts, extra_headers=upstream.name_attempts(work)) as reply:
            if not reply.headers.get("content-type", "").startswith(("audio/", "application/octet-stream")):
                raise faults.Garbled(faults.GARBLED)
            yield from reply.iter_bytes(PIECE_BYTES)

    path = work.folder / "speech.wav"
    heard = upstream.stream(access, begin, bytes_max=_count_bytes(units.SPEECH_SECONDS_MAX))
    with closing(heard), wave.open(str(path), "wb") as file:
        file.setparams((1, SAMPLE_BYTES, RATE_HERTZ, 0, "NONE", "not compressed"))
        for percent in _write(file, heard, expected=len(work.prompt) * SECONDS_PER_CHARACTER + 1):
            yield Progress(percent)
        seconds = file.tell() / RATE_HERTZ
    if not seconds:
        raise faults.Garbled(faults.GARBLED)
    yield Progress(100)
    speed = int(work.parameters["speed"])
    yield Usage(min(ceil(seconds), units.count_speech_seconds_max(characters=len(work.prompt), speed=speed)))
    yield Output(0, Media(type="audio/wav", path=path))


def _describe(model: str, work: Work) -> dict[str, Any]:
    """Return what the endpoint is told."""
    voice = str(work.parameters["voice"])
    language = voice.removesuffix("-female")
    facts = {
        "model": model,
        "input": work.prompt,
        "voice": FEMALE if language != voice else MALE,
        "response_format": "pcm",
        "speed": max(0.25, min(4.0, int(work.parameters["speed"]) / SPEED_USUAL)),
    }
    if not model.startswith(SILENT_ON_ACCENTS):
        facts["instructions"] = f"Speak {LANGUAGES.get(language, 'the language of the text')}."
    return facts


def _write(file: wave.Wave_write, pieces: Iterator[bytes | None], *, expected: float) -> Iterator[float]:
    """Write whole samples as they come, and yield how much of the ``expected`` seconds there is, in percent."""
    percent, rest = 0.0, b""
    for piece in pieces:
        if piece is None:
            percent = line.creep(percent, to=98)
        else:
            content = rest + piece
            whole = len(content) - len(content) % SAMPLE_BYTES
            file.writeframesraw(content[:whole])
            rest = content[whole:]
            percent = max(percent, 98 * min(1.0, file.tell() / RATE_HERTZ / expected))
        yield percent


def _count_bytes(seconds: int) -> int:
    return seconds * RATE_HERTZ * SAMPLE_BYTES
