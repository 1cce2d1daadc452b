"""Reading a prompt as music: tempo, key, mode, instruments, ambience. What is not named is chosen by the seed.

Invariant: the same words and seed give the same score.
"""

import re
from dataclasses import dataclass

import numpy as np

MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "pentatonic": (0, 2, 4, 7, 9, 12, 14),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}
MODE_WORDS = {
    "major": "major happy cheerful bright joyful sunny upbeat victory celebration fun children march",
    "minor": "minor sad melancholy melancholic dark gloomy tragic lonely rain rainy night sorrow",
    "dorian": "jazz blues folk medieval celtic funky",
    "pentatonic": "asian japanese chinese zen meditation calm peaceful relaxing gentle lullaby",
    "lydian": "dreamy magical space wonder floating ethereal fantasy",
    "phrygian": "mysterious tense scary horror suspense desert arabic spanish eerie",
}
INSTRUMENT_WORDS = {
    "piano": "piano keys keyboard jazz sonata nocturne",
    "guitar": "guitar harp lute string plucked folk koto celtic",
    "bells": "bell bells chime chimes glockenspiel lullaby magical christmas music-box celesta",
    "pad": "pad ambient strings choir synth dreamy space floating calm meditation relaxing drone ethereal",
    "organ": "organ church hymn cathedral",
    "flute": "flute whistle pipe shepherd woodwind birdsong",
    "lead": "chiptune 8-bit arcade game electronic techno dance edm lead retro",
}
AMBIENCE_WORDS = {
    "rain": "rain rainy raining drizzle storm thunderstorm",
    "wind": "wind windy breeze storm blizzard howling gale",
    "sea": "sea ocean waves wave beach surf shore",
    "fire": "fire campfire fireplace crackling",
    "birds": "bird birds birdsong forest morning garden",
    "crickets": "crickets cricket night summer-night cicadas",
    "thunder": "thunder thunderstorm",
    "noise": "noise static white-noise hiss",
}
DRUM_WORDS = frozenset("drum drums beat beats techno dance edm rock hip-hop funk funky march upbeat energetic percussion action".split())
TEMPO_WORDS = {
    56: "largo drone meditation sleep ambient",
    68: "slow adagio calm sad peaceful relaxing lullaby gentle lonely melancholic melancholy",
    92: "moderate andante walking dreamy folk",
    120: "happy cheerful upbeat pop rock march allegro",
    138: "fast energetic dance techno edm quick presto action exciting chiptune arcade",
}
NOTES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What will be played."""

    tempo: int
    """Beats a minute."""
    root: int
    """MIDI number of the key's root below middle C."""
    mode: str
    instruments: tuple[str, ...]
    """The first plays the melody, the last the chords; empty: ambience alone."""
    ambience: tuple[str, ...]
    drums: bool
    tone_hertz: float | None
    """A plain test tone, when the prompt asks for a frequency."""


def read(prompt: str, rng: np.random.Generator) -> Score:
    """Return the score that the words describe."""
    text = prompt.lower()
    words = re.findall(r"[a-z0-9]+(?:-[a-z]+)*", text)
    ambience = _find(AMBIENCE_WORDS, words)
    instruments = _find(INSTRUMENT_WORDS, words)
    drums = bool(DRUM_WORDS & set(words))
    musical = (
        bool(instruments)
        or drums
        or bool(set(words) & set("music song melody tune theme piece sonata jingle chord chords soundtrack".split()))
    )
    if not instruments and (musical or not ambience):
        instruments = (str(rng.choice(["piano", "guitar", "bells", "flute"])), "pad")
    tone = re.search(r"(\d{2,5}(?:\.\d+)?)\s*(?:hz|hertz)\b", text)
    return Score(
        tempo=_choose_tempo(text, words, rng),
        root=_choose_root(text, rng),
        mode=next(iter(_find(MODE_WORDS, words)), str(rng.choice(["major", "minor", "dorian", "pentatonic", "lydian"]))),
        instruments=instruments,
        ambience=ambience,
        drums=drums,
        tone_hertz=min(max(float(tone[1]), 20.0), 15_000.0) if tone else None,
    )


def _find(table: dict[str, str], words: list[str]) -> tuple[str, ...]:
    """Return the entries that the words name, in the order of the words."""
    found = [name for word in words for name, listed in table.items() if word in listed.split()]
    return tuple(dict.fromkeys(found))


def _choose_tempo(text: str, words: list[str], rng: np.random.Generator) -> int:
    stated = re.search(r"(\d{2,3})\s*bpm", text)
    if stated:
        return min(max(int(stated[1]), 40), 220)
    for tempo, listed in TEMPO_WORDS.items():
        if set(words) & set(listed.split()):
            return tempo
    return int(rng.integers(76, 116))


def _choose_root(text: str, rng: np.random.Generator) -> int:
    stated = re.search(r"\b([a-g])[ -]?(sharp|flat)?[ -]?(?:major|minor|dorian|lydian|phrygian)\b", text)
    if not stated:
        return 48 + int(rng.integers(-5, 7))
    shift = {"sharp": 1, "flat": -1}.get(stated[2] or "", 0)
    note = NOTES[stated[1]] + shift
    return 48 + (note if note <= 6 else note - 12)
