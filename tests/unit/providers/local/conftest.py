"""What the tests of the embedded provider share: making work, doing it, and files that are made here rather than stored."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageDraw, ImageFont

from aitasks.providers.local import Local
from aitasks.providers.port import Media, Work
from tests.unit.providers.local.doing import Done, count_units_max, find_feature


@pytest.fixture
def make_work(tmp_path: Path) -> Callable[..., Work]:
    """A maker of work: the feature's defaults are filled in, each piece has a folder of its own."""
    numbers = iter(range(1_000))

    def make(
        feature: str,
        target: str,
        prompt: str = "",
        *,
        source: Media | None = None,
        negative: str = "",
        step: str = "",
        context: Any = None,
        **given: Any,
    ) -> Work:
        folder = tmp_path / f"work-{next(numbers)}"
        folder.mkdir()
        parameters = find_feature(feature).parameters(**given).model_dump()
        return Work(
            step=step or feature, source=source, prompt=prompt, negative=negative, target=target, parameters=parameters, folder=folder,
            context=context or {},
        )  # fmt: skip

    return make


@pytest.fixture
def do(make_work: Callable[..., Work]) -> Callable[..., Done]:
    """A doer of work, which also holds it to what every piece of work must keep: progress grows to 100, charged no more than was held."""

    def perform(feature: str, target: str, prompt: str = "", **given: Any) -> Done:
        work = make_work(feature, target, prompt, **given)
        assert Local().serves(work)
        done = Done(list(Local().run(work)))
        assert done.progress == sorted(done.progress)
        assert done.progress[-1] == 100
        if done.outputs:
            assert done.units <= count_units_max(work, feature)
        return done

    return perform


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A JPEG with two lines of text, a red patch, and what a camera writes: time, device, place."""
    image = Image.new("RGB", (900, 300), (250, 240, 220))
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(36)
    pen.text((20, 20), "Invoice number 4711", font=font, fill="black")
    pen.text((20, 100), "Total: 12.50 EUR", font=font, fill="black")
    pen.rectangle((600, 150, 880, 280), fill=(200, 40, 45))
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Canon", "EOS 80D"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2021:07:04 15:03:21"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "S", (48.0, 12.0, 30.6)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", (16.0, 22.0, 23.0)
    path = tmp_path / "photo.jpg"
    image.save(path, exif=exif, quality=95)
    return path


@pytest.fixture(params=["one byte", "cut short", "vector", "empty", "other kind"])
def damaged(request: pytest.FixtureRequest, photo: Path, tmp_path: Path) -> Path:
    """A file that is no readable image."""
    content = {
        "one byte": b"x",
        "cut short": photo.read_bytes()[:9_000],
        "vector": b"<svg xmlns='http://www.w3.org/2000/svg'><rect width='9' height='9'/></svg>",
        "empty": b"",
        "other kind": b"%PDF-1.7\n" + b"0" * 500,
    }[request.param]
    path = tmp_path / "damaged"
    path.write_bytes(content)
    return path


@pytest.fixture
def bomb(tmp_path: Path) -> Path:
    """A PNG of a few kilobytes that decodes to 169 million pixels."""
    path = tmp_path / "bomb.png"
    Image.new("1", (13_000, 13_000)).save(path)
    return path
