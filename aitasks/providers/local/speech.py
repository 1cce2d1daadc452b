"""``imagine`` to speech: the prompt read aloud by eSpeak NG, whose library and voices come inside the ``espeakng-loader`` wheel.

It stands by itself because it is the only code that talks to a C library. eSpeak NG keeps global state: :data:`_LOCK` lets one speech at a
time through in a process, and two speeches of the same text differ by a few samples. Text is spoken piece by piece, so that a cancelled
task stops between two pieces.
"""

import ctypes
import re
import threading
import wave
from collections.abc import Iterator
from functools import cache
from math import ceil
from typing import Any

import espeakng_loader

from aitasks.features import units
from aitasks.providers.local.errors import SourceMissing, TooBig
from aitasks.providers.port import Event, Media, Output, Progress, Usage, Work
from common.errors import ProviderFailed

# The C header's names: https://github.com/espeak-ng/espeak-ng/blob/1.52.0/src/include/espeak-ng/speak_lib.h
AUDIO_OUTPUT_SYNCHRONOUS = 2
INITIALIZE_DONT_EXIT = 0x8000
POS_CHARACTER = 1
CHARS_UTF8 = 1
PARAMETER_RATE = 1

VOICES = {
    "en-us": "en-us", "en-us-female": "en-us+f3", "en-gb": "en-gb-x-rp", "en-gb-female": "en-gb-x-rp+f4",
    "en-gb-scotland": "en-gb-scotland",
    "de": "de", "de-female": "de+f3", "fr": "fr", "fr-female": "fr+f3", "es": "es", "es-female": "es+f3", "it": "it", "it-female": "it+f3",
    "pt": "pt", "nl": "nl", "pl": "pl", "sv": "sv", "tr": "tr", "ru": "ru", "hi": "hi",
}  # fmt: skip
PIECE_CHARACTERS = 160
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
_LOCK = threading.Lock()


class SpeechFailed(ProviderFailed):
    """The speech library refused to start, to take a voice or to speak."""


class SpeechTooLong(TooBig):
    """The text would take longer to say than a speech may last."""


def run(work: Work) -> Iterator[Event]:
    """Speak the prompt into a WAV file; charged by the second begun, never beyond what was held."""
    pieces = split(work.prompt)
    if not pieces:
        raise SourceMissing("There is nothing to say: write the words to be spoken into the prompt.")
    speed = int(work.parameters["speed"])
    path = work.folder / "speech.wav"
    samples = 0
    yield Progress(1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        rate_hertz = get_rate_hertz()
        file.setframerate(rate_hertz)
        for number, piece in enumerate(pieces):
            sound = say(piece, voice=VOICES[str(work.parameters["voice"])], speed=speed)
            samples += len(sound) // 2
            if samples > units.SPEECH_SECONDS_MAX * rate_hertz:
                raise SpeechTooLong(
                    f"The text takes longer to say than {units.SPEECH_SECONDS_MAX // 60} minutes. Split it into several calls."
                )
            file.writeframes(sound)
            yield Progress(1 + 98 * (number + 1) / len(pieces))
    yield Progress(100)
    yield Output(0, Media(type="audio/wav", path=path))
    yield Usage(min(ceil(samples / rate_hertz), units.count_speech_seconds_max(characters=len(work.prompt), speed=speed)))


def split(text: str) -> list[str]:
    """Return the text in pieces of at most :data:`PIECE_CHARACTERS`, cut after sentences, else commas, else words."""
    words = re.sub(r"[\x00-\x1f\x7f]+", " ", text).split()
    longest = min(PIECE_CHARACTERS, max(24, len(text) // 5))
    pieces: list[str] = []
    piece = ""
    for word in (part for long in words for part in re.findall(rf".{{1,{PIECE_CHARACTERS}}}", long)):
        if piece and (len(piece) + len(word) >= PIECE_CHARACTERS or (len(piece) >= longest and piece[-1] in ".!?;:,")):
            pieces.append(piece)
            piece = ""
        piece = f"{piece} {word}".strip()
    return [*pieces, piece] if piece else pieces


def say(text: str, *, voice: str, speed: int) -> bytes:
    """Return the text spoken, as 16-bit samples of one channel."""
    heard: list[bytes] = []

    def hear(samples: Any, count: int, _events: Any) -> int:
        if count > 0 and samples:
            heard.append(ctypes.string_at(samples, count * 2))
        return 0

    library, _rate = _get_library()
    callback = _CALLBACK(hear)
    encoded = text.encode("utf-8", "replace")
    with _LOCK:
        library.espeak_SetSynthCallback(callback)
        if library.espeak_SetVoiceByName(voice.encode()) or library.espeak_SetParameter(PARAMETER_RATE, speed, 0):
            raise SpeechFailed(f"The speech library does not know the voice {voice}.")
        if library.espeak_Synth(encoded, ctypes.c_size_t(len(encoded) + 1), 0, POS_CHARACTER, 0, CHARS_UTF8, None, None):
            raise SpeechFailed("The speech library could not speak this text.")
    return b"".join(heard)


def get_rate_hertz() -> int:
    """Return the samples a second of what :func:`say` returns."""
    return _get_library()[1]


@cache
def _get_library() -> tuple[ctypes.CDLL, int]:
    """Return the started library and its sample rate; once a process."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate_hertz = library.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), INITIALIZE_DONT_EXIT)
    if rate_hertz <= 0:
        raise SpeechFailed("The speech library could not be started.")
    return library, rate_hertz
