"""Measuring a sound, run inside the jail: length, channels, loudness, silence, tempo, the tone of steady sounds.

Invariants: at most :data:`SECONDS_MAX` are decoded; the demuxer is chosen from the file's first bytes, never guessed by FFmpeg, which would
also try playlists that open other files.
"""

import itertools
from collections.abc import Generator
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

SECONDS_MAX = 600
RATE_HERTZ = 16_000
HOP = 256
TEMPO_MIN, TEMPO_MAX = 50, 200

Samples = NDArray[np.float32]


class UnknownSound(ValueError):
    """The file begins like none of the formats that are read."""


def read(path: Path, options: dict[str, Any]) -> Generator[float, None, dict[str, Any]]:
    """Decode a sound and measure it; the result is a dictionary of facts."""
    _ = options
    with path.open("rb") as file:
        format_ = sniff(file.read(16))
    pieces: list[Samples] = []
    with av.open(str(path), format=format_, metadata_errors="replace") as container:
        stream = container.streams.audio[0]
        facts: dict[str, Any] = {
            "codec": stream.codec_context.name,
            "channels": stream.channels,
            "rate": stream.rate,
            "tags": _read_tags(container.metadata),
        }
        length = float(container.duration or 0) / 1_000_000
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HERTZ)
        seen = 0
        for frame in itertools.chain(container.decode(stream), [None]):
            for part in resampler.resample(frame):
                pieces.append(part.to_ndarray()[0].astype(np.float32))
                seen += part.samples
            if len(pieces) % 50 == 0:
                yield min(90.0, 90 * seen / RATE_HERTZ / max(length, 1.0))
            if seen > SECONDS_MAX * RATE_HERTZ:
                facts["cut"] = True
                break
    samples = np.concatenate(pieces)
    facts["seconds"] = length if facts.get("cut") and length else seen / RATE_HERTZ
    yield 92.0
    return facts | measure(samples)


def sniff(head: bytes) -> str:
    """Return FFmpeg's name for the format that the first bytes show."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head[4:8] == b"ftyp":
        return "mov"
    for magic, name in ((b"OggS", "ogg"), (b"fLaC", "flac"), (b"ID3", "mp3")):
        if head.startswith(magic):
            return name
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "aac" if head[1] & 0x06 == 0 else "mp3"
    raise UnknownSound("unknown")


def measure(samples: Samples) -> dict[str, Any]:
    """Return loudness, silence, tempo and pitch of a mono sound."""
    peak = float(np.abs(samples).max(initial=0))
    loudness = float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) if len(samples) else 0.0
    frames = samples[: len(samples) // HOP * HOP].reshape(-1, HOP)
    level = np.sqrt(np.mean(frames**2, axis=1)) if len(frames) else np.zeros(1, np.float32)
    return {
        "peak_decibels": round(20 * np.log10(max(peak, 1e-5)), 1),
        "loudness_decibels": round(20 * np.log10(max(loudness, 1e-5)), 1),
        "silence_percent": round(100 * float(np.mean(level < 0.003))),
        "tempo": estimate_tempo(frames),
        "pitch_hertz": estimate_pitch(samples),
    }


def estimate_tempo(frames: Samples) -> int | None:
    """Return the beats a minute, or ``None`` when the sound has no clear beat: autocorrelation of how fast the spectrum brightens."""
    if len(frames) < 4 * RATE_HERTZ // HOP:
        return None
    spectrum = np.log1p(100 * np.abs(np.fft.rfft(frames * np.hanning(HOP).astype(np.float32), axis=1)))
    onset = np.clip(np.diff(spectrum, axis=0), 0, None).sum(axis=1)
    # Widened, because reading between two frames would otherwise favour tempos that fall on a whole frame.
    onset = np.convolve(onset, np.hanning(9)[1:-1], mode="same")
    onset = onset - onset.mean()
    energy = float(np.dot(onset, onset))
    if energy <= 1e-6:
        return None
    tempos = np.arange(TEMPO_MIN, TEMPO_MAX + 1)
    lags = 60 * RATE_HERTZ / HOP / tempos
    scores = (
        np.asarray([_correlate(onset, lag) + 0.5 * _correlate(onset, 2 * lag) + 0.5 * _correlate(onset, 4 * lag) for lag in lags]) / energy
    )
    weighted = scores * np.exp(-0.5 * (np.log2(tempos / 110) / 0.9) ** 2)
    best = int(np.argmax(weighted))
    return int(tempos[best]) if scores[best] > 0.2 else None


def _correlate(onset: NDArray[np.floating[Any]], lag: float) -> float:
    whole = int(lag)
    if whole + 1 >= len(onset):
        return 0.0
    part = lag - whole
    return float(
        (1 - part) * np.dot(onset[whole:], onset[: len(onset) - whole]) + part * np.dot(onset[whole + 1 :], onset[: len(onset) - whole - 1])
    )


def estimate_pitch(samples: Samples) -> float | None:
    """Return the frequency of a steady tone, or ``None`` when no single one stands out."""
    window = samples[len(samples) // 4 : len(samples) // 4 + 4 * RATE_HERTZ]
    if len(window) < RATE_HERTZ // 4:
        return None
    power = np.abs(np.fft.rfft(window * np.hanning(len(window)))) ** 2
    best = int(np.argmax(power))
    around = float(power[max(0, best - 3) : best + 4].sum())
    return round(best * RATE_HERTZ / len(window), 1) if around > 0.6 * float(power.sum()) and around > 1e-3 else None


def _read_tags(metadata: Any) -> dict[str, str]:
    return {key: str(metadata[key])[:200] for key in ("title", "artist", "album", "date") if metadata.get(key)}
