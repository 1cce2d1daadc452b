"""Weather in front of everything, and the finish: a touch of contrast, a darker rim, fine grain against banding."""

import numpy as np
from PIL import ImageDraw

from aitasks.providers.local.pictures import noise
from aitasks.providers.local.pictures.canvas import FINE, Canvas, blend, draw_mask, glow
from aitasks.providers.local.pictures.frame import Frame


def draw_fog(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Let banks of fog lie along the horizon."""
    drift = noise.make_field(rng, width=canvas.width, height=canvas.height, cells=2, octaves=5, stretch=5)
    depth = np.exp(-np.abs(canvas.y - frame.horizon + 0.02) * 5.5)
    blend(canvas, (noise.smoothstep(0.25, 0.85, drift) * depth * 0.8).astype(np.float32), frame.scene.palette.horizon)


def draw_snow(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Let snow fall: many small flakes far away, some large soft ones near."""
    _ = frame
    for count, size, blur, strength in ((500, 0.0016, 0.0008, 0.6), (170, 0.0035, 0.0016, 0.75), (32, 0.009, 0.006, 0.7)):
        flakes = rng.random((count, 3))

        def paint(pen: ImageDraw.ImageDraw, unit: float, flakes: noise.Field = flakes, size: float = size) -> None:
            for fx, fy, fs in flakes:
                cx, cy, r = fx * canvas.width * FINE, fy * canvas.height * FINE, size * unit * (0.6 + 0.8 * fs)
                pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=255)

        blend(canvas, draw_mask(canvas, paint, blur=blur) * strength, (1.0, 1.0, 1.0))


def draw_rain(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Let rain fall in slanting strokes, near and far."""
    _ = frame
    slant = 0.1 + 0.12 * rng.random()
    for count, length, width, strength in ((420, 0.03, 1, 0.2), (160, 0.07, 2, 0.28)):
        drops = rng.random((count, 3))

        def paint(pen: ImageDraw.ImageDraw, unit: float, drops: noise.Field = drops, length: float = length, width: int = width) -> None:
            for fx, fy, fs in drops:
                cx, cy, long = fx * canvas.width * 1.2 * FINE, fy * canvas.height * FINE, length * unit * (0.6 + 0.8 * fs)
                pen.line((cx, cy, cx - long * slant, cy + long), fill=255, width=width * FINE // 2)

        blend(canvas, draw_mask(canvas, paint) * strength, (0.86, 0.9, 0.95))


def draw_lightning(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Strike a forked bolt from the clouds to the horizon, and light the sky around it."""
    bolts: list[list[tuple[float, float]]] = []
    x, y = frame.light_x, 0.02
    trunk = [(x, y)]
    while y < frame.horizon:
        x, y = x + float(rng.normal(0, 0.018)), y + 0.012 + 0.02 * float(rng.random())
        trunk.append((x, min(y, frame.horizon)))
        if rng.random() < 0.16:
            bx, by, branch = x, y, [(x, y)]
            for _ in range(7):
                bx, by = bx + float(rng.normal(0.012, 0.014)), by + 0.016
                branch.append((bx, by))
            bolts.append(branch)

    def paint(pen: ImageDraw.ImageDraw, unit: float) -> None:
        for width, line in [(0.006, trunk), *((0.0025, branch) for branch in bolts)]:
            pen.line([(px * canvas.width * FINE, py * canvas.height * FINE) for px, py in line], fill=255, width=max(1, int(width * unit)))

    glow(canvas, draw_mask(canvas, paint, blur=0.05) * 3.2, (0.72, 0.75, 1.0))
    glow(canvas, draw_mask(canvas, paint, blur=0.008) * 1.6, (0.86, 0.86, 1.0))
    blend(canvas, draw_mask(canvas, paint), (1.0, 1.0, 1.0))


def finish(canvas: Canvas, frame: Frame | None, rng: np.random.Generator) -> None:
    """Deepen the contrast a little, darken the rim, add fine grain; the last layer of every picture."""
    _ = frame
    pixels = np.clip(canvas.pixels, 0, 1)
    pixels = pixels + 0.35 * pixels * (1 - pixels) * (pixels - 0.5) * 2
    rim = ((canvas.x - 0.5) ** 2 + (canvas.y - 0.5) ** 2) * 2
    pixels *= (1 - 0.24 * rim**1.6)[..., None]
    grain = rng.normal(0, 0.009, (canvas.height, canvas.width, 1)).astype(np.float32)
    canvas.pixels[:] = np.clip(pixels + grain, 0, 1)
