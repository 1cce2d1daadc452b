"""``imagine`` to sound: reads the prompt, composes bar by bar, mixes, and writes a stereo WAV of exactly the seconds asked for.

Invariants: the same prompt, seed and length give the same bytes; every bar and every ambience is a step of progress; besides the track
itself, memory does not grow with its length: what needs more than a sample works on blocks.
"""

import hashlib
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aitasks.providers.local.sounds.ambience import AMBIENCES
from aitasks.providers.local.sounds.instruments import INSTRUMENTS, RATE_HERTZ, Wave, get_hertz, play_hat, play_kick, play_snare
from aitasks.providers.local.sounds.score import MODES, Score, read
from aitasks.providers.port import Event, Media, Output, Progress, Usage, Work

PROGRESSIONS = {
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 0, 4)),
    "minor": ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 4)),
}
Stereo = NDArray[np.float32]
BLOCK_SAMPLES = 20 * RATE_HERTZ
AMBIENCE_SAMPLES, FADE_SAMPLES = 60 * RATE_HERTZ, 2 * RATE_HERTZ
"""A longer ambience is made in parts of this length, each faded into the next."""
ECHOES = ((43, 0.2), (71, 0.16), (113, 0.12), (179, 0.09), (283, 0.06))
"""The walls of a room: milliseconds, and how much of the sound comes back from the other side."""


def run(work: Work) -> Iterator[Event]:
    """Compose and play the prompt."""
    seconds = int(work.parameters["seconds"])
    seed = work.parameters.get("seed")
    key = hashlib.sha256(f"{work.prompt}\0{work.negative}\0{'' if seed is None else seed}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(key[:16]))
    score = read(work.prompt, rng)
    track = np.zeros((seconds * RATE_HERTZ, 2), np.float32)
    yield Progress(2)
    for part in _perform(track, score, rng):
        yield Progress(2 + 83 * part)
    yield from _finish(track, plain=score.tone_hertz is not None)
    path = work.folder / "sound.wav"
    write_wav(path, track, rate_hertz=RATE_HERTZ)
    yield Progress(100)
    yield Output(0, Media(type="audio/wav", path=path))
    yield Usage(seconds)


def write_wav(path: Path, track: Stereo, *, rate_hertz: int) -> None:
    """Write samples in -1..1 (one column a channel) as 16-bit WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(track.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate_hertz)
        for block in _blocks(len(track)):
            file.writeframes((np.clip(track[block], -1, 1) * 32_767).astype("<i2").tobytes())


def _perform(track: Stereo, score: Score, rng: np.random.Generator) -> Iterator[float]:
    """Fill the track, yielding the part done, 0 to 1: a tone, or ambience and then the bars."""
    if score.tone_hertz is not None:
        for number in range(5):
            piece = slice(number * len(track) // 5, (number + 1) * len(track) // 5)
            for block in _blocks(piece.stop, start=piece.start):
                t = np.arange(block.start, block.stop, dtype=np.float64) / RATE_HERTZ
                track[block] += (0.6 * np.sin(2 * np.pi * score.tone_hertz * t)).astype(np.float32)[:, None]
            yield (number + 1) / 5
        return
    beat = 60 / score.tempo
    bars = int(np.ceil(len(track) / RATE_HERTZ / (4 * beat))) if score.instruments or score.drums else 0
    steps = bars + 2 * len(score.ambience)
    done = 0
    for name in score.ambience:
        level = 0.55 if bars else 0.95
        for channel in (0, 1):
            _add_ambience(track[:, channel], name, rng, level=level)
            done += 1
            yield done / steps
    melody = int(rng.integers(7))
    progression = _choose_progression(score, rng)
    for bar in range(bars):
        melody = _play_bar(track, score, rng, bar=bar, chord=progression[bar % len(progression)], melody=melody)
        done += 1
        yield done / steps


def _add_ambience(channel: NDArray[np.float32], name: str, rng: np.random.Generator, *, level: float) -> None:
    """Mix an ambience into one channel, in parts that fade into each other where it is long."""
    start = 0
    while start < len(channel):
        end = min(start + AMBIENCE_SAMPLES, len(channel))
        part = AMBIENCES[name](rng, end - start) * level
        if start:
            fade = min(FADE_SAMPLES, end - start)
            rise = np.sqrt(np.linspace(0, 1, fade, dtype=np.float32))
            part[:fade] *= rise
        if end < len(channel):
            part[-FADE_SAMPLES:] *= np.sqrt(np.linspace(1, 0, FADE_SAMPLES, dtype=np.float32))
        channel[start:end] += part
        start = end if end == len(channel) else end - FADE_SAMPLES


def _choose_progression(score: Score, rng: np.random.Generator) -> tuple[int, ...]:
    family = PROGRESSIONS["minor" if MODES[score.mode][2] == 3 else "major"]
    return family[int(rng.integers(len(family)))]


def _play_bar(track: Stereo, score: Score, rng: np.random.Generator, *, bar: int, chord: int, melody: int) -> int:
    """Play one bar of chords, melody and drums; return where the melody ended, so that the next bar goes on from there."""
    beat = 60 / score.tempo
    start = bar * 4 * beat
    if score.instruments:
        backing = score.instruments[-1]
        for offset, degree in enumerate((chord, chord + 2, chord + 4)):
            delay = 0.0 if backing in {"pad", "organ"} else offset * beat / 2
            _add(
                track, INSTRUMENTS[backing](_pitch(score, degree), 4 * beat - delay), at=start + delay, level=0.3, side=0.35 + 0.15 * offset
            )
        _add(track, INSTRUMENTS[backing](_pitch(score, chord - 7), 4 * beat), at=start, level=0.34, side=0.5)
        melody = _play_melody(track, score, rng, start=start, chord=chord, melody=melody)
    if score.drums:
        for eighth in range(8):
            at = start + eighth * beat / 2
            _add(track, play_hat(rng), at=at, level=0.6 if eighth % 2 else 0.9, side=0.6)
            if eighth in {0, 4, 5 if bar % 2 else 0}:
                _add(track, play_kick(), at=at, level=0.85, side=0.5)
            if eighth in {2, 6}:
                _add(track, play_snare(rng), at=at, level=0.8, side=0.45)
    return melody


def _play_melody(track: Stereo, score: Score, rng: np.random.Generator, *, start: float, chord: int, melody: int) -> int:
    beat = 60 / score.tempo
    rhythms = (
        ((1, 1, 1, 1), (1.5, 0.5, 1, 1), (2, 1, 1), (1, 0.5, 0.5, 2), (3, 1))
        if score.tempo < 110
        else ((0.5,) * 8, (1, 0.5, 0.5, 1, 1), (0.5, 0.5, 1) * 2)
    )
    at = 0.0
    for number, length in enumerate(rhythms[int(rng.integers(len(rhythms)))]):
        step = int(rng.choice([-2, -1, 0, 1, 2], p=[0.16, 0.27, 0.1, 0.27, 0.2]))
        melody = min(max(melody + step, 4), 14)
        degree = chord + 7 + 2 * round((melody - 7 - chord) / 2) if number == 0 else melody
        if rng.random() > 0.08:
            wave_ = INSTRUMENTS[score.instruments[0]](_pitch(score, degree + 7), length * beat)
            _add(track, wave_, at=start + at * beat, level=0.42 + 0.12 * float(rng.random()), side=0.58)
        at += length
    return melody


def _pitch(score: Score, degree: int) -> float:
    scale = MODES[score.mode]
    octave, place = divmod(degree, 7)
    return get_hertz(score.root + 12 * octave + scale[place])


def _add(track: Stereo, sound: Wave, *, at: float, level: float, side: float) -> None:
    """Mix a sound in at a time in seconds; ``side`` is 0 left to 1 right; what runs over the end is left out."""
    start = int(at * RATE_HERTZ)
    sound = sound[: max(0, len(track) - start)]
    track[start : start + len(sound), 0] += sound * level * np.cos(side * np.pi / 2)
    track[start : start + len(sound), 1] += sound * level * np.sin(side * np.pi / 2)


def _finish(track: Stereo, *, plain: bool) -> Iterator[Progress]:
    """Add a room, soften peaks, fade in and out; a test tone only gets short fades."""
    if not plain:
        _add_room(track)
        yield Progress(90)
        peak = max(float(np.abs(track[block]).max()) for block in _blocks(len(track)))
        track *= 1.1 / max(peak, 1e-6)
        np.tanh(track, out=track)
    fade = min(int(RATE_HERTZ * (0.01 if plain else 0.35)), len(track) // 2)
    edge = np.linspace(0, 1, fade, dtype=np.float32)[:, None]
    track[: min(fade, RATE_HERTZ // 100)] *= np.linspace(0, 1, min(fade, RATE_HERTZ // 100), dtype=np.float32)[:, None]
    track[-fade:] *= edge[::-1]
    yield Progress(95)


def _add_room(track: Stereo) -> None:
    """Add the echoes of a room, from the end of the track to its beginning, so that what comes back is the sound without echoes."""
    reach = max(RATE_HERTZ * milliseconds // 1000 for milliseconds, _ in ECHOES)
    for block in reversed(list(_blocks(len(track)))):
        first = max(0, block.start - reach)
        dry = track[first : block.stop].copy()
        for milliseconds, level in ECHOES:
            shift = RATE_HERTZ * milliseconds // 1000
            begin = max(block.start, shift)
            if begin < block.stop:
                track[begin : block.stop] += dry[begin - shift - first : block.stop - shift - first, ::-1] * level


def _blocks(stop: int, *, start: int = 0) -> Iterator[slice]:
    """Yield the samples from ``start`` to ``stop`` in pieces of at most :data:`BLOCK_SAMPLES`."""
    for at in range(start, stop, BLOCK_SAMPLES):
        yield slice(at, min(at + BLOCK_SAMPLES, stop))
