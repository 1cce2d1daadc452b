"""Sizes as our features write them (``1024x768``), for vendors that take sides, or only shapes.

It stands beside :mod:`port` so that the nearest shape is the same one everywhere.
"""

import re
from collections.abc import Iterable
from math import log

_RATIO = re.compile(r"(\d+):(\d+)")


def read_size(size: str) -> tuple[int, int]:
    """Return width and height."""
    width, _, height = size.partition("x")
    return int(width), int(height)


def find_ratio(size: str, known: Iterable[str]) -> str:
    """Return the ratio (``5:4``) of ``known`` that is nearest to the size's, or "" when none of them is a ratio."""
    width, height = read_size(size)
    measured = {ratio: int(match[1]) / int(match[2]) for ratio in known if (match := _RATIO.fullmatch(ratio))}
    return min(measured, key=lambda ratio: abs(log(measured[ratio] / (width / height))), default="")
