"""Colours: names that people use, and the palettes of the hours of the day.

It stands by itself because reading a picture (``extract``) names colours with the same list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aitasks.providers.local.pictures.canvas import Colour, mix


def from_hex(code: str) -> Colour:
    """Return the colour of ``rrggbb``."""
    return (int(code[0:2], 16) / 255, int(code[2:4], 16) / 255, int(code[4:6], 16) / 255)


NAMES: dict[str, Colour] = {
    name: from_hex(code)
    for name, code in {
        "black": "101014", "white": "f6f5f0", "grey": "8a8d91", "gray": "8a8d91", "silver": "c3c8ce", "red": "c8282d", "crimson": "a5142c",
        "scarlet": "e0301e", "maroon": "6e1423", "orange": "ee7f22", "amber": "f5a623", "gold": "e0b13a", "golden": "e5b543",
        "yellow": "f4d535",
        "lemon": "f7ea6b", "olive": "7a7b32", "lime": "a4d03a", "green": "3a9a4b", "emerald": "1f9d6b", "mint": "9fe0c3", "teal": "178a8c",
        "turquoise": "35c2bd", "cyan": "36c5e0", "aqua": "4fd0d9", "blue": "2b63c6", "navy": "16264f", "azure": "4a9be8",
        "indigo": "41338c",
        "violet": "7a4bc4", "purple": "7b3a9c", "lavender": "b7a5e0", "lilac": "c5a6d8", "magenta": "c72c8f", "pink": "ee8fb4",
        "rose": "e2607f",
        "coral": "f4795f", "salmon": "f49a83", "peach": "f9bf9a", "brown": "76482b", "beige": "e0d1b0", "cream": "f5ead0",
        "copper": "b66a3c",
        "bronze": "94703a", "rust": "a4471f", "sand": "dcc38f",
    }.items()
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of a scene's light: the sky from its top to the horizon, the sun or moon, the land near and far, the clouds."""

    top: Colour
    middle: Colour
    horizon: Colour
    light: Colour
    far: Colour
    near: Colour
    cloud: Colour
    shade: Colour


def _palette(codes: str) -> Palette:
    top, middle, horizon, light, far, near, cloud, shade = (from_hex(code) for code in codes.split())
    return Palette(top=top, middle=middle, horizon=horizon, light=light, far=far, near=near, cloud=cloud, shade=shade)


HOURS: dict[str, tuple[Palette, ...]] = {
    "day": (
        _palette("2f6fb5 6fa8d8 d6e6ea fff4d2 8fb0c9 2f5a48 ffffff a9bccd"),
        _palette("1f5fa8 5b9fd6 e6ebdf fff1c4 86aebf 3b5f3a fffaf0 9fb8cc"),
        _palette("3a86b8 86c3d6 f3ead2 fff3cf 97b3bd 355c50 ffffff b0c2cc"),
    ),
    "dawn": (
        _palette("5a78b5 c79bb8 fbd3b0 fff0d0 a08db5 3b3f5c ffe3d2 9a87a8"),
        _palette("47679f a9a5c9 fde2c0 fff3d6 9aa3c4 36485e ffeadb 8f97b5"),
    ),
    "sunset": (
        _palette("2b2a5e b0496f f9a25c ffe2a0 8a4a6e 22183a ffb288 5a3560"),
        _palette("1f3060 84568f fb8d62 ffdb98 6d4b80 1c1a38 ffa98c 4a3a6a"),
        _palette("3a2350 d2524f fdb45c fff0b0 9c4650 2a1730 ffbf80 6b3050"),
    ),
    "dusk": (
        _palette("141c44 3d4a86 d98a8a ffe0c0 4b4f86 12152e b58aa6 2f325e"),
        _palette("101a3a 35527e c98f7e ffdcb8 47608a 0f1a2e a68fa0 28385c"),
    ),
    "night": (
        _palette("050a1e 10224a 2d4d78 f2f2e4 1e3558 050b18 3a5078 0c1730"),
        _palette("0a0820 1d1c4c 4a4480 f5efe0 2b2c5e 080818 4a4880 141338"),
        _palette("04121c 0d2f40 2f6670 eef5ea 1c4650 04101a 3a6a74 0a2430"),
    ),
    "storm": (
        _palette("2a333d 4d5a66 94a0a3 e8e8d8 5a6a72 1b2528 8f9aa0 38434c"),
        _palette("262c3a 4a5468 8e98a0 e6e6dc 525f70 181f28 8a93a0 323a48"),
    ),
}


def tint(palette: Palette, wanted: Sequence[Colour]) -> Palette:
    """Return the palette drawn towards the colours that the prompt names, in the order they are named; light keeps its brightness."""
    if not wanted:
        return palette
    first, last = wanted[0], wanted[-1]
    return replace(
        palette,
        top=mix(palette.top, _keep_brightness(first, palette.top), 0.75),
        middle=mix(palette.middle, _keep_brightness(first if len(wanted) < 3 else wanted[1], palette.middle), 0.65),
        horizon=mix(palette.horizon, _keep_brightness(last, palette.horizon), 0.6),
        far=mix(palette.far, _keep_brightness(last, palette.far), 0.5),
        cloud=mix(palette.cloud, _keep_brightness(last, palette.cloud), 0.35),
        near=mix(palette.near, _keep_brightness(first, palette.near), 0.35),
    )


def get_brightness(colour: Colour) -> float:
    """Return how bright a colour looks, 0 to 1."""
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def _keep_brightness(colour: Colour, model: Colour) -> Colour:
    target = 0.7 * get_brightness(model) + 0.3 * get_brightness(colour)
    present = get_brightness(colour)
    if present >= target:
        r, g, b = (part * target / max(present, 1e-6) for part in colour)
        return (r, g, b)
    return mix(colour, (1.0, 1.0, 1.0), (target - present) / max(1 - present, 1e-6))
