"""Things in the scene: birds, boat, animals, house, lighthouse, balloon, tree, flowers, fireflies. Silhouettes with a little light."""

from collections.abc import Callable, Sequence

import numpy as np
from PIL import ImageDraw

from aitasks.providers.local.pictures import noise
from aitasks.providers.local.pictures.canvas import FINE, Canvas, Colour, blend, draw_mask, fill_below, glow, mix, place, smooth
from aitasks.providers.local.pictures.frame import Frame
from aitasks.providers.local.pictures.shapes import SHAPES

Points = Sequence[tuple[float, float]]
DARK: Colour = (0.05, 0.05, 0.09)
WARM: Colour = (1.0, 0.8, 0.42)


def draw_foreground(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Lay a dark bank with blades of grass along the foot of the picture, where animals and houses stand."""
    palette = frame.scene.palette
    line = get_ground(frame) + 0.03 * noise.make_line(rng, width=canvas.width, bumps=2, roughness=0.35, octaves=5)
    snowy = "snow" in frame.scene.things
    tone = mix((0.9, 0.93, 0.98), palette.top, 0.25) if snowy else mix(palette.near, DARK, 0.5)
    blades = rng.random((700, 4))

    def paint(pen: ImageDraw.ImageDraw, unit: float) -> None:
        for fx, fy, fs, lean in blades:
            column = min(canvas.width - 1, int(fx * canvas.width))
            px, py = fx * canvas.width * FINE, (line[column] + 0.02 + 0.05 * fy * fy) * canvas.height * FINE
            high = unit * (0.025 + 0.04 * fs)
            pen.polygon([(px - unit * 0.0016, py), (px + (lean - 0.5) * high * 0.7, py - high), (px + unit * 0.0016, py)], fill=255)

    if not snowy:
        blend(canvas, draw_mask(canvas, paint), tone)
    mask = fill_below(canvas, line)
    shade = np.clip((canvas.y - line[None, :]) / 0.16, 0, 1)
    bright, dark = np.asarray(mix(tone, palette.light, 0.16), np.float32), np.asarray(mix(tone, DARK, 0.1 if snowy else 0.6), np.float32)
    blend(canvas, mask, bright + shade[..., None] * (dark - bright))


def get_ground(frame: Frame) -> float:
    """Return the height of the foreground bank, 0..1 from the top."""
    return 0.9 if frame.watery else 0.88


def draw_thing(name: str) -> Callable[[Canvas, Frame, np.random.Generator], None]:
    """Return the layer that draws one of the silhouettes of ``shapes`` on the foreground or on the water."""
    shape = SHAPES[name]

    def layer(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
        afloat = name == "boat"
        x = frame.subject_x + 0.02 * float(rng.random())
        y = frame.horizon + (1 - frame.horizon) * 0.3 if afloat else get_ground(frame) + 0.025
        if shape.far and not afloat:
            y = frame.horizon + 0.02 if frame.watery else get_ground(frame) + 0.01
        scale = shape.scale

        def paint(pen: ImageDraw.ImageDraw, unit: float, upside: float = 1.0) -> None:
            for part in shape.parts:
                outline = smooth(part, rounds=3 if shape.soft else 0)
                moved = [(px, py * upside) for px, py in outline]
                pen.polygon(
                    place(moved, x=x * canvas.width * FINE, y=y * canvas.height * FINE, scale=scale * unit, flip=frame.subject_flip),
                    fill=255,
                )

        mask = draw_mask(canvas, paint)
        if afloat:
            shadow = draw_mask(canvas, lambda pen, unit: paint(pen, unit, -0.6), blur=0.006)
            blend(canvas, shadow * 0.45, mix(frame.scene.palette.near, DARK, 0.6))
        body = (
            mix(shape.colour, DARK, 0.25 if frame.scene.hour == "day" else 0.5)
            if shape.colour
            else mix(frame.scene.palette.near, DARK, 0.75)
        )
        blend(canvas, mask, body)
        rim = np.clip(
            mask - np.roll(mask, (max(1, canvas.height // 256), (-1 if frame.light_x > x else 1) * max(1, canvas.width // 256)), (0, 1)),
            0,
            1,
        )
        glow(canvas, rim * 0.6, frame.scene.palette.light)
        _draw_lights(canvas, frame, shape.lights, x=x, y=y, scale=scale)

    return layer


def _draw_lights(canvas: Canvas, frame: Frame, lights: Points, *, x: float, y: float, scale: float) -> None:
    if not lights or frame.scene.hour == "day":
        return

    def paint(pen: ImageDraw.ImageDraw, unit: float) -> None:
        for px, py in place(lights, x=x * canvas.width * FINE, y=y * canvas.height * FINE, scale=scale * unit, flip=frame.subject_flip):
            half = unit * scale * 0.045
            pen.rectangle((px - half, py - half, px + half, py + half), fill=255)

    glow(canvas, draw_mask(canvas, paint, blur=0.03) * 2.4, WARM)
    blend(canvas, draw_mask(canvas, paint), WARM)


def draw_birds(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Let a loose flock cross the sky."""
    cx, cy = frame.subject_x, frame.horizon * (0.3 + 0.2 * rng.random())
    flock = [
        (cx + float(rng.normal(0, 0.09)), cy + float(rng.normal(0, 0.05)), 0.009 + 0.012 * float(rng.random()), float(rng.random()))
        for _ in range(9)
    ]

    def paint(pen: ImageDraw.ImageDraw, unit: float) -> None:
        for fx, fy, size, lift in flock:
            px, py, s = fx * canvas.width * FINE, fy * canvas.height * FINE, size * unit
            up = 0.35 + 0.5 * lift
            wing = [
                (-1, -up * 0.75),
                (-0.55, -up),
                (0, 0),
                (0.55, -up),
                (1, -up * 0.75),
                (0.5, -up * 0.7),
                (0.06, 0.2),
                (-0.06, 0.2),
                (-0.5, -up * 0.7),
            ]
            pen.polygon(place(smooth(wing, rounds=2), x=px, y=py, scale=s), fill=255)

    blend(canvas, draw_mask(canvas, paint) * 0.85, mix(frame.scene.palette.near, DARK, 0.4))


def draw_flowers(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Scatter blossoms over the foreground, larger towards the viewer."""
    tones = frame.scene.blossom or frame.scene.wanted or ((0.88, 0.2, 0.22), (0.96, 0.75, 0.3), (0.85, 0.45, 0.7))
    for tone in tones[:3]:
        spots = rng.random((130, 3))

        def paint(pen: ImageDraw.ImageDraw, unit: float, spots: noise.Field = spots) -> None:
            for fx, fy, fs in spots:
                depth = fy**0.8
                px, py = fx * canvas.width * FINE, (frame.horizon + 0.09 + (0.9 - frame.horizon) * depth) * canvas.height * FINE
                r = unit * (0.002 + 0.012 * depth) * (0.7 + 0.6 * fs)
                pen.ellipse((px - r, py - r * 0.8, px + r, py + r * 0.8), fill=255)

        blend(canvas, draw_mask(canvas, paint) * 0.92, mix(tone, DARK, {"day": 0.0, "dawn": 0.1, "sunset": 0.2}.get(frame.scene.hour, 0.5)))


def draw_fireflies(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Let small warm lights float near the ground."""
    spots = rng.random((46, 3))

    def paint(pen: ImageDraw.ImageDraw, unit: float) -> None:
        for fx, fy, fs in spots:
            px, py, r = fx * canvas.width * FINE, (frame.horizon - 0.1 + fy * 0.42) * canvas.height * FINE, unit * (0.0018 + 0.003 * fs)
            pen.ellipse((px - r, py - r, px + r, py + r), fill=255)

    glow(canvas, draw_mask(canvas, paint, blur=0.014) * 5, (1.0, 0.85, 0.4))
    blend(canvas, draw_mask(canvas, paint), (1.0, 0.96, 0.75))
