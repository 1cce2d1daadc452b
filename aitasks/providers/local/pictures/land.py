"""The land: ranges of mountains, hills, woods, a city, dunes. Farther is paler, and mist lies between the ranges."""

from functools import partial

import numpy as np
from PIL import ImageDraw

from aitasks.providers.local.pictures import noise
from aitasks.providers.local.pictures.canvas import FINE, Canvas, Colour, blend, draw_mask, fill_below, glow, mix
from aitasks.providers.local.pictures.frame import Frame

Tower = tuple[float, float, float, int]
"""Left side, width, height and a number for the roof."""
SNOW: Colour = (0.95, 0.97, 1.0)


def draw_mountains(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Raise four ranges, each lower and darker than the one behind, with lit flanks and snow on the high ones."""
    palette = frame.scene.palette
    snowy = frame.scene.hour in {"day", "dawn", "dusk", "night"} or "snow" in frame.scene.things
    ranges = 4
    for number in range(ranges):
        near = number / (ranges - 1)
        base = frame.horizon - 0.05 + 0.07 * near
        height = (0.4 - 0.3 * near) * (0.85 + 0.3 * rng.random())
        rough = noise.make_line(rng, width=canvas.width, bumps=1.7 + 1.5 * near, roughness=0.5)
        sharp = noise.make_line(rng, width=canvas.width, bumps=2.6 + near, roughness=0.45)
        line = base - height * (0.25 + 0.4 * rough + 0.5 * (1 - 2 * np.abs(sharp)) * (0.6 + 0.4 * rough))
        mask = fill_below(canvas, line)
        tone = mix(mix(palette.far, palette.horizon, 0.35), palette.near, near * 0.72)
        blend(canvas, mask, _shade_flanks(canvas, line, tone, frame, rng, snowy=snowy and number < 2))
        mist = np.exp(-np.clip(frame.horizon + 0.03 - canvas.y, 0, 1) * 14) * (0.55 - 0.4 * near)
        blend(canvas, (mask * mist).astype(np.float32), palette.horizon)


def _shade_flanks(canvas: Canvas, line: noise.Field, tone: Colour, frame: Frame, rng: np.random.Generator, *, snowy: bool) -> noise.Field:
    """Return a range's colours: facets that face the light are brighter; snow lies high up, broken by rock."""
    rock = noise.make_field(rng, width=canvas.width, height=canvas.height, cells=9, octaves=6, stretch=0.6)
    depth = canvas.y - line[None, :]
    slide = noise.sample(
        rock,
        rows=np.broadcast_to(canvas.y * canvas.height, rock.shape),
        columns=canvas.x * canvas.width + depth * canvas.width * (0.6 if frame.light_x > 0.5 else -0.6),
    )
    slope = np.gradient(slide, axis=1) * canvas.width / 22
    towards = 1.0 if frame.light_x < 0.5 else -1.0
    lit = np.clip(0.5 + towards * slope, 0, 1)
    dark = np.asarray(mix(tone, (0.0, 0.0, 0.04), 0.28), np.float32)
    bright = np.asarray(mix(tone, frame.scene.palette.light, 0.3), np.float32)
    picture = dark + lit[..., None] * (bright - dark)
    if snowy:
        cover = noise.smoothstep(0.02, -0.06, depth - 0.09 + (rock - 0.5) * 0.22) * 0.9
        snow = np.asarray(mix(SNOW, frame.scene.palette.horizon, 0.35), np.float32) * (0.62 + 0.38 * lit[..., None])
        picture += cover[..., None] * (snow - picture)
    return picture.astype(np.float32)


def draw_hills(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Roll soft hills towards the foot of the picture, with the light raking over their grass."""
    palette = frame.scene.palette
    green = _grass(frame)
    count = 2 if frame.watery else 4
    for number in range(count):
        near = number / max(count - 1, 1)
        base = frame.horizon - 0.03 + (0.0 if frame.watery else 0.22 * near**1.3)
        line = base - (0.05 + 0.035 * near) * noise.make_line(rng, width=canvas.width, bumps=1.6 + near, roughness=0.3, octaves=4)
        tone = mix(mix(palette.far, palette.horizon, 0.25), green, 0.35 + 0.6 * near)
        grain = noise.make_field(rng, width=canvas.width, height=canvas.height, cells=14 + 8 * near, octaves=5, stretch=4)
        depth = np.clip((canvas.y - line[None, :]) / 0.2, 0, 1)
        sun = np.exp(-np.abs(canvas.x - frame.light_x) * 2.4) * np.exp(-depth * 3.5)
        dark = np.asarray(mix(tone, (0.0, 0.02, 0.05), 0.42), np.float32)
        bright = np.asarray(mix(tone, palette.light, 0.42), np.float32)
        part = np.clip(0.5 - 0.42 * depth + 0.5 * sun + (grain - 0.5) * 0.32, 0, 1)
        blend(canvas, fill_below(canvas, line), dark + part[..., None] * (bright - dark))


def _grass(frame: Frame) -> Colour:
    if "snow" in frame.scene.things:
        return mix(SNOW, frame.scene.palette.top, 0.3)
    return mix(frame.scene.palette.near, (0.36, 0.5, 0.2), {"day": 0.55, "dawn": 0.35, "sunset": 0.18}.get(frame.scene.hour, 0.1))


def draw_forest(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Plant three rows of firs, each nearer, taller and darker; snow rests on them in winter."""
    palette = frame.scene.palette
    rows = 2 if frame.watery else 3
    for number in range(rows):
        near = number / max(rows - 1, 1)
        foot = frame.horizon + (0.015 if frame.watery else 0.17 * near)
        ground = foot + 0.018 * noise.make_line(rng, width=canvas.width, bumps=3, roughness=0.4, octaves=4)
        height = 0.09 + (0.05 if frame.watery else 0.2) * near
        trees = _scatter_trees(rng, count=int(70 - 36 * near), height=height)
        tone = mix(mix(palette.far, palette.horizon, 0.3), mix(palette.near, (0.03, 0.09, 0.07), 0.5), 0.3 + 0.7 * near)
        mask = draw_mask(canvas, partial(_paint_firs, canvas=canvas, trees=trees, ground=ground), fine=2)
        mask = np.maximum(mask, fill_below(canvas, ground))
        blend(canvas, mask, tone)
        if "snow" in frame.scene.things:
            upper = np.clip(mask - np.roll(mask, max(2, canvas.height // 120), axis=0), 0, 1)
            blend(canvas, upper * 0.75, mix(SNOW, palette.horizon, 0.3))
            blend(canvas, fill_below(canvas, ground) * 0.82, mix(mix(SNOW, palette.horizon, 0.3), palette.far, 0.35 * (1 - near)))
        mist = np.exp(-np.abs(canvas.y - foot) * 13) * (0.5 - 0.38 * near)
        blend(canvas, np.broadcast_to(mist, mask.shape).astype(np.float32), palette.horizon)


def _scatter_trees(rng: np.random.Generator, *, count: int, height: float) -> list[tuple[float, float, int]]:
    """Return place, height and a shape number for every tree, low ones and high ones in groves."""
    grove = noise.make_line(rng, width=256, bumps=4, roughness=0.4, octaves=3)
    trees = []
    for _ in range(count):
        x = float(rng.random())
        tall = height * (0.62 + 0.3 * float(grove[int(x * 255)]) + 0.3 * float(rng.random()))
        trees.append((x, max(tall, height * 0.3), int(rng.integers(1 << 30))))
    return trees


def _paint_firs(
    pen: ImageDraw.ImageDraw, unit: float, *, canvas: Canvas, trees: list[tuple[float, float, int]], ground: noise.Field
) -> None:
    fine = unit / min(canvas.width, canvas.height)
    for x, tall, shape in trees:
        foot = float(ground[min(canvas.width - 1, int(x * canvas.width))]) * canvas.height * fine + 2
        cx, high = x * canvas.width * fine, tall * unit
        wide = high * (0.17 + 0.05 * (shape % 7) / 7)
        tiers = 9
        outline = [(cx, foot - high)]
        for side in (1, -1):
            edge = []
            for tier in range(1, tiers + 1):
                part = tier / tiers
                ragged = 0.85 + 0.3 * ((shape >> tier) & 3) / 3
                edge.append((cx + side * wide * part * ragged, foot - high * (1 - part) * 0.95 - high * 0.04))
                edge.append((cx + side * wide * part * 0.55, foot - high * (1 - part) * 0.95 - high * 0.055))
            outline += edge if side == 1 else []
            left = edge[::-1] if side == -1 else []
            outline += left
        pen.polygon(outline, fill=255)
        pen.rectangle((cx - wide * 0.08, foot - high * 0.06, cx + wide * 0.08, foot), fill=255)


def draw_city(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Build three rows of towers; by night and at dusk their windows are lit."""
    palette = frame.scene.palette
    lit = {"night": 0.5, "dusk": 0.42, "sunset": 0.2, "storm": 0.3}.get(frame.scene.hour, 0.0)
    base = frame.horizon + (0.005 if frame.watery else 0.3)
    for number in range(3):
        near = number / 2
        towers = _plan_towers(rng, near=near)
        foot = base if frame.watery else frame.horizon + 0.06 + 0.3 * near
        mask = draw_mask(canvas, partial(_paint_towers, canvas=canvas, towers=towers, span=(frame.horizon, foot)))
        tone = mix(mix(palette.far, palette.horizon, 0.45), mix(palette.near, (0.05, 0.06, 0.1), 0.5), 0.15 + 0.8 * near)
        fade = np.clip((canvas.y - frame.horizon + 0.42) / 0.6, 0, 1)
        dark, pale = np.asarray(tone, np.float32), np.asarray(mix(tone, palette.horizon, 0.4), np.float32)
        blend(canvas, mask, dark + fade[..., None] * (pale - dark) * np.ones((1, canvas.width, 1), np.float32))
        if lit:
            windows = draw_mask(
                canvas, partial(_paint_windows, canvas=canvas, towers=towers, span=(frame.horizon, foot), rng=rng, lit=lit), fine=2
            )
            warm = (frame.scene.wanted or ((1.0, 0.83, 0.5),))[-1]
            blend(canvas, windows * mask * (0.55 + 0.4 * near), mix(warm, (1.0, 0.9, 0.65), 0.5))
    if lit:
        shine = np.exp(-np.abs(canvas.y - frame.horizon) * 7) * 0.22 * lit * 2
        glow(canvas, np.broadcast_to(shine, (canvas.height, canvas.width)).astype(np.float32), (1.0, 0.72, 0.45))


def _plan_towers(rng: np.random.Generator, *, near: float) -> list[Tower]:
    towers, x = [], -0.02
    while x < 1.02:
        wide = (0.035 + 0.05 * float(rng.random())) * (1 + 0.6 * near)
        centre = float(np.exp(-(((x - 0.5) / 0.32) ** 2)))
        high = (0.08 + 0.3 * float(rng.random()) ** 1.6 * (0.35 + centre)) * (1.05 - 0.35 * near)
        towers.append((x, wide, high, int(rng.integers(4))))
        x += wide * (0.9 + 0.25 * float(rng.random()))
    return towers


def _paint_towers(pen: ImageDraw.ImageDraw, unit: float, *, canvas: Canvas, towers: list[Tower], span: tuple[float, float]) -> None:
    horizon, foot = span
    width, height = canvas.width * FINE, canvas.height * FINE
    for x, wide, high, roof in towers:
        left, right, top = x * width, (x + wide) * width, (horizon - high) * height
        pen.rectangle((left, top, right, foot * height), fill=255)
        middle, step = (left + right) / 2, (right - left) / 5
        if roof == 1:
            pen.rectangle((left + step, top - step, right - step, top), fill=255)
        elif roof == 2:
            pen.polygon([(left, top), (middle, top - step * 2.4), (right, top)], fill=255)
        elif roof == 3:
            pen.rectangle((middle - step / 5, top - step * 3.4, middle + step / 5, top), fill=255)


def _paint_windows(
    pen: ImageDraw.ImageDraw,
    unit: float,
    *,
    canvas: Canvas,
    towers: list[Tower],
    span: tuple[float, float],
    rng: np.random.Generator,
    lit: float,
) -> None:
    horizon, foot = span
    width, height = canvas.width * 2, canvas.height * 2
    step = min(width, height) / 88
    for x, wide, high, _roof in towers:
        left, right, top = x * width + step * 0.5, (x + wide) * width - step * 0.6, (horizon - high) * height + step
        columns = np.arange(left, right - step * 0.3, step)
        rows = np.arange(top, foot * height - step, step * 1.35)
        for row, column in np.argwhere(rng.random((len(rows), len(columns))) < lit):
            px, py = float(columns[column]), float(rows[row])
            pen.rectangle((px, py, px + step * 0.42, py + step * 0.62), fill=int(rng.integers(110, 256)))


def draw_dunes(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Sweep dunes of sand, one side in the light and one in the shade, rippled by wind."""
    palette = frame.scene.palette
    sand = (
        mix((0.87, 0.66, 0.4), palette.light, 0.15)
        if frame.scene.hour not in {"night", "dusk"}
        else mix((0.5, 0.42, 0.42), palette.far, 0.5)
    )
    for number in range(5):
        near = number / 4
        base = frame.horizon - 0.02 + 0.3 * near**1.25
        line = base - (0.05 + 0.06 * near) * noise.make_line(rng, width=canvas.width, bumps=1.5 + 0.4 * near, roughness=0.22, octaves=3)
        slope = np.gradient(line) * canvas.width
        side = np.clip(0.5 - slope * (2.2 if frame.light_x < 0.5 else -2.2), 0, 1)[None, :]
        ripple = np.sin(
            (canvas.y - line[None, :] * 0.8) * (260 - 120 * near)
            + noise.make_line(rng, width=canvas.width, bumps=5, octaves=4)[None, :] * 5
        )
        depth = np.clip((canvas.y - line[None, :]) / 0.3, 0, 1)
        part = np.clip(side * (1 - 0.6 * depth) + 0.07 * ripple * (0.4 + near) + 0.1, 0, 1)
        tone = mix(mix(sand, palette.horizon, 0.45), sand, near)
        dark = np.asarray(mix(tone, palette.shade, 0.55), np.float32) * (0.95 - 0.2 * near)
        bright = np.asarray(mix(tone, palette.light, 0.25), np.float32)
        blend(canvas, fill_below(canvas, line), (dark + part[..., None] * (bright - dark)).astype(np.float32))
