"""The sky: gradient, stars, aurora, sun and moon, clouds, nebula. Each layer is a function of canvas, scene and generator."""

import numpy as np
from PIL import ImageDraw

from aitasks.providers.local.pictures import noise
from aitasks.providers.local.pictures.canvas import Canvas, Colour, blend, draw_mask, glow, mix
from aitasks.providers.local.pictures.frame import Frame

WHITE: Colour = (1.0, 1.0, 1.0)


def draw_gradient(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Fill the canvas from the sky's top to the horizon, a little uneven so that it never bands."""
    palette = frame.scene.palette
    waver = noise.make_field(rng, width=canvas.width, height=canvas.height, cells=2, octaves=3, stretch=3)
    y = np.clip(canvas.y / frame.horizon + (waver - 0.5) * 0.12, 0, 1)
    upper = noise.smoothstep(0.0, 0.6, y)
    lower = noise.smoothstep(0.45, 1.0, y)
    canvas.pixels[:] = np.asarray(palette.top, np.float32)
    blend(canvas, upper, palette.middle)
    blend(canvas, lower, palette.horizon)


def draw_stars(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Sprinkle stars, denser along a milky band, a few of them large and soft."""
    count = canvas.width * canvas.height // 420
    band = rng.random() < 0.5
    x = rng.random(count)
    y = rng.random(count) * frame.horizon
    y = (
        np.where(np.arange(count) % 3 == 0, np.clip((0.2 + 0.45 * x + rng.normal(0, 0.07, count)) * frame.horizon, 0, 0.99), y)
        if band
        else y
    )
    light = np.zeros((canvas.height, canvas.width), np.float32)
    rows, columns = (y * canvas.height).astype(int), (x * canvas.width).astype(int)
    np.maximum.at(light, (rows, columns), (rng.random(count) ** 4 * 0.95 + 0.05).astype(np.float32))
    fade = 1 - noise.smoothstep(frame.horizon * 0.55, frame.horizon, canvas.y)
    glow(canvas, light * fade, (1.0, 0.98, 0.94))
    large = [(rng.random(), rng.random() * frame.horizon * 0.7, 0.0012 + 0.0016 * rng.random()) for _ in range(26)]

    def paint(pen: ImageDraw.ImageDraw, unit: float) -> None:
        for px, py, radius in large:
            cx, cy, r = px * canvas.width * 3, py * canvas.height * 3, radius * unit
            pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=255)

    shape = draw_mask(canvas, paint)
    glow(canvas, shape, WHITE)
    glow(canvas, draw_mask(canvas, paint, blur=0.006) * 2.2, (0.75, 0.85, 1.0))
    if band:
        dust = noise.make_field(rng, width=canvas.width, height=canvas.height, cells=5)
        distance = (canvas.y / frame.horizon - 0.2 - 0.45 * canvas.x) / 0.16
        glow(canvas, np.exp(-(distance**2)) * dust**2 * 0.45 * fade, mix(frame.scene.palette.cloud, WHITE, 0.4))


def draw_aurora(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Hang curtains of light in the sky, brightest at their lower edge."""
    tones: list[Colour] = [(0.2, 0.95, 0.55), (0.25, 0.85, 0.85), (0.6, 0.35, 0.95)]
    for tone, height in zip(tones, (0.62, 0.5, 0.42), strict=True):
        foot = frame.horizon * (height + 0.14 * noise.make_line(rng, width=canvas.width, bumps=2, roughness=0.35, octaves=4))
        rays = noise.make_field(rng, width=canvas.width, height=2, cells=26, octaves=3)[0]
        above = (foot[None, :] - canvas.y) / (0.42 * frame.horizon)
        light = np.where(above > 0, np.exp(-np.maximum(above, 0) * 2.6), np.exp(np.minimum(above, 0) * 60)) * (0.35 + 0.65 * rays[None, :])
        glow(canvas, light.astype(np.float32) * 0.62, tone)


def draw_sun(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Set the sun with its wide glow; low suns are larger and colour the horizon."""
    _ = rng
    palette = frame.scene.palette
    distance = _distance(canvas, frame.light_x, frame.light_y)
    low = frame.scene.hour in {"sunset", "dawn", "dusk"}
    radius = 0.062 if low else 0.036
    glow(canvas, np.exp(-distance * 3.0) * (0.55 if low else 0.35), palette.light)
    glow(canvas, np.exp(-((distance / (radius * 2.6)) ** 2)) * 0.6, palette.light)
    disc = np.clip((radius - distance) * min(canvas.width, canvas.height) + 0.5, 0, 1)
    blend(canvas, disc, mix(palette.light, WHITE, 0.45))


def draw_moon(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Hang a full moon with its seas, or a crescent, and a cool halo."""
    palette = frame.scene.palette
    size = min(canvas.width, canvas.height)
    radius = 0.065
    distance = _distance(canvas, frame.light_x, frame.light_y)
    glow(canvas, np.exp(-distance * 5.5) * 0.42, mix(palette.light, palette.cloud, 0.35))
    disc = np.clip((radius - distance) * size + 0.5, 0, 1)
    seas = noise.make_field(rng, width=canvas.width, height=canvas.height, cells=16, octaves=4)
    shade = 1 - 0.2 * noise.smoothstep(0.45, 0.7, seas)
    face = np.asarray(mix(palette.light, WHITE, 0.35), np.float32) * shade[..., None]
    if rng.random() < 0.3:
        bite = np.clip((_distance(canvas, frame.light_x + 0.034, frame.light_y - 0.014) - radius * 0.92) * size + 0.5, 0, 1)
        disc = disc * bite
    blend(canvas, disc, face)


def draw_clouds(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Drift clouds through the sky: wide banks, lit from the side where the light is, shaded beneath."""
    palette = frame.scene.palette
    heavy = frame.scene.hour == "storm"
    wide = noise.make_field(rng, width=canvas.width, height=canvas.height, cells=2.2, octaves=7, stretch=2.6)
    bend = noise.make_field(rng, width=canvas.width, height=canvas.height, cells=3, octaves=4, stretch=2)
    shift = (bend - 0.5) * 0.16 * canvas.width
    rows = np.broadcast_to(canvas.y * canvas.height, wide.shape) + shift * 0.4
    columns = np.broadcast_to(canvas.x * canvas.width, wide.shape) + shift
    body = noise.sample(wide, rows=np.clip(rows, 0, canvas.height - 1), columns=np.clip(columns, 0, canvas.width - 1))
    low = 0.36 if heavy else 0.54
    cover = noise.smoothstep(low, low + 0.3, body) * (0.95 if heavy else 0.85)
    cover = cover * (1 - noise.smoothstep(frame.horizon * 0.8, frame.horizon * 1.02, canvas.y))
    under = np.roll(body, -max(2, canvas.height // 60), axis=0)
    lit = np.clip(0.55 + (body - under) * 5.5 + (0.3 - _distance(canvas, frame.light_x, frame.light_y)) * 0.5, 0, 1)
    tone = np.asarray(palette.shade, np.float32) + lit[..., None] * (
        np.asarray(palette.cloud, np.float32) - np.asarray(palette.shade, np.float32)
    )
    blend(canvas, cover, tone)


def draw_nebula(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Fill space with glowing gas in two or three colours."""
    wanted = frame.scene.wanted or ((0.75, 0.25, 0.6), (0.2, 0.45, 0.95), (0.95, 0.6, 0.35))
    canvas.pixels[:] = np.asarray((0.015, 0.015, 0.045), np.float32)
    warp = noise.make_field(rng, width=canvas.width, height=canvas.height, cells=2, octaves=5)
    for tone in wanted[:3]:
        gas = noise.make_field(rng, width=canvas.width, height=canvas.height, cells=2.4, octaves=7)
        rows = np.broadcast_to(canvas.y * canvas.height, gas.shape) + (warp - 0.5) * canvas.height * 0.5
        columns = np.broadcast_to(canvas.x * canvas.width, gas.shape) + (warp - 0.5) * canvas.width * 0.35
        bent = noise.sample(gas, rows=np.clip(rows, 0, canvas.height - 1), columns=np.clip(columns, 0, canvas.width - 1))
        glow(canvas, noise.smoothstep(0.38, 0.95, bent) ** 1.4 * 0.8, tone)
    lanes = noise.make_field(rng, width=canvas.width, height=canvas.height, cells=4, octaves=6)
    blend(canvas, noise.smoothstep(0.55, 0.85, lanes) * 0.55, (0.01, 0.01, 0.03))


def draw_planet(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Place a banded planet, lit from one side, with a thin shine of air."""
    size = min(canvas.width, canvas.height)
    cx, cy, radius = 0.3 + 0.4 * rng.random(), 0.35 + 0.3 * rng.random(), 0.17 + 0.08 * rng.random()
    dx = (canvas.x - cx) * canvas.width / size / radius
    dy = (canvas.y - cy) * canvas.height / size / radius
    distance = np.sqrt(dx**2 + dy**2)
    disc = np.clip((1 - distance) * radius * size + 0.5, 0, 1)
    bands = noise.make_field(rng, width=canvas.width, height=canvas.height, cells=2.5, octaves=5, stretch=5)
    first, second = (frame.scene.wanted or ((0.85, 0.62, 0.42),))[0], (0.95, 0.88, 0.76)
    surface = np.asarray(first, np.float32) + bands[..., None] * (np.asarray(second, np.float32) - np.asarray(first, np.float32))
    light = np.clip(-dx * 0.62 - dy * 0.5 + 0.62 * np.sqrt(np.clip(1 - distance**2, 0, 1)), 0.03, 1)
    blend(canvas, disc, surface * light[..., None])
    glow(canvas, np.exp(-np.abs(distance - 1) * 16) * np.clip(-dx * 0.6 - dy * 0.5 + 0.35, 0, 1) * 0.7, mix(first, WHITE, 0.5))


def _distance(canvas: Canvas, x: float, y: float) -> noise.Field:
    """Return each pixel's distance from a place, in shorter sides of the picture."""
    size = min(canvas.width, canvas.height)
    return np.sqrt(((canvas.x - x) * (canvas.width / size)) ** 2 + ((canvas.y - y) * (canvas.height / size)) ** 2).astype(np.float32)
