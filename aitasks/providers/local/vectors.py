"""``embed``: a text to a vector by hashing its words and pieces of words, with NumPy. No model, and nothing is understood.

Texts that share words, or parts of words (``tram``, ``trams``, ``tramway``), get vectors that are near each other; texts that say the same
in other words do not. Each feature adds or takes away at a place that its hash chooses, so that collisions cancel out on average
(Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009). Invariants: the same text gives the same vector on every
machine; its length is 1.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from itertools import pairwise
from math import log

import numpy as np
import numpy.typing as npt

from aitasks.features import embed
from aitasks.providers.local import texts
from aitasks.providers.port import Event, Media, Output, Progress, Usage, Work

DIMENSIONS_USUAL = 512
"""Enough that two texts without a common word seem to have less than a tenth in common."""
WORD, PAIR, PIECE = 1.0, 0.5, 0.7
"""What a word, two words in a row and a piece of a word weigh."""
PIECE_CHARACTERS = (3, 4, 5)
_WORDS = re.compile(r"\w+")
Vector = npt.NDArray[np.float64]


def run(work: Work) -> Iterator[Event]:
    """Make the vector of the source."""
    text = embed.check_text(texts.read_source(work))
    yield Progress(5)
    vector = make_vector(text, dimensions=int(work.parameters.get("dimensions") or DIMENSIONS_USUAL))
    yield Progress(100)
    yield Output(0, Media(type=embed.TYPE, text=embed.write_vector(vector.tolist())))
    yield Usage(texts.count_input(work))


def make_vector(text: str, *, dimensions: int) -> Vector:
    """Return the vector of a text, of length 1."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    vector = np.zeros(dimensions)
    for feature, weight in _weigh(_WORDS.findall(plain)):
        _add(vector, feature, weight)
    if not vector.any():  # no words at all, or two features that cancel out
        _add(vector, plain.strip(), WORD)
    return vector / np.linalg.norm(vector)


def _weigh(words: list[str]) -> Iterator[tuple[str, float]]:
    """Yield each feature of a text once, with what it weighs: the tenth time counts less than the first."""
    counted = Counter({f"w {word}": count for word, count in Counter(words).items()})
    counted.update(f"p {first} {second}" for first, second in pairwise(words))
    counted.update(f"c {piece}" for word in words for piece in _cut(f"<{word}>"))
    weights = {"w": WORD, "p": PAIR, "c": PIECE}
    for feature, count in counted.items():
        yield feature, weights[feature[0]] * (1 + log(count))


def _cut(word: str) -> Iterator[str]:
    for size in PIECE_CHARACTERS:
        for start in range(len(word) - size + 1):
            yield word[start : start + size]


def _add(vector: Vector, feature: str, weight: float) -> None:
    number = int.from_bytes(blake2b(feature.encode("utf-8", "replace"), digest_size=8).digest(), "big")
    place, sign = divmod(number, 2)
    vector[place % len(vector)] += weight if sign else -weight
