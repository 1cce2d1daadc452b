"""Ambience: rain, wind, sea, fire, birds, crickets, thunder, as noise shaped in frequency and time."""

from collections.abc import Callable

import numpy as np

from aitasks.providers.local.sounds.instruments import RATE_HERTZ, Wave


def make_noise(rng: np.random.Generator, samples: int, *, low: float, high: float, tilt: float = 0.0) -> Wave:
    """Return noise between two frequencies, falling by ``tilt`` powers of the frequency, at full scale 1."""
    spectrum = np.fft.rfft(rng.normal(0, 1, samples))
    hertz = np.fft.rfftfreq(samples, 1 / RATE_HERTZ)
    gain = np.where((hertz >= low) & (hertz <= high), np.maximum(hertz, 20.0) ** -tilt, 0)
    wave: Wave = np.fft.irfft(spectrum * gain, samples)
    return (wave / max(float(np.abs(wave).max()), 1e-9)).astype(np.float32)


def _sway(rng: np.random.Generator, samples: int, *, seconds: float) -> Wave:
    """Return a slow random curve in 0..1 with bends every ``seconds``."""
    knots = max(4, int(samples / RATE_HERTZ / seconds) + 3)
    place = np.linspace(0, knots - 1, samples)
    bends = rng.random(knots)
    index = np.minimum(place.astype(int), knots - 2)
    part = place - index
    part = part * part * (3 - 2 * part)
    curve: Wave = (bends[index] * (1 - part) + bends[index + 1] * part).astype(np.float32)
    return curve


def make_rain(rng: np.random.Generator, samples: int) -> Wave:
    """Return a steady hiss with single drops."""
    rain = make_noise(rng, samples, low=400, high=12_000, tilt=0.35) * 0.4
    drop = np.exp(-np.arange(260) / 45) * np.sin(2 * np.pi * 2_900 * np.arange(260) / RATE_HERTZ)
    for start in rng.integers(0, max(1, samples - 260), int(samples / RATE_HERTZ * 26)):
        rain[start : start + 260] += (drop * 0.3 * rng.random())[: samples - start]
    return rain


def make_wind(rng: np.random.Generator, samples: int) -> Wave:
    """Return gusts: low and whistling noise that swell at their own pace."""
    low = make_noise(rng, samples, low=60, high=700, tilt=0.7) * (0.25 + 0.75 * _sway(rng, samples, seconds=1.7))
    whistle = make_noise(rng, samples, low=520, high=900) * _sway(rng, samples, seconds=1.1) ** 3
    return low * 0.75 + whistle * 0.3


def make_sea(rng: np.random.Generator, samples: int) -> Wave:
    """Return waves that roll in and draw back every seven seconds or so."""
    t = np.arange(samples, dtype=np.float32) / RATE_HERTZ
    swell = (0.5 - 0.5 * np.cos(2 * np.pi * t / 6.8 + 2.2 * _sway(rng, samples, seconds=5))) ** 2
    body = make_noise(rng, samples, low=50, high=1_400, tilt=0.6) * (0.2 + 0.8 * swell)
    foam = make_noise(rng, samples, low=1_500, high=9_000, tilt=0.3) * np.roll(swell, RATE_HERTZ // 2) ** 2
    return (body * 0.6 + foam * 0.34).astype(np.float32)


def make_fire(rng: np.random.Generator, samples: int) -> Wave:
    """Return a low roar with crackles."""
    fire = make_noise(rng, samples, low=40, high=500, tilt=0.6) * 0.3
    for start in rng.integers(0, max(1, samples - 400), int(samples / RATE_HERTZ * 9)):
        length = min(int(rng.integers(40, 400)), samples - int(start))
        fire[start : start + length] += (rng.normal(0, 0.5, length) * np.exp(-np.arange(length) / 60)).astype(np.float32) * float(
            rng.random()
        )
    return fire


def make_birds(rng: np.random.Generator, samples: int) -> Wave:
    """Return short whistled phrases from two or three birds."""
    song = np.zeros(samples, np.float32)
    for _ in range(max(2, int(samples / RATE_HERTZ * 1.1))):
        base, start = float(rng.integers(2_300, 4_600)), int(rng.integers(0, samples))
        for chirp in range(int(rng.integers(2, 6))):
            length = int(RATE_HERTZ * (0.05 + 0.07 * rng.random()))
            at = start + chirp * int(RATE_HERTZ * 0.15)
            t = np.arange(length) / RATE_HERTZ
            sweep = np.sin(2 * np.pi * (base * t + float(rng.normal(0, 3_500)) * t * t)) * np.sin(np.pi * np.arange(length) / length) ** 2
            end = min(samples, at + length)
            song[at:end] += (sweep * 0.16)[: max(0, end - at)].astype(np.float32)
    return song


def make_crickets(rng: np.random.Generator, samples: int) -> Wave:
    """Return crickets: two high tones, pulsing."""
    t = np.arange(samples, dtype=np.float32) / RATE_HERTZ
    total = np.zeros(samples, np.float32)
    for hertz in (4_150.0, 4_620.0):
        pulse = np.clip(np.sin(2 * np.pi * 17 * t + rng.random() * 6), 0, 1) * (np.sin(2 * np.pi * t * (0.8 + 0.4 * rng.random())) > -0.2)
        total += (np.sin(2 * np.pi * hertz * t) * pulse * 0.09).astype(np.float32)
    return total


def make_thunder(rng: np.random.Generator, samples: int) -> Wave:
    """Return distant claps that roll away."""
    total = np.zeros(samples, np.float32)
    for start in range(int(RATE_HERTZ * 0.6), samples, int(RATE_HERTZ * 7)):
        length = min(samples - start, int(RATE_HERTZ * 4.5))
        t = np.arange(length) / RATE_HERTZ
        roll = make_noise(rng, length, low=25, high=220, tilt=0.5) if length > 400 else np.zeros(length, np.float32)
        total[start : start + length] += roll * np.minimum(t / 0.08, 1) * np.exp(-t / 1.3)
    return total


def make_static(rng: np.random.Generator, samples: int) -> Wave:
    """Return plain noise."""
    return make_noise(rng, samples, low=20, high=15_000) * 0.5


AMBIENCES: dict[str, Callable[[np.random.Generator, int], Wave]] = {
    "rain": make_rain,
    "wind": make_wind,
    "sea": make_sea,
    "fire": make_fire,
    "birds": make_birds,
    "crickets": make_crickets,
    "thunder": make_thunder,
    "noise": make_static,
}
