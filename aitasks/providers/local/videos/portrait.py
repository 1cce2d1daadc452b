"""The portrait of a talking video: one that was sent, or one that is drawn, and where its mouth is.

No face is recognised here: there is no such model on board. In a picture that was sent the mouth is looked for below the middle of what has
the colour of skin, which fits a head that looks ahead and fills a good part of the picture; where nothing has, it is taken to be below the
picture's middle.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from aitasks.providers.local.pixels import open_image

SIDE_MAX = 512
SKIN_MIN = 0.02
"""So much of a picture has to look like skin before it says anything about a mouth."""
MOUTH_DOWN = 0.74
"""How far down the skin's height a mouth is."""
SKINS = ((243, 214, 190), (225, 184, 150), (198, 146, 108), (150, 102, 72), (106, 70, 50))
HAIRS = ((42, 32, 28), (92, 62, 40), (160, 112, 60), (120, 50, 36), (150, 150, 156))
CLOTHES = ((52, 84, 120), (120, 60, 72), (60, 104, 84), (88, 76, 120), (64, 68, 76))
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Portrait:
    """A picture with even sides of at most :data:`SIDE_MAX` pixels, and its mouth: the middle, and half its width, in pixels."""

    pixels: Pixels
    mouth_x: int
    mouth_y: int
    mouth_half: int


def read_portrait(path: Path) -> Portrait:
    """Return the portrait of a picture that was sent; raises as ``pixels.open_image`` does."""
    image = ImageOps.exif_transpose(open_image(path)).convert("RGB")
    image.thumbnail((SIDE_MAX, SIDE_MAX))
    width, height = image.width // 2 * 2 or 2, image.height // 2 * 2 or 2
    pixels = np.asarray(image.resize((width, height)) if image.size != (width, height) else image)
    return Portrait(pixels, *_find_mouth(pixels))


def draw_portrait(prompt: str) -> Portrait:
    """Return a portrait drawn for a prompt: the same for the same words."""
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(prompt.encode()).digest()[:8]))
    skin, hair, cloth = (choices[int(rng.integers(len(choices)))] for choices in (SKINS, HAIRS, CLOTHES))
    side = SIDE_MAX * 2
    image = Image.new("RGB", (side, side), tuple(int(160 + 60 * value) for value in rng.random(3)))
    draw = ImageDraw.Draw(image)
    _draw_body(draw, side, skin=skin, hair=hair, cloth=cloth, long_hair=bool(rng.random() < 0.5))
    _draw_face(draw, side, skin=skin, hair=hair)
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(1.2)).resize((SIDE_MAX, SIDE_MAX), Image.Resampling.LANCZOS))
    return Portrait(pixels, SIDE_MAX // 2, int(SIDE_MAX * 0.6), int(SIDE_MAX * 0.065))


def _draw_body(
    draw: ImageDraw.ImageDraw, side: int, *, skin: tuple[int, ...], hair: tuple[int, ...], cloth: tuple[int, ...], long_hair: bool
) -> None:
    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
        return (left * side, top * side, right * side, bottom * side)

    draw.ellipse(box(0.25, 0.12, 0.75, 0.78 if long_hair else 0.52), fill=hair)
    draw.ellipse(box(0.1, 0.78, 0.9, 1.4), fill=cloth)
    draw.rectangle(box(0.43, 0.62, 0.57, 0.83), fill=tuple(int(part * 0.9) for part in skin))
    draw.ellipse(box(0.43, 0.78, 0.57, 0.87), fill=tuple(int(part * 0.9) for part in skin))
    draw.ellipse(box(0.3, 0.2, 0.7, 0.72), fill=skin)
    draw.chord(box(0.28, 0.14, 0.72, 0.5), 185, 355, fill=hair)


def _draw_face(draw: ImageDraw.ImageDraw, side: int, *, skin: tuple[int, ...], hair: tuple[int, ...]) -> None:
    shade = tuple(int(part * 0.82) for part in skin)
    for x in (0.42, 0.58):
        draw.ellipse(((x - 0.035) * side, 0.425 * side, (x + 0.035) * side, 0.465 * side), fill=(250, 250, 248))
        draw.ellipse(((x - 0.017) * side, 0.426 * side, (x + 0.017) * side, 0.464 * side), fill=(60, 50, 44))
        draw.arc(((x - 0.05) * side, 0.385 * side, (x + 0.05) * side, 0.44 * side), 200, 340, fill=hair, width=side // 90)
    draw.arc((0.47 * side, 0.46 * side, 0.53 * side, 0.54 * side), 20, 160, fill=shade, width=side // 110)
    draw.ellipse((0.435 * side, 0.59 * side, 0.565 * side, 0.615 * side), fill=(178, 92, 88))


def _find_mouth(pixels: Pixels) -> tuple[int, int, int]:
    """Return the middle of the mouth and half its width."""
    height, width = pixels.shape[:2]
    red, green, blue = (pixels[..., channel].astype(np.int16) for channel in range(3))
    is_skin = (red > 70) & (red - green > 10) & (green - blue > -15) & (red - blue > 20) & (red - np.minimum(green, blue) < 130)
    # Hands and shoulders are further down than faces.
    rows, columns = np.nonzero(is_skin[: int(height * 0.85)])
    if len(rows) < SKIN_MIN * height * width:
        return width // 2, int(height * 0.6), max(int(width * 0.07), 2)
    left, right = np.percentile(columns, (10, 90))
    top, bottom = np.percentile(rows, (4, 96))
    half = max(int((right - left) * 0.17), 2)
    return int((left + right) / 2), min(int(top + (bottom - top) * MOUTH_DOWN), height - 2), half
