"""Patterns for prompts that name no scene: flow lines, marble, facets, circles, paper waves; colours from the prompt or from the seed."""

import colorsys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import ImageDraw

from aitasks.providers.local.pictures import noise
from aitasks.providers.local.pictures.canvas import FINE, Canvas, Colour, blend, draw_mask, glow, mix
from aitasks.providers.local.pictures.frame import Frame

Layer = Callable[[Canvas, Frame, np.random.Generator], None]


def choose_colours(frame: Frame, rng: np.random.Generator) -> list[Colour]:
    """Return five colours, dark to light: the prompt's own, completed by neighbours on the colour wheel."""
    hue = float(rng.random())
    spread = float(rng.choice([0.08, 0.14, 0.38]))
    made = [colorsys.hsv_to_rgb((hue + spread * step) % 1, 0.72 - 0.1 * step, 0.22 + 0.18 * step) for step in range(5)]
    wanted = list(frame.scene.wanted[:4])
    if wanted:
        base = mix(wanted[0], (0.03, 0.03, 0.08), 0.78)
        made = [base, *wanted, mix(wanted[-1], (1.0, 1.0, 1.0), 0.55), mix(wanted[0], (1.0, 1.0, 1.0), 0.75)]
        while len(made) < 5:
            made.insert(1, mix(made[0], made[1], 0.5))
    return [*made, (0.97, 0.95, 0.9)]


def ramp(colours: list[Colour], value: noise.Field) -> NDArray[np.float32]:
    """Return the colours along ``value`` (0..1), blended smoothly."""
    stops = np.linspace(0, 1, len(colours))
    table = np.asarray(colours, np.float32)
    return np.stack([np.interp(value, stops, table[:, channel]) for channel in range(3)], axis=-1).astype(np.float32)


def draw_marble(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Swirl colours into each other (noise bent by noise), with fine golden veins."""
    tones = choose_colours(frame, rng)
    shape = (canvas.height, canvas.width)
    first, second, third = (noise.make_field(rng, width=canvas.width, height=canvas.height, cells=2.2, octaves=6) for _ in range(3))
    rows, columns = np.broadcast_to(canvas.y * canvas.height, shape), np.broadcast_to(canvas.x * canvas.width, shape)
    bent = noise.sample(
        first, rows=np.abs(rows + (second - 0.5) * canvas.height * 0.9), columns=np.abs(columns + (third - 0.5) * canvas.width * 0.9)
    )
    canvas.pixels[:] = ramp(tones, noise.normalise(bent + 0.25 * second))
    slope = np.hypot(*np.gradient(bent)) * canvas.width / 26
    canvas.pixels *= (1.06 - 0.35 * np.clip(slope, 0, 1))[..., None]
    vein = np.exp(-(((bent + 0.12 * third - 0.55) / 0.008) ** 2))
    glow(canvas, vein.astype(np.float32) * 0.75, (1.0, 0.85, 0.55))


def draw_flow(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Comb thousands of strands along a flow field, dark ones first."""
    tones = choose_colours(frame, rng)
    canvas.pixels[:] = ramp(tones[:2], np.broadcast_to(canvas.y, (canvas.height, canvas.width)).astype(np.float32) * 0.6)
    field = noise.make_field(rng, width=160, height=160, cells=2.0, octaves=3)
    turn = float(rng.random()) * 2 * np.pi
    for number, tone in enumerate(tones[1:]):
        count = 340
        x, y = rng.random(count) * 1.4 - 0.2, rng.random(count) * 1.4 - 0.2
        path = [np.stack([x, y], axis=1)]
        for _ in range(46):
            angle = field[np.clip(y * 159, 0, 159).astype(int), np.clip(x * 159, 0, 159).astype(int)] * 2.2 * np.pi + turn
            x, y = x + np.cos(angle) * 0.009, y + np.sin(angle) * 0.009
            path.append(np.stack([x, y], axis=1))
        strands = np.stack(path, axis=1)
        bold = 0.5 + rng.random(count) * (2.6 - 0.35 * number)

        def paint(pen: ImageDraw.ImageDraw, unit: float, strands: NDArray[np.float64] = strands, bold: NDArray[np.float64] = bold) -> None:
            scale = np.asarray([canvas.width * 2, canvas.height * 2])
            for strand, width in zip(strands, bold, strict=True):
                pen.line(
                    [(float(px), float(py)) for px, py in strand * scale], fill=255, width=max(1, int(width * unit / 512)), joint="curve"
                )

        mask = draw_mask(canvas, paint, fine=2)
        blend(canvas, np.roll(mask, (canvas.height // 170, canvas.width // 170), (0, 1)) * 0.4, (0.0, 0.0, 0.03))
        blend(canvas, mask * 0.94, tone)


def draw_facets(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Cut the picture into facets around scattered points, each lit a little differently."""
    tones = choose_colours(frame, rng)
    points = rng.random((110, 2)).astype(np.float32)
    columns, rows = np.broadcast_arrays(canvas.x, canvas.y)
    nearest = np.full(columns.shape, 9.0, np.float32)
    second = np.full(columns.shape, 9.0, np.float32)
    owner = np.zeros(columns.shape, np.int32)
    for number, (px, py) in enumerate(points):
        distance = (columns - px) ** 2 + (rows - py) ** 2
        closer = distance < nearest
        second = np.where(closer, nearest, np.minimum(second, distance))
        owner = np.where(closer, number, owner)
        nearest = np.where(closer, distance, nearest)
    value = np.clip(0.5 * points[:, 1] + 0.3 * points[:, 0] + rng.normal(0, 0.11, len(points)), 0, 1).astype(np.float32)
    tilt = rng.normal(0, 1, (len(points), 2)).astype(np.float32)
    slant = (columns - points[owner, 0]) * tilt[owner, 0] + (rows - points[owner, 1]) * tilt[owner, 1]
    canvas.pixels[:] = ramp(tones, np.clip(value[owner] + slant * 0.9, 0, 1))
    edge = np.sqrt(second) - np.sqrt(nearest)
    blend(canvas, (1 - noise.smoothstep(0.0008, 0.005, edge)) * 0.55, mix(tones[-1], tones[0], 0.15))


def draw_circles(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Pack circles, rings and half discs on a quiet ground, none touching another."""
    tones = choose_colours(frame, rng)
    canvas.pixels[:] = ramp(
        [tones[-1], mix(tones[-1], tones[-2], 0.35)], np.broadcast_to(canvas.y, (canvas.height, canvas.width)).astype(np.float32)
    )
    packed: list[tuple[float, float, float]] = []
    wide, high = canvas.width / min(canvas.width, canvas.height), canvas.height / min(canvas.width, canvas.height)
    for _ in range(1500):
        x, y = float(rng.random()) * wide, float(rng.random()) * high
        room = min((float(np.hypot(x - cx, y - cy)) - r for cx, cy, r in packed), default=0.2) - 0.006
        if room > 0.011:
            packed.append((x, y, min(room, 0.02 + 0.17 * float(rng.random()) ** 2.4)))
    for number, tone in enumerate(tones[:-1]):
        mine = [(circle, int(rng.integers(4)), float(rng.random()) * 360) for circle in packed[number :: len(tones) - 1]]

        def paint(pen: ImageDraw.ImageDraw, unit: float, mine: list[tuple[tuple[float, float, float], int, float]] = mine) -> None:
            for (cx, cy, radius), kind, angle in mine:
                px, py, r = cx * unit, cy * unit, radius * unit
                box = (px - r, py - r, px + r, py + r)
                if kind == 0:
                    pen.ellipse(box, outline=255, width=max(FINE, int(r * 0.28)))
                elif kind == 1:
                    pen.pieslice(box, angle, angle + 180, fill=255)
                else:
                    pen.ellipse(box, fill=255)

        mask = draw_mask(canvas, paint)
        blend(canvas, np.roll(mask, canvas.height // 128, axis=0) * 0.16, (0.0, 0.0, 0.05))
        blend(canvas, mask, tone)


def draw_waves(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Stack sheets of cut paper in waves, each with its shadow on the one behind."""
    tones = choose_colours(frame, rng)
    sheets = 9
    canvas.pixels[:] = np.asarray(tones[-1], np.float32)
    for number in range(sheets):
        line = (number + 0.7) / (sheets + 0.6) + 0.075 * noise.make_line(rng, width=canvas.width, bumps=1.5, roughness=0.22, octaves=3)
        tone = ramp(tones[::-1], np.full((1, 1), (number + 1) / sheets, np.float32))[0, 0]
        depth = canvas.y - line[None, :]
        shadow = np.where(depth < 0, np.exp(depth * 34), 0) * 0.42
        blend(canvas, shadow.astype(np.float32), (0.02, 0.02, 0.08))
        lit = (1.04 - 0.16 * np.clip(depth / 0.2, 0, 1))[..., None] * tone
        blend(canvas, np.clip(depth * canvas.height + 0.5, 0, 1).astype(np.float32), lit)


STYLES: dict[str, Layer] = {"flow": draw_flow, "marble": draw_marble, "facets": draw_facets, "circles": draw_circles, "waves": draw_waves}
