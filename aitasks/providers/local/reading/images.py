"""``extract`` from an image: its text, its colours, when, where and with what it was taken, how bright and sharp it is.

It recognises no things or people, and says so when asked. Invariant: text is only looked for when it is wanted, because that is the slow
part.
"""

import importlib
import re
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import cast

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from aitasks.providers.local import texts
from aitasks.providers.local.patience import wait_for
from aitasks.providers.local.pictures.colours import NAMES
from aitasks.providers.local.pixels import open_image
from aitasks.providers.local.reading import exif
from aitasks.providers.port import Event, Progress, Work

_TOPICS = {
    "text": "text texts words read ocr letters writing written says say label sign number numbers receipt invoice transcribe",
    "size": "size dimensions dimension resolution pixels width height format large big",
    "colours": "colour colours color colors palette dominant",
    "time": "when time date taken day year",
    "camera": "camera lens device phone exposure iso aperture exif metadata",
    "place": "where place location gps coordinates",
    "light": "bright brightness dark light contrast exposure",
    "sharpness": "sharp sharpness blurry blurred blur focus quality",
}
_ALL = frozenset("summary summarise summarize describe everything all facts".split())
_SEEING = re.compile(
    r"\b(?:who|people|person|faces?|objects?|animals?|cats?|dogs?|cars?|how many|caption|what is (?:this|that|in)|what can you see|"
    r"recogni[sz]e)\b",
    re.IGNORECASE,
)
NOT_SEEN = "What the picture shows is not recognised: the local provider reads text and measures, it has no vision model."
NO_TEXT = "No text was found in the picture."


def run(work: Work) -> Iterator[Event]:
    """Read the image and tell what the prompt asks for."""
    path = texts.get_path(work)
    yield Progress(1)
    image = yield from wait_for(lambda: open_image(path), percent=1, percent_max=10)
    yield Progress(10)
    topics = choose_topics(work.prompt)
    lines = yield from wait_for(lambda: describe(image, topics, path), percent=10, percent_max=35)
    yield Progress(35)
    if _SEEING.search(work.prompt):
        lines.append(NOT_SEEN)
    if "text" in topics:
        text = yield from _read_text(image)
        lines += [text or NO_TEXT] if topics == ["text"] else [f"Text:\n{text}" if text else NO_TEXT]
    yield Progress(92)
    yield from texts.deliver(work, ["\n".join(lines)], percent=92, stream=False)


def choose_topics(prompt: str) -> list[str]:
    """Return what the prompt asks about; everything when it asks for a summary or for nothing in particular."""
    words = re.findall(r"\w+", prompt.lower())
    if "where" in words and "taken" in words:
        words.remove("taken")
    found = [topic for topic, listed in _TOPICS.items() if set(words) & set(listed.split())]
    return found if found and not _ALL & set(words) else list(_TOPICS)


def describe(image: Image.Image, topics: list[str], path: Path) -> list[str]:
    """Return a line for every topic but the text."""
    small = ImageOps.exif_transpose(image).convert("RGB")
    original = small
    small = small.copy()
    small.thumbnail((256, 256), Image.Resampling.BOX)
    taken = exif.read(image)
    tell = {
        "size": lambda: f"Size: {image.width} x {image.height} pixels, {image.format}, {path.stat().st_size} bytes",
        "colours": lambda: f"Colours: {', '.join(f'{name} {percent} %' for name, percent in name_colours(small))}",
        "time": lambda: f"Taken: {taken.time}" if taken.time else "Taken: the file does not say when",
        "camera": lambda: f"Camera: {taken.camera}" if taken.camera else "Camera: the file does not say which",
        "place": lambda: f"Place: {taken.place}" if taken.place else "Place: the file holds no coordinates",
        "light": lambda: tell_light(small),
        "sharpness": lambda: tell_sharpness(original),
    }
    return [tell[topic]() for topic in topics if topic in tell]


def name_colours(small: Image.Image) -> list[tuple[str, int]]:
    """Return up to five colour names with their share in percent, the largest first."""
    reduced = small.quantize(12, Image.Quantize.MEDIANCUT)
    palette = np.asarray((reduced.getpalette() or [])[: 12 * 3], np.float32).reshape(-1, 3) / 255
    names = list(NAMES)
    table = np.asarray([NAMES[name] for name in names], np.float32)
    total = small.width * small.height
    shares: Counter[str] = Counter()
    for count, index in reduced.getcolors() or []:
        distance = ((table - palette[cast(int, index)]) ** 2 * (0.3, 0.59, 0.3)).sum(axis=1)
        shares[names[int(np.argmin(distance))]] += count
    return [(name, round(100 * count / total)) for name, count in shares.most_common(5) if count >= 0.03 * total]


def tell_light(small: Image.Image) -> str:
    """Return how bright and how contrasty the picture is, in words and numbers."""
    grey = np.asarray(small.convert("L"), np.float32) / 2.55
    mean, spread = float(grey.mean()), float(grey.std())
    word = "very dark" if mean < 15 else "dark" if mean < 35 else "medium" if mean < 65 else "bright" if mean < 88 else "very bright"
    contrast = "low" if spread < 10 else "medium" if spread < 25 else "high"
    return f"Brightness: {word} ({mean:.0f} of 100), {contrast} contrast"


def tell_sharpness(image: Image.Image) -> str:
    """Return how sharp the picture is, from the spread of its second derivative."""
    grey = image.convert("L")
    grey.thumbnail((1024, 1024), Image.Resampling.BOX)
    if min(grey.size) < 8:
        return "Sharpness: too small to tell"
    edges = np.asarray(grey.filter(ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)), np.float32)[1:-1, 1:-1]
    value = float(edges.std())
    word = "blurred or plain" if value < 2.5 else "soft" if value < 6 else "sharp"
    return f"Sharpness: {word} ({value:.1f})"


def _read_text(image: Image.Image) -> Generator[Event, None, str]:
    """Return the text in the picture; the reader is imported here because it takes a second and 200 MB that other wishes need not pay."""
    upright = ImageOps.exif_transpose(image)
    return (
        yield from wait_for(
            lambda: str(importlib.import_module("aitasks.providers.local.reading.ocr").read_text(upright)), percent=35, percent_max=90
        )
    )
