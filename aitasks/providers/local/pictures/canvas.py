"""The canvas: a picture in floating point that layers are laid over, and the masks they are laid through.

Invariant: colours and masks are float32 in 0..1; shapes are drawn at :data:`FINE` times the size and shrunk, which smooths their edges.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from aitasks.providers.local.pictures.noise import Field

Colour = tuple[float, float, float]
FINE = 3


@dataclass(slots=True)
class Canvas:
    """A picture being drawn; ``y`` and ``x`` are the pixel places in 0..1, as a column and a row."""

    pixels: Field
    x: Field
    y: Field

    @property
    def width(self) -> int:
        """Return the width in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Return the height in pixels."""
        return int(self.pixels.shape[0])


def make_canvas(width: int, height: int) -> Canvas:
    """Return a black canvas."""
    x = ((np.arange(width, dtype=np.float32) + 0.5) / width)[None, :]
    y = ((np.arange(height, dtype=np.float32) + 0.5) / height)[:, None]
    return Canvas(np.zeros((height, width, 3), np.float32), x, y)


def blend(canvas: Canvas, mask: Field, colour: Colour | Field, *, top: int = 0) -> None:
    """Lay a colour (or a picture) over the canvas through a mask, from row ``top`` down."""
    part = canvas.pixels[top : top + mask.shape[0]]
    part += mask[..., None] * (np.asarray(colour, np.float32) - part)


def glow(canvas: Canvas, light: Field, colour: Colour) -> None:
    """Add light: it brightens and never darkens, and never goes beyond white."""
    canvas.pixels += (1 - canvas.pixels) * np.clip(light, 0, 1)[..., None] * np.asarray(colour, np.float32)


def fill_below(canvas: Canvas, line: Field) -> Field:
    """Return the mask of everything below a line of heights (0 top, 1 bottom), with a smooth edge."""
    return cast(Field, np.clip((canvas.y - line[None, :]) * canvas.height + 0.5, 0, 1))


def draw_mask(canvas: Canvas, paint: Callable[[ImageDraw.ImageDraw, float], None], *, fine: int = FINE, blur: float = 0) -> Field:
    """Return a mask painted with Pillow; ``paint`` gets the pen and the length of the picture's shorter side in pen pixels."""
    image = Image.new("L", (canvas.width * fine, canvas.height * fine))
    paint(ImageDraw.Draw(image), min(canvas.width, canvas.height) * fine)
    image = image.resize((canvas.width, canvas.height), Image.Resampling.BOX)
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur * min(canvas.width, canvas.height)))
    return np.asarray(image, np.float32) / 255


def place(points: Sequence[tuple[float, float]], *, x: float, y: float, scale: float, flip: bool = False) -> list[tuple[float, float]]:
    """Return a shape's points (its foot at 0, 0, up is negative) moved to ``x``, ``y`` and scaled, for Pillow's pen."""
    turn = -1 if flip else 1
    return [(x + turn * px * scale, y + py * scale) for px, py in points]


def smooth(points: Sequence[tuple[float, float]], *, rounds: int = 3) -> list[tuple[float, float]]:
    """Return a closed outline with its corners cut again and again (Chaikin's curve)."""
    outline = list(points)
    for _ in range(rounds):
        following = [*outline[1:], outline[0]]
        outline = [
            (a[0] * near + b[0] * (1 - near), a[1] * near + b[1] * (1 - near))
            for a, b in zip(outline, following, strict=True)
            for near in (0.75, 0.25)
        ]
    return outline


def mix(first: Colour, second: Colour, part: float) -> Colour:
    """Return the colour ``part`` of the way from the first to the second."""
    r, g, b = (a + (c - a) * part for a, c in zip(first, second, strict=True))
    return (r, g, b)
