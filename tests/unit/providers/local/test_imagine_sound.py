"""Sounds and speech: length, determinism, and that what was asked for can be measured."""

import wave
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from aitasks.providers.local.errors import SourceMissing
from aitasks.providers.local.sounds import studio
from aitasks.providers.local.sounds.score import read
from aitasks.providers.local.speech import PIECE_CHARACTERS, SpeechTooLong, split
from common.errors import Kind
from tests.unit.providers.local.doing import Done, get_path

Do = Callable[..., Done]


def load(done: Done) -> tuple[int, int, NDArray[np.float64]]:
    with wave.open(str(get_path(done.outputs[0])), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, file.getnchannels())
        return file.getframerate(), file.getnchannels(), samples / 32_768


@pytest.mark.clause("P-3.4")
@pytest.mark.parametrize("seconds", [1, 8, 60, 130])
def test_sound_lasts_as_long_as_asked(do: Do, seconds: int) -> None:
    done = do("imagine", "sound", "slow sad piano in the rain", seconds=seconds)
    rate, channels, samples = load(done)
    assert (channels, len(samples) / rate, done.units) == (2, seconds, seconds)
    assert len(set(done.progress)) >= 5
    assert 0.05 < np.abs(samples).max() < 1


def test_sound_is_deterministic(do: Do) -> None:
    first = do("imagine", "sound", "happy bells", seed=1, seconds=3)
    assert first.bytes == do("imagine", "sound", "happy bells", seed=1, seconds=3).bytes
    assert first.bytes != do("imagine", "sound", "happy bells", seed=2, seconds=3).bytes


def test_blocks_do_not_change_the_sound(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long tracks are worked on in blocks, to hold little beside them in memory."""
    whole = do("imagine", "sound", "piano in the rain with drums", seconds=3).bytes
    monkeypatch.setattr(studio, "BLOCK_SAMPLES", 7_001)
    assert do("imagine", "sound", "piano in the rain with drums", seconds=3).bytes == whole


def test_a_long_ambience_is_made_of_parts_that_fade_into_each_other(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio, "AMBIENCE_SAMPLES", 64_000)
    monkeypatch.setattr(studio, "FADE_SAMPLES", 16_000)
    _, _, samples = load(do("imagine", "sound", "rain", seconds=7))
    loudness = [float(np.sqrt((samples[start : start + 8_000] ** 2).mean())) for start in range(16_000, 7 * 32_000 - 16_000, 8_000)]
    assert min(loudness) > 0.5 * max(loudness)


def test_a_tone_has_its_frequency(do: Do) -> None:
    rate, _, samples = load(do("imagine", "sound", "a 440 Hz tone", seconds=2))
    spectrum = np.abs(np.fft.rfft(samples[:, 0]))
    assert int(np.argmax(spectrum)) * rate / len(samples) == 440


@pytest.mark.parametrize(
    "prompt",
    [
        "sea waves", "wind", "thunderstorm", "birds and crickets", "campfire", "white noise", "techno with drums at 140 bpm",
        "church organ in d minor", "celtic harp", "chiptune", "flute over strings", "", "📯", "x" * 4000,
    ],
)  # fmt: skip
def test_any_prompt_sounds(do: Do, prompt: str) -> None:
    _, _, samples = load(do("imagine", "sound", prompt, seconds=4))
    assert np.sqrt((samples**2).mean()) > 0.005


def test_words_become_a_score() -> None:
    score = read("sad piano in d minor at 70 bpm with rain", np.random.default_rng(1))
    assert (score.tempo, score.root % 12, score.mode, score.instruments, score.ambience) == (70, 2, "minor", ("piano",), ("rain",))
    assert read("rain on the roof", np.random.default_rng(1)).instruments == ()


@pytest.mark.clause("P-3.4")
@pytest.mark.parametrize("voice", ["en-us", "en-gb-female", "de", "fr-female", "hi"])
def test_speech_is_spoken_and_charged_by_the_second(do: Do, voice: str) -> None:
    done = do("imagine", "speech", "Welcome. Your order is ready, and it waits at the counter.", voice=voice)
    rate, channels, samples = load(done)
    seconds = len(samples) / rate
    assert channels == 1
    assert 2 < seconds < 12
    assert done.units == int(np.ceil(seconds))
    assert np.sqrt((samples**2).mean()) > 0.01


def test_speed_and_voice_change_the_speech(do: Do) -> None:
    slow, fast = (load(do("imagine", "speech", "one two three four five", speed=speed))[2] for speed in (80, 300))
    assert len(slow) > 2 * len(fast)
    female = load(do("imagine", "speech", "one two three four five", speed=300, voice="en-us-female"))[2]
    power, power_female = (np.abs(np.fft.rfft(samples[:8_000, 0])) ** 2 for samples in (fast, female))
    low = slice(round(70 * 8_000 / 22_050), round(140 * 8_000 / 22_050))
    assert power[low].sum() / power.sum() > 2 * power_female[low].sum() / power_female.sum()


def test_speech_that_is_slower_than_its_hold_is_charged_the_hold(do: Do) -> None:
    done = do("imagine", "speech", "\u4f60" * 40, speed=80)
    rate, _, samples = load(done)
    assert (done.units, len(samples) / rate > done.units) == (20, True)


def test_speech_has_limits(do: Do) -> None:
    with pytest.raises(SpeechTooLong) as refused:
        do("imagine", "speech", "你好" * 2_000, speed=80)
    assert refused.value.kind is Kind.OVERSIZED
    with pytest.raises(SourceMissing):
        do("imagine", "speech", " \n ")


def test_long_texts_are_spoken_in_pieces() -> None:
    words = " ".join(f"word{number}" for number in range(400))
    pieces = split(words + " " + "x" * 1_000)
    assert max(map(len, pieces)) <= PIECE_CHARACTERS
    assert " ".join(pieces).replace(" ", "") == (words + "x" * 1_000).replace(" ", "")
