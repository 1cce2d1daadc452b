"""Instruments: one note each, as a function of pitch, length and loudness. Additive tones, plucked strings, drums.

Invariant: every note starts and ends at zero, so that nothing clicks.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.floating[Any]]
RATE_HERTZ = 32_000
"""Half of it, 16 kHz, is as high as our tones reach; lower rates sound dull, higher ones only make larger files."""


def get_hertz(note: float) -> float:
    """Return the frequency of a MIDI note number."""
    return float(440.0 * 2 ** ((note - 69) / 12))


def _time(seconds: float) -> Wave:
    return np.arange(max(1, int(seconds * RATE_HERTZ)), dtype=np.float32) / RATE_HERTZ


def _shape(t: Wave, *, attack: float, decay: float, release: float) -> Wave:
    """Return an envelope: a rise, an exponential fall, and a fade at the end."""
    seconds = t[-1] + 1 / RATE_HERTZ
    rise = np.minimum(t / attack, 1)
    fade = np.clip((seconds - t) / min(release, float(seconds)), 0, 1)
    return cast(Wave, (rise * np.exp(-t / decay) * fade).astype(np.float32))


def _sum_partials(t: Wave, hertz: float, partials: list[tuple[float, float, float]]) -> Wave:
    """Return the sum of (ratio, level, decay in seconds) partials below the highest frequency."""
    total = np.zeros_like(t)
    for ratio, level, decay in partials:
        if hertz * ratio < RATE_HERTZ * 0.45:
            total += level * np.exp(-t / decay) * np.sin(2 * np.pi * hertz * ratio * t)
    return total


def play_piano(hertz: float, seconds: float) -> Wave:
    """Return a struck string: slightly stretched partials, the high ones dying first."""
    t = _time(seconds + 0.9)
    partials = [(n * (1 + 0.0004 * n * n), 0.8**n / n**0.5, 2.6 / n**0.7) for n in range(1, 9)]
    return _sum_partials(t, hertz, partials) * _shape(t, attack=0.004, decay=1.5, release=0.5) * 0.55


def play_guitar(hertz: float, seconds: float) -> Wave:
    """Return a plucked string: partials weighted by where the string is plucked."""
    t = _time(seconds + 0.7)
    partials = [(float(n), abs(np.sin(np.pi * n * 0.21)) / n, 1.6 / n**0.9) for n in range(1, 12)]
    return _sum_partials(t, hertz, partials) * _shape(t, attack=0.002, decay=1.1, release=0.4) * 0.6


def play_bells(hertz: float, seconds: float) -> Wave:
    """Return a small bell: partials that are no whole multiples."""
    t = _time(seconds + 1.6)
    partials = [(2.0, 0.6, 1.6), (3.01, 0.3, 1.0), (5.4, 0.2, 0.6), (8.9, 0.1, 0.3), (1.0, 0.25, 2.0)]
    return _sum_partials(t, hertz, partials) * _shape(t, attack=0.002, decay=1.3, release=0.5) * 0.5


def play_pad(hertz: float, seconds: float) -> Wave:
    """Return a soft chord of detuned voices that swells in and out."""
    t = _time(seconds + 0.8)
    voices = [_sum_partials(t, hertz * detune, [(1, 0.5, 99), (2, 0.16, 99), (3, 0.07, 99)]) for detune in (0.996, 1.0, 1.0043)]
    swell = np.minimum(t / 0.7, 1) * np.clip((t[-1] - t) / 0.9, 0, 1)
    return cast(Wave, (np.sum(voices, axis=0) * swell * 0.22).astype(np.float32))


def play_organ(hertz: float, seconds: float) -> Wave:
    """Return organ pipes of several feet together."""
    t = _time(seconds + 0.1)
    return (
        _sum_partials(t, hertz, [(0.5, 0.4, 99), (1, 0.6, 99), (2, 0.4, 99), (3, 0.2, 99), (4, 0.2, 99)])
        * _shape(t, attack=0.03, decay=99, release=0.1)
        * 0.3
    )


def play_flute(hertz: float, seconds: float) -> Wave:
    """Return a flute with breath and a slow vibrato."""
    t = _time(seconds + 0.12)
    phase = 2 * np.pi * hertz * t + 0.22 * np.sin(2 * np.pi * 5.1 * t) * np.minimum(t / 0.3, 1) * 4
    tone = np.sin(phase) + 0.22 * np.sin(2 * phase) + 0.06 * np.sin(3 * phase)
    return cast(Wave, (tone * _shape(t, attack=0.07, decay=99, release=0.12) * 0.42).astype(np.float32))


def play_lead(hertz: float, seconds: float) -> Wave:
    """Return a soft square wave, as old game consoles had."""
    t = _time(seconds)
    return _sum_partials(t, hertz, [(n, 1 / n, 99) for n in (1, 3, 5, 7, 9)]) * _shape(t, attack=0.006, decay=1.0, release=0.05) * 0.36


def play_kick() -> Wave:
    """Return a bass drum: a sine that falls in pitch."""
    t = _time(0.3)
    phase = 2 * np.pi * (46 * t + 9 * (1 - np.exp(-t * 28)))
    return cast(Wave, np.sin(phase) * _shape(t, attack=0.002, decay=0.11, release=0.08) * 0.95)


def play_snare(rng: np.random.Generator) -> Wave:
    """Return a snare: noise over a short tone."""
    t = _time(0.22)
    hiss = rng.normal(0, 0.4, len(t)).astype(np.float32)
    return cast(Wave, (hiss + 0.5 * np.sin(2 * np.pi * 185 * t)) * _shape(t, attack=0.001, decay=0.06, release=0.05) * 0.5)


def play_hat(rng: np.random.Generator) -> Wave:
    """Return a closed hi-hat: very short high noise."""
    t = _time(0.07)
    hiss = np.diff(rng.normal(0, 0.5, len(t) + 1)).astype(np.float32)
    return hiss * _shape(t, attack=0.001, decay=0.02, release=0.03) * 0.22


INSTRUMENTS: dict[str, Callable[[float, float], Wave]] = {
    "piano": play_piano,
    "guitar": play_guitar,
    "bells": play_bells,
    "pad": play_pad,
    "organ": play_organ,
    "flute": play_flute,
    "lead": play_lead,
}
