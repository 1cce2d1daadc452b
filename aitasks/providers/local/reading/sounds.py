"""``extract`` from a sound: facts in words. Speech is not recognised: that needs a model, and this says so."""

import re
from collections.abc import Iterator
from math import log2
from typing import Any

from aitasks.providers.local import jail, texts
from aitasks.providers.local.errors import BeyondRules
from aitasks.providers.port import Event, Progress, Work

READ_SECONDS_MAX = 40
_SPEECH = re.compile(r"\btranscri|\bsaid\b|\bsays?\b|\bspeech to text\b|\bspoken\b|\bwords\b|\blyrics\b|\bsubtitles?\b", re.IGNORECASE)
_TOPICS = {
    "length": ("length", "duration", "long", "seconds", "minutes"),
    "format": ("format", "codec", "channels", "channel", "rate", "stereo", "mono"),
    "loudness": ("loudness", "loud", "volume", "level", "quiet", "silence", "silent", "peak"),
    "tempo": ("tempo", "bpm", "beat", "beats", "rhythm", "fast"),
    "pitch": ("pitch", "tone", "note", "frequency", "hz"),
    "tags": ("title", "artist", "album", "tags", "metadata"),
}
_NOTES = ("C", "C sharp", "D", "D sharp", "E", "F", "F sharp", "G", "G sharp", "A", "A sharp", "B")


def run(work: Work) -> Iterator[Event]:
    """Measure the sound and tell what the prompt asks for."""
    if _SPEECH.search(work.prompt):
        raise BeyondRules(
            "The local provider does not recognise speech; it measures sounds. Ask an administrator to add a provider that has a "
            "speech model."
        )
    yield Progress(1)
    facts = yield from jail.read("sounds", texts.get_path(work), kind="sound", seconds_max=READ_SECONDS_MAX, percent_max=95, options={})
    yield Progress(95)
    yield from texts.deliver(work, [describe(facts, work.prompt)], percent=95, stream=False)


def describe(facts: dict[str, Any], prompt: str) -> str:
    """Return the facts as lines; only those that the prompt names, or all."""
    words = set(re.findall(r"\w+", prompt.lower()))
    wanted = [topic for topic, listed in _TOPICS.items() if words & set(listed)] or list(_TOPICS)
    tell = {
        "length": _tell_length,
        "format": _tell_format,
        "loudness": _tell_loudness,
        "tempo": _tell_tempo,
        "pitch": _tell_pitch,
        "tags": _tell_tags,
    }
    return "\n".join(line for topic in wanted if (line := tell[topic](facts)))


def _tell_length(facts: dict[str, Any]) -> str:
    return f"Duration: {facts['seconds']:.2f} seconds"


def _tell_format(facts: dict[str, Any]) -> str:
    channels = {1: "mono", 2: "stereo"}.get(facts["channels"], f"{facts['channels']} channels")
    return f"Format: {facts['codec']}, {channels}, {facts['rate']} Hz"


def _tell_loudness(facts: dict[str, Any]) -> str:
    level = facts["loudness_decibels"]
    word = "silent" if level < -70 else "very quiet" if level < -40 else "quiet" if level < -26 else "medium" if level < -14 else "loud"
    return f"Loudness: {word} ({level} dB on average, peak {facts['peak_decibels']} dB), {facts['silence_percent']} % silence"


def _tell_tempo(facts: dict[str, Any]) -> str:
    return f"Tempo: about {facts['tempo']} beats per minute" if facts["tempo"] else "Tempo: no clear beat"


def _tell_pitch(facts: dict[str, Any]) -> str:
    hertz = facts["pitch_hertz"]
    if not hertz:
        return "Pitch: no single steady tone"
    number = round(69 + 12 * log2(hertz / 440))
    return f"Pitch: {hertz} Hz, near {_NOTES[number % 12]}{number // 12 - 1}"


def _tell_tags(facts: dict[str, Any]) -> str:
    return "\n".join(f"{key.capitalize()}: {value}" for key, value in facts["tags"].items())
