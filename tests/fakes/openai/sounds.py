"""``/v1/audio`` of the fake: speech of silence, and transcriptions that always hear the same."""

from collections.abc import Iterator
from typing import Any

from tests.fakes.vendor import Answer, File, Json, Raw, Refused, Sse, count_tokens, split

RATE_HERTZ = 24_000
VOICES = "alloy ash ballad coral echo fable onyx nova sage shimmer verse marin cedar".split()
EXTENSIONS = "flac mp3 mp4 mpeg mpga m4a ogg wav webm".split()


def speak(body: dict[str, Any], seconds: float) -> Answer:
    """Answer ``/audio/speech`` with raw samples, a tenth of a second at a time."""
    if body.get("voice") not in VOICES:
        raise Refused(400, "Invalid value for 'voice'.", code="invalid_value", param="voice")
    if body.get("response_format") != "pcm" or not 0.25 <= body.get("speed", 1) <= 4:
        raise Refused(400, "The fake speaks pcm alone, at 0.25 to 4 times the usual speed.", param="response_format")
    silence = b"\0\0" * int(RATE_HERTZ * seconds)
    return Raw(_cut(silence), "audio/pcm")


def _cut(content: bytes) -> tuple[bytes, ...]:
    size_bytes = RATE_HERTZ // 5
    return tuple(content[place : place + size_bytes] for place in range(0, len(content), size_bytes))


def transcribe(body: dict[str, Any], reply: str) -> Answer:
    """Answer ``/audio/transcriptions``, whose body is a form. Whisper does not stream."""
    file = body.get("file")
    if not isinstance(file, File) or file.name.rpartition(".")[2] not in EXTENSIONS or not file.content:
        raise Refused(400, "Invalid file format.", code="unsupported_format", param="file")
    usage = {
        "type": "tokens",
        "input_tokens": 14,
        "input_token_details": {"text_tokens": 0, "audio_tokens": 14},
        "output_tokens": count_tokens(reply),
        "total_tokens": 14 + count_tokens(reply),
    }
    if body.get("stream") == "true" and not body["model"].startswith("whisper"):
        return _stream(reply, usage)
    return Json({"text": reply, "usage": usage})


def _stream(reply: str, usage: dict[str, Any]) -> Iterator[Sse]:
    for piece in split(reply):
        yield Sse({"type": "transcript.text.delta", "delta": piece}, text=True)
    yield Sse({"type": "transcript.text.done", "text": reply, "usage": usage})
    yield Sse("[DONE]")
