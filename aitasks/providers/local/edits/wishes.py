"""Reading wishes: finds in a prompt, in order, what is to be done, from a list of patterns.

It stands by itself because images and texts are asked for in the same way. Invariant: a clause that holds no known wish is refused with the
list of what can be done; nothing is skipped in silence.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from aitasks.providers.local.errors import UnknownWish

Change = TypeVar("Change")

_CLAUSES = re.compile(r"[,;\n]+|\.(?=\s|$)|\b(?:and then|then|and|plus|finally|afterwards)\b")
_FILLER = frozenset(
    """please make it the a an and then to in into of my this that image picture photo text file turn convert change also now
    first next want i you can could would like just as by so with for thanks thank me give apply do all""".split()
)


@dataclass(frozen=True, slots=True)
class Wish(Generic[Change]):
    """Something that can be asked for: how it is said, how it is described, and what it becomes."""

    pattern: re.Pattern[str]
    label: str
    make: Callable[[re.Match[str]], Change]


def wish(pattern: str, label: str, make: Callable[[re.Match[str]], Change]) -> Wish[Change]:
    """Return a wish whose pattern matches whole words, whatever their case."""
    return Wish(re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE), label, make)


def read(prompt: str, known: Sequence[Wish[Change]]) -> list[Change]:
    """Return the changes that the prompt asks for, in its order; raises ``UnknownWish`` for a clause that asks for anything else."""
    changes: list[Change] = []
    labels = [each.label for each in known if each.label]
    for clause in _CLAUSES.split(prompt):
        found = _read_clause(clause, known)
        if not found and set(re.findall(r"\w+", clause.lower())) - _FILLER:
            raise UnknownWish(clause.strip(), labels)
        changes += found
    if not changes:
        raise UnknownWish(prompt.strip(), labels)
    return changes


def _read_clause(clause: str, known: Sequence[Wish[Change]]) -> list[Change]:
    """Return the changes of one clause by their place in it; the first of the list wins where two overlap."""
    taken: list[tuple[int, int, Change]] = []
    for each in known:
        for match in each.pattern.finditer(clause):
            if all(match.end() <= start or match.start() >= end for start, end, _ in taken):
                taken.append((match.start(), match.end(), each.make(match)))
    return [change for _start, _end, change in sorted(taken, key=lambda entry: entry[0])]
