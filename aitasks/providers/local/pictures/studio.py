"""``imagine`` to image: reads the prompt, plans the layers, draws them one by one and writes a PNG.

Invariants: the same prompt, negative prompt, size and seed give the same bytes; every layer is one step of progress; an image is handed
over as soon as it is done.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from aitasks.providers.local.pictures import details, land, patterns, sky, water, weather
from aitasks.providers.local.pictures.canvas import Canvas, make_canvas
from aitasks.providers.local.pictures.frame import Frame, compose
from aitasks.providers.local.pictures.scene import read
from aitasks.providers.port import Event, Media, Output, Progress, Usage, Work

Layer = Callable[[Canvas, Frame, np.random.Generator], None]


def run(work: Work) -> Iterator[Event]:
    """Draw ``count`` images; image ``n`` uses the seed plus ``n``."""
    count = int(work.parameters["count"])
    width, height = (int(side) for side in str(work.parameters["size"]).split("x"))
    seed = get_seed(work)
    for index in range(count):
        path = work.folder / f"image-{index}.png"
        for part in draw(path, prompt=work.prompt, negative=work.negative, seed=seed + index, size=(width, height)):
            yield Progress(100 * (index + part) / count)
        yield Output(index, Media(type="image/png", path=path))
        yield Usage(index + 1)


def get_seed(work: Work) -> int:
    """Return the seed that the call gives, or one that follows from its words."""
    seed = work.parameters.get("seed")
    if seed is not None:
        return int(seed)
    return int.from_bytes(hashlib.sha256(f"{work.prompt}\0{work.negative}".encode()).digest()[:4])


def draw(path: Path, *, prompt: str, negative: str, seed: int, size: tuple[int, int]) -> Iterator[float]:
    """Draw one picture to ``path``, yielding the part that is done, 0 to 1, after every layer."""
    key = hashlib.sha256(f"{prompt}\0{negative}\0{seed}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(key[:16]))
    scene = read(prompt, negative, rng)
    frame = compose(scene, rng)
    canvas = make_canvas(*size)
    layers = plan(frame)
    for number, layer in enumerate(layers):
        layer(canvas, frame, np.random.default_rng(int.from_bytes(key[16:]) + number))
        yield (number + 1) / (len(layers) + 1)
    _save(canvas, path, seed)
    yield 1.0


def plan(frame: Frame) -> list[Layer]:
    """Return the layers of a picture from back to front; at least five, so that progress is worth showing."""
    if frame.scene.pattern:
        return [_underpaint, patterns.STYLES[frame.scene.pattern], _soften, _sheen, weather.finish]
    if "space" in frame.scene.places:
        return [sky.draw_nebula, sky.draw_stars, _soften, sky.draw_planet, weather.finish]
    return [*_plan_sky(frame), *_plan_land(frame), *_plan_things(frame), weather.finish]


def _plan_sky(frame: Frame) -> list[Layer]:
    things = frame.scene.things
    order: list[tuple[str, Layer]] = [
        ("stars", sky.draw_stars), ("aurora", sky.draw_aurora), ("moon", sky.draw_moon), ("sun", sky.draw_sun), ("clouds", sky.draw_clouds),
        ("lightning", weather.draw_lightning),
    ]  # fmt: skip
    return [sky.draw_gradient, *(layer for name, layer in order if name in things)]


def _plan_land(frame: Frame) -> list[Layer]:
    places = frame.scene.places
    order: list[tuple[str, Layer]] = [
        ("mountains", land.draw_mountains), ("hills", land.draw_hills), ("desert", land.draw_dunes), ("city", land.draw_city),
            ("forest", land.draw_forest),
    ]  # fmt: skip
    layers = [layer for name, layer in order if name in places]
    if frame.watery:
        layers = [*(layers or ([land.draw_hills] if "lake" in places else [])), water.draw_water]
    elif places == {"mountains"}:
        layers.append(land.draw_hills)
    return layers


def _plan_things(frame: Frame) -> list[Layer]:
    things = frame.scene.things
    layers: list[Layer] = [details.draw_flowers] if "flowers" in things and not frame.watery else []
    layers += [details.draw_birds] if "birds" in things else []
    layers += [details.draw_thing(name) for name in ("lighthouse", "boat", "balloon") if name in things]
    layers += [weather.draw_fog] if "fog" in things else []
    if (
        things & {"fox", "cat", "deer", "house", "cactus", "tree"}
        or frame.scene.places & {"forest"}
        or not (frame.watery or "desert" in frame.scene.places)
    ):
        layers.append(details.draw_foreground)
    layers += [details.draw_thing(name) for name in ("tree", "house", "cactus", "deer", "fox", "cat") if name in things]
    late: list[tuple[str, Layer]] = [("fireflies", details.draw_fireflies), ("rain", weather.draw_rain), ("snowfall", weather.draw_snow)]
    return layers + [layer for name, layer in late if name in things]


def _underpaint(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    sky.draw_gradient(canvas, frame, rng)


def _soften(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Let bright places bleed a little light into their surroundings."""
    _ = frame, rng
    bright = np.clip(canvas.pixels - 0.6, 0, 1)
    small = (
        Image.fromarray((bright * 255).astype(np.uint8))
        .resize((48, 48), Image.Resampling.BOX)
        .resize((canvas.width, canvas.height), Image.Resampling.BICUBIC)
    )
    canvas.pixels += (1 - np.clip(canvas.pixels, 0, 1)) * np.asarray(small, np.float32) / 255 * 0.5


def _sheen(canvas: Canvas, frame: Frame, rng: np.random.Generator) -> None:
    """Lay a soft diagonal light over a pattern."""
    _ = rng
    light = np.clip(1 - np.abs(canvas.x - frame.light_x) - canvas.y * 0.9, 0, 1) * 0.16
    canvas.pixels += (1 - np.clip(canvas.pixels, 0, 1)) * light[..., None]


def _save(canvas: Canvas, path: Path, seed: int) -> None:
    note = PngInfo()
    note.add_text("Software", "Tollgate local-image-1")
    note.add_text("Seed", str(seed))
    Image.fromarray((canvas.pixels * 255 + 0.5).astype(np.uint8)).save(path, "PNG", pnginfo=note, compress_level=6)
