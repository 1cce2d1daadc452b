"""Water: what stands above the horizon, mirrored and broken by ripples, with the light's path on it."""

import numpy as np

from aitasks.providers.local.pictures import noise
from aitasks.providers.local.pictures.canvas import Canvas, blend, glow, mix
from aitasks.providers.local.pictures.frame import Frame


def draw_water(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Flood everything below the horizon; a lake mirrors closely, the sea in waves."""
    palette = frame.scene.palette
    shore = int(frame.horizon * canvas.height)
    rows = canvas.height - shore
    calm = "lake" in frame.scene.places
    depth = ((np.arange(rows, dtype=np.float32) + 0.5) / rows)[:, None]
    swell = _make_swell(rng, width=canvas.width, rows=rows)
    strength = (0.5 if calm else 1.0) * (0.02 + 0.22 * depth)
    mirror_rows = np.clip(
        shore - 1 - depth * rows * (1.0 if calm else 0.8) * (shore / max(rows, 1)) ** 0.25 + swell * strength * rows * 0.5, 0, shore - 1
    )
    mirror_columns = np.clip(np.arange(canvas.width)[None, :] + swell * strength * canvas.width * 0.16, 0, canvas.width - 1)
    mirror = canvas.pixels[mirror_rows.astype(np.int32), mirror_columns.astype(np.int32)]
    deep = np.asarray(mix(palette.top, palette.near, 0.45), np.float32)
    clear = np.clip((0.9 if calm else 0.74) - (0.32 if calm else 0.4) * depth - 0.06 * swell, 0, 1)
    surface = deep + clear[..., None] * (mirror - deep)
    surface *= (1 + 0.11 * swell * (0.4 + depth))[..., None]
    canvas.pixels[shore:] = np.clip(surface, 0, 1)
    _draw_light_path(canvas, frame, swell, shore)
    line = np.exp(-(((canvas.y - frame.horizon) * canvas.height / 1.6) ** 2)) * 0.35
    blend(canvas, np.broadcast_to(line, (canvas.height, canvas.width)).astype(np.float32), palette.horizon)


def _make_swell(rng: np.random.Generator, *, width: int, rows: int) -> noise.Field:
    """Return wave heights in -1..1, drawn out sideways and finer towards the horizon."""
    flat = noise.make_field(rng, width=width, height=rows * 2, cells=7, octaves=6, stretch=7)
    depth = (np.arange(rows, dtype=np.float32) + 0.5) / rows
    far = np.sqrt(depth)[:, None] * (rows * 2 - 1)
    near = 1 / (0.45 + depth[:, None])
    columns = (np.arange(width, dtype=np.float32)[None, :] - width / 2) * near
    return (noise.sample(flat, rows=np.broadcast_to(far, (rows, width)), columns=columns) * 2 - 1).astype(np.float32)


def _draw_light_path(canvas: Canvas, frame: Frame, swell: noise.Field, shore: int) -> None:
    """Lay the glittering path of sun or moon on the water, under the light, wider towards the viewer."""
    if not frame.scene.things & {"sun", "moon"}:
        return
    rows = canvas.height - shore
    depth = ((np.arange(rows, dtype=np.float32) + 0.5) / rows)[:, None]
    wide = 0.035 + 0.13 * depth
    beam = np.exp(-(((canvas.x - frame.light_x + swell * 0.02) / wide) ** 2))
    glitter = noise.smoothstep(0.02, 0.5, swell + 0.25 * (1 - depth))
    light = np.zeros((canvas.height, canvas.width), np.float32)
    light[shore:] = beam * (0.18 + 0.72 * glitter) * (1 - 0.55 * depth)
    glow(canvas, light, frame.scene.palette.light)
