"""Noise: smooth random fields and ridge lines, the raw material of every layer. Each function draws from the generator that it is given."""

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Field = NDArray[np.floating[Any]]


def make_field(rng: np.random.Generator, *, width: int, height: int, cells: float, octaves: int = 5, stretch: float = 1.0) -> Field:
    """Return fractal noise in 0..1; ``cells`` is the number of bumps across, ``stretch`` above 1 makes them wider than high."""
    total = np.zeros((height, width), np.float32)
    weight, weights = 1.0, 0.0
    for octave in range(octaves):
        columns = max(2, round(cells * 2**octave))
        rows = max(2, round(cells * 2**octave * stretch * height / width))
        grid = rng.random((rows + 1, columns + 1), np.float32)
        total += weight * np.asarray(Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC), np.float32)
        weights += weight
        weight *= 0.5
        if columns >= width:
            break
    return normalise(total)


def normalise(field: Field) -> Field:
    """Return the field stretched to 0..1."""
    low, high = float(field.min()), float(field.max())
    return (field - low) / max(high - low, 1e-6)


def make_line(rng: np.random.Generator, *, width: int, bumps: float, roughness: float = 0.5, octaves: int = 7) -> Field:
    """Return a line of heights in -1..1 across the picture; higher ``roughness`` is more jagged."""
    x = np.arange(width, dtype=np.float32) / width
    line = np.zeros(width, np.float32)
    weight = 1.0
    for octave in range(octaves):
        count = max(2, round(bumps * 2**octave))
        knots = rng.random(count + 3, np.float32) * 2 - 1
        place = x * count
        index = place.astype(np.int32)
        part = place - index
        if octave < 3:
            part = part * part * (3 - 2 * part)
        line += weight * (knots[index] * (1 - part) + knots[index + 1] * part)
        weight *= roughness
    return line / max(float(np.abs(line).max()), 1e-6)


def smoothstep(low: float, high: float, value: Field) -> Field:
    """Return 0 below ``low``, 1 above ``high`` and a soft step between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return cast(Field, t * t * (3 - 2 * t))


def sample(field: Field, *, rows: Field, columns: Field) -> Field:
    """Return the field read at other places, mirrored at its edges so that no seam shows."""
    height, width = field.shape[:2]
    return field[_mirror(rows, height), _mirror(columns, width)]


def _mirror(place: Field, size: int) -> NDArray[np.int32]:
    turned = np.mod(place, 2 * size).astype(np.int32)
    return np.clip(np.where(turned >= size, 2 * size - 1 - turned, turned), 0, size - 1)
