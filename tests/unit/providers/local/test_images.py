"""Reading and editing images: real pictures made here, and hostile ones."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from aitasks.providers.local.errors import BrokenFile, TooManyPixels, UnknownWish
from aitasks.providers.local.reading.images import NO_TEXT, NOT_SEEN
from aitasks.providers.port import Media
from common.errors import Kind
from tests.unit.providers.local.doing import Done, get_path

Do = Callable[..., Done]


def image(path: Path, kind: str = "image/jpeg") -> Media:
    return Media(type=kind, path=path)


@pytest.mark.clause("P-3.4")
def test_extract_tells_everything_about_a_photo(do: Do, photo: Path) -> None:
    lines = do("extract", "text", "", source=image(photo)).text.split("\n")
    assert lines[0] == f"Size: 900 x 300 pixels, JPEG, {photo.stat().st_size} bytes"
    assert lines[1].startswith("Colours: cream ")
    assert ", red 1" in lines[1]
    assert lines[2:5] == ["Taken: 2021-07-04 15:03:21", "Camera: Canon EOS 80D", "Place: -48.20850, 16.37306 (latitude, longitude)"]
    assert lines[-2:] == ["Invoice number 4711", "Total: 12.50 EUR"]


@pytest.mark.parametrize(
    ("prompt", "result"),
    [
        ("text only", "Invoice number 4711\nTotal: 12.50 EUR"),
        ("where was it taken", "Place: -48.20850, 16.37306 (latitude, longitude)"),
        ("when?", "Taken: 2021-07-04 15:03:21"),
        ("which camera", "Camera: Canon EOS 80D"),
    ],
)
def test_the_prompt_narrows_what_is_told(do: Do, photo: Path, prompt: str, result: str) -> None:
    done = do("extract", "text", prompt, source=image(photo))
    assert (done.text, done.units) == (result, 5_000 + len(prompt) + len(result))


def test_extract_says_what_it_does_not_find(do: Do, tmp_path: Path) -> None:
    path = tmp_path / "plain.png"
    Image.new("RGB", (64, 64), (20, 20, 24)).save(path)
    told = do("extract", "text", "who is this, where, when, and what text", source=image(path, "image/png")).text
    assert told.split("\n") == [
        "Taken: the file does not say when", "Place: the file holds no coordinates", NOT_SEEN, f"{NO_TEXT}",
    ]  # fmt: skip
    assert "black 100 %" in do("extract", "text", "colours", source=image(path, "image/png")).text


@pytest.mark.parametrize(
    ("wish", "size", "format_"),
    [
        ("grayscale", (900, 300), "JPEG"),
        ("resize to 64x32, then grayscale, then convert to webp", (64, 32), "WEBP"),
        ("half size", (450, 150), "JPEG"),
        ("rotate 90", (300, 900), "JPEG"),
        ("rotate 180 degrees and flip and mirror", (900, 300), "JPEG"),
        ("crop square as png", (300, 300), "PNG"),
        ("thumbnail", (160, 53), "JPEG"),
        ("width 300", (300, 100), "JPEG"),
        ("50%", (450, 150), "JPEG"),
        (
            "sepia, blur 3, sharpen, much brighter, a little darker, more contrast, vivid, invert, posterize, colourise teal, edges",
            (900, 300),
            "JPEG",
        ),
        ("emboss, pixelate, solarize, enhance, less contrast, muted", (900, 300), "JPEG"),
    ],
)
def test_image_edits(do: Do, photo: Path, wish: str, size: tuple[int, int], format_: str) -> None:
    done = do("transform", "image", wish, source=image(photo))
    with Image.open(get_path(done.outputs[0])) as result:
        result.load()
        assert (result.size, result.format, dict(result.getexif())) == (size, format_, {})
    assert (done.outputs[0].media.type, done.units) == (f"image/{format_.lower()}", 1)


def test_edits_change_the_right_pixels(do: Do, tmp_path: Path) -> None:
    path = tmp_path / "two.png"
    picture = Image.new("RGBA", (2, 1), (255, 0, 0, 255))
    picture.putpixel((1, 0), (0, 0, 255, 0))
    picture.save(path)

    def edit(wish: str) -> list[tuple[int, ...]]:
        with Image.open(get_path(do("transform", "image", wish, source=image(path, "image/png")).outputs[0])) as result:
            return [tuple(result.getpixel((x, 0))) for x in range(2)]  # type: ignore[arg-type]  # colours are tuples in RGB and RGBA

    assert edit("mirror") == [(0, 0, 255, 0), (255, 0, 0, 255)]
    assert edit("invert") == [(0, 255, 255, 255), (255, 255, 0, 0)]
    assert edit("grayscale") == [(76, 76, 76, 255), (29, 29, 29, 0)]


def test_photos_are_turned_upright(do: Do, tmp_path: Path) -> None:
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20)).save(path, exif=exif)
    with Image.open(get_path(do("transform", "image", "sharpen", source=image(path)).outputs[0])) as result:
        assert result.size == (20, 40)


def test_unknown_edits_are_refused_with_what_can_be_done(do: Do, photo: Path) -> None:
    with pytest.raises(UnknownWish) as refused:
        do("transform", "image", "sepia and remove the background", source=image(photo))
    assert refused.value.message.startswith(
        'Not understood: "remove the background". What can be done: convert to jpeg, png or webp; grayscale;'
    )


@pytest.mark.parametrize("feature", ["extract", "transform"])
def test_damaged_images_are_refused(do: Do, damaged: Path, feature: str) -> None:
    with pytest.raises(BrokenFile) as refused:
        do(feature, "text" if feature == "extract" else "image", "sharpen", source=image(damaged))
    assert refused.value.kind is Kind.INVALID


@pytest.mark.parametrize("feature", ["extract", "transform"])
def test_bombs_are_refused_before_they_are_decoded(do: Do, bomb: Path, feature: str) -> None:
    with pytest.raises(TooManyPixels) as refused:
        do(feature, "text" if feature == "extract" else "image", "sharpen", source=image(bomb, "image/png"))
    assert refused.value.kind is Kind.OVERSIZED


def test_edits_cannot_grow_a_bomb(do: Do, photo: Path) -> None:
    for wish in ("resize to 9000x100", "resize to 5001x5000", "double size, double size, double size, double size, double size"):
        with pytest.raises(TooManyPixels):
            do("transform", "image", wish, source=image(photo))
