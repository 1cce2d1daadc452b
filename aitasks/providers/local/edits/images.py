"""``transform`` of an image: edits with Pillow, in the order of the prompt. Each edit is a function from a draft to a draft.

Invariants: what comes out has at most ``pixels.PIXELS_MAX`` pixels; metadata (place, camera, time) is left behind; animations become their
first frame.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from aitasks.providers.local.edits import wishes
from aitasks.providers.local.errors import TooManyPixels
from aitasks.providers.local.patience import wait_for
from aitasks.providers.local.pictures.colours import NAMES
from aitasks.providers.local.pixels import PIXELS_MAX, open_image
from aitasks.providers.local.texts import get_path
from aitasks.providers.port import Event, Media, Output, Progress, Usage, Work

TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
SIDE_MAX = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An image on its way, and the format that it will be written in."""

    image: Image.Image
    format: str


Change = Callable[[Draft], Draft]


def run(work: Work) -> Iterator[Event]:
    """Edit the source as the prompt says, wish by wish."""
    path = get_path(work)
    changes = wishes.read(work.prompt, WISHES)
    yield Progress(2)
    draft = yield from wait_for(lambda: _open(open_image(path)), percent=2, percent_max=20)
    for number, change in enumerate(changes):
        percent, percent_max = (20 + 60 * part / len(changes) for part in (number, number + 1))
        draft = yield from wait_for(partial(change, draft), percent=percent, percent_max=percent_max)
        yield Progress(percent_max)
    target = work.folder / f"image.{draft.format.lower()}"
    quality = int(work.parameters["quality"])
    yield from wait_for(lambda: _save(draft, target, quality), percent=80, percent_max=99)
    yield Progress(100)
    yield Output(0, Media(type=TYPES[draft.format], path=target))
    yield Usage(1)


def _open(image: Image.Image) -> Draft:
    """Return the image upright, in colours that every edit can work with."""
    kept = image.format if image.format in TYPES else "PNG"
    upright = ImageOps.exif_transpose(image)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    return Draft(image=upright.convert(mode), format=str(kept))


def _save(draft: Draft, path: Path, quality: int) -> None:
    image = draft.image
    if draft.format == "JPEG" and image.mode == "RGBA":
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    clean = Image.frombytes(image.mode, image.size, image.tobytes())
    clean.save(path, draft.format, **({} if draft.format == "PNG" else {"quality": quality}))


def _on_colour(edit: Callable[[Image.Image], Image.Image]) -> Change:
    """Return a change of the colours that leaves transparency as it is."""

    def change(draft: Draft) -> Draft:
        done = edit(draft.image.convert("RGB")).convert("RGB")
        if draft.image.mode == "RGBA":
            done.putalpha(draft.image.getchannel("A"))
        return replace(draft, image=done)

    return change


def _on_shape(edit: Callable[[Image.Image], Image.Image]) -> Change:
    return lambda draft: replace(draft, image=edit(draft.image))


def _resize(image: Image.Image, width: float, height: float) -> Image.Image:
    wide, high = max(1, round(width)), max(1, round(height))
    if wide > SIDE_MAX or high > SIDE_MAX or wide * high > PIXELS_MAX:
        raise TooManyPixels(width=wide, height=high, pixels_max=PIXELS_MAX)
    return image.resize((wide, high), Image.Resampling.LANCZOS)


def _make_resize(match: re.Match[str]) -> Change:
    if match["w"]:
        return _on_shape(lambda image: _resize(image, int(match["w"]), int(match["h"])))
    factor = int(match["percent"]) / 100
    return _on_shape(lambda image: _resize(image, image.width * factor, image.height * factor))


def _make_side(match: re.Match[str]) -> Change:
    length = int(match["side"])
    if match["which"].lower() in {"width", "wide"}:
        return _on_shape(lambda image: _resize(image, length, image.height * length / image.width))
    return _on_shape(lambda image: _resize(image, image.width * length / image.height, length))


def _make_scale(factor: float) -> Callable[[re.Match[str]], Change]:
    return lambda _match: _on_shape(lambda image: _resize(image, image.width * factor, image.height * factor))


def _thumbnail(image: Image.Image) -> Image.Image:
    small = image.copy()
    small.thumbnail((160, 160), Image.Resampling.LANCZOS)
    return small


def _make_rotation(match: re.Match[str]) -> Change:
    degrees = float(match["degrees"] or 90)
    clockwise = not re.search(r"left|counter|anti", match[0], re.IGNORECASE)

    def turn(draft: Draft) -> Draft:
        angle = (-degrees if clockwise else degrees) % 360
        if angle in {90, 180, 270}:
            ways = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
            return replace(draft, image=draft.image.transpose(ways[int(angle)]))
        turned = draft.image.convert("RGBA").rotate(angle, Image.Resampling.BICUBIC, expand=True)
        if turned.width * turned.height > PIXELS_MAX:
            raise TooManyPixels(width=turned.width, height=turned.height, pixels_max=PIXELS_MAX)
        return replace(draft, image=turned)

    return turn


def _crop_square(image: Image.Image) -> Image.Image:
    side = min(image.size)
    return ImageOps.fit(image, (side, side))


def _make_crop(match: re.Match[str]) -> Change:
    return _on_shape(lambda image: ImageOps.fit(image, (min(int(match["w"]), image.width), min(int(match["h"]), image.height))))


def _make_amount(enhancer: Callable[[Image.Image], ImageEnhance._Enhance], usual: float) -> Callable[[re.Match[str]], Change]:
    """Return what makes a change of strength: "a little" halves the step, "much" or "very" doubles it."""

    def make(match: re.Match[str]) -> Change:
        step = usual - 1
        factor = 1 + step * (0.5 if re.search("little|slightly|bit", match[0]) else 1.8 if re.search("much|very|lot", match[0]) else 1)
        return _on_colour(lambda image: enhancer(image).enhance(max(factor, 0.0)))

    return make


def _colourise(match: re.Match[str]) -> Change:
    r, g, b = (int(255 * part) for part in NAMES[(match["colour"] or "blue").lower()])
    return _on_colour(lambda image: ImageOps.colorize(ImageOps.grayscale(image), "black", "white", mid=(r, g, b)))


def _make_blur(match: re.Match[str]) -> Change:
    radius = min(float(match["radius"] or 4), 100.0)
    return _on_colour(lambda image: image.filter(ImageFilter.GaussianBlur(radius)))


def _pixelate(image: Image.Image) -> Image.Image:
    cell = max(2, max(image.size) // 48)
    small = image.resize((max(1, image.width // cell), max(1, image.height // cell)), Image.Resampling.BOX)
    return small.resize(image.size, Image.Resampling.NEAREST)


def _edges(image: Image.Image) -> Image.Image:
    return ImageOps.invert(
        ImageOps.autocontrast(ImageOps.grayscale(image).filter(ImageFilter.GaussianBlur(1)).filter(ImageFilter.FIND_EDGES))
    )


def _always(change: Change) -> Callable[[re.Match[str]], Change]:
    return lambda _match: change


def _convert(match: re.Match[str]) -> Change:
    name = {"JPG": "JPEG"}.get(match["format"].upper(), match["format"].upper())
    return lambda draft: replace(draft, format=name)


_MUCH = r"(?:(?:a little|slightly|a bit|much|very|a lot) )?"
_TURN = "left|right|counter-?clockwise|anti-?clockwise|clockwise"
_COLOURS = "|".join(NAMES)
WISHES: tuple[wishes.Wish[Change], ...] = (
    wishes.wish(r"(?:to |as |into )?(?:an? )?(?P<format>jpe?g|png|webp)(?: format)?", "convert to jpeg, png or webp", _convert),
    wishes.wish(
        r"gr[ae]y ?-?scale|black[ -](?:and|&)[ -]white|b&w|black white|monochrome|desaturated?|remove (?:the )?colou?rs?",
        "grayscale",
        _always(_on_colour(ImageOps.grayscale)),
    ),
    wishes.wish(
        r"sepia(?: tone)?|old photo",
        "sepia",
        _always(_on_colour(lambda image: ImageOps.colorize(ImageOps.grayscale(image), "#1c0f05", "#fff4dc", mid="#a07848"))),
    ),
    wishes.wish(r"(?:blur(?:red|ry)?|soften)(?: (?:by |radius )?(?P<radius>\d{1,3}))?", "blur [N]", _make_blur),
    wishes.wish(r"sharp(?:en|er|ened)?", "sharpen", _always(_on_colour(lambda image: image.filter(ImageFilter.UnsharpMask(2, 140, 2))))),
    wishes.wish(
        rf"(?:rotated?|turn)(?: (?:it|by|{_TURN}))*(?: (?P<degrees>\d{{1,3}}))?(?: ?(?:degrees?|°))?(?: (?:to the )?(?:{_TURN}))?",
        "rotate N degrees [left]",
        _make_rotation,
    ),
    wishes.wish(r"mirror(?:ed)?|flip(?:ped)? horizontal(?:ly)?|flop", "mirror", _always(_on_shape(ImageOps.mirror))),
    wishes.wish(r"flip(?:ped)?(?: vertical(?:ly)?)?|upside[ -]down", "flip", _always(_on_shape(ImageOps.flip))),
    wishes.wish(r"crop(?:ped)? (?:it )?(?:to )?(?:an? )?square|square crop|square", "crop square", _always(_on_shape(_crop_square))),
    wishes.wish(r"crop(?:ped)?(?: it)?(?: to)? (?P<w>\d{1,5}) ?[x\u00d7] ?(?P<h>\d{1,5})", "crop WxH", _make_crop),
    wishes.wish(
        r"(?:(?:resized?|scaled?)(?: it)?(?: to| by)? )?"
        r"(?:(?P<w>\d{1,5}) ?[x\u00d7] ?(?P<h>\d{1,5})|(?P<percent>\d{1,3}) ?(?:%|percent)(?: size)?)(?: pixels)?",
        "resize WxH or N %",
        _make_resize,
    ),
    wishes.wish(r"(?:resized? to )?(?P<which>width|height)(?: of)? (?P<side>\d{1,5})(?: pixels| ?px)?", "width N, height N", _make_side),
    wishes.wish(r"half (?:the |its )?size|smaller|shrink", "half size", _make_scale(0.5)),
    wishes.wish(r"double (?:the |its )?size|twice (?:the |its )?size|larger|bigger|enlarge", "double size", _make_scale(2)),
    wishes.wish(r"thumbnail", "thumbnail", _always(_on_shape(_thumbnail))),
    wishes.wish(rf"{_MUCH}(?:brighter|brighten|lighter|lighten)", "brighter", _make_amount(ImageEnhance.Brightness, 1.3)),
    wishes.wish(rf"{_MUCH}(?:darker|darken|dimmer)", "darker", _make_amount(ImageEnhance.Brightness, 0.7)),
    wishes.wish(rf"(?:less|lower|reduce(?: the)?) contrast|{_MUCH}flatter", "less contrast", _make_amount(ImageEnhance.Contrast, 0.7)),
    wishes.wish(
        rf"{_MUCH}(?:(?:more|higher|increase(?: the)?|increased) )?contrast", "more contrast", _make_amount(ImageEnhance.Contrast, 1.4)
    ),
    wishes.wish(rf"{_MUCH}(?:saturated?|vivid|more colou?r(?:ful)?|more saturation)", "vivid", _make_amount(ImageEnhance.Color, 1.6)),
    wishes.wish(r"less colou?r(?:ful)?|less saturation|muted|pastel", "muted", _make_amount(ImageEnhance.Color, 0.5)),
    wishes.wish(r"inver(?:t|ted)(?: colou?rs)?|negative", "invert", _always(_on_colour(ImageOps.invert))),
    wishes.wish(r"posteri[sz]ed?", "posterize", _always(_on_colour(lambda image: ImageOps.posterize(image, 3)))),
    wishes.wish(r"solari[sz]ed?", "solarize", _always(_on_colour(ImageOps.solarize))),
    wishes.wish(
        r"enhanced?|auto[ -]?contrast|improve", "enhance", _always(_on_colour(lambda image: ImageOps.autocontrast(image, cutoff=1)))
    ),
    wishes.wish(
        rf"(?:colou?ri[sz]ed?|tint(?:ed)?|duotone)(?: (?:it )?(?:in |with )?(?P<colour>{_COLOURS}))?", "colourise COLOUR", _colourise
    ),
    wishes.wish(r"edges?|outlines?|(?:pencil )?sketch|line drawing", "edges", _always(_on_colour(_edges))),
    wishes.wish(r"emboss(?:ed)?", "emboss", _always(_on_colour(lambda image: image.filter(ImageFilter.EMBOSS)))),
    wishes.wish(r"pixelated?|pixel art", "pixelate", _always(_on_colour(_pixelate))),
)
