"""What a camera wrote into an image file: time, place, device. Everything in it is a stranger's claim, and may be nonsense."""

from dataclasses import dataclass
from typing import Any

from PIL import ExifTags, Image

CHARACTERS_MAX = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """When, where and with what a picture was taken; ``""`` where the file does not say."""

    time: str
    place: str
    camera: str


def read(image: Image.Image) -> Taken:
    """Return what the image's EXIF data say; nonsense counts as nothing."""
    exif = image.getexif()
    details = exif.get_ifd(ExifTags.IFD.Exif)
    time = _clean(details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime))
    return Taken(time=_write_time(time), place=_read_place(exif.get_ifd(ExifTags.IFD.GPSInfo)), camera=_read_camera(exif, details))


def _clean(value: Any) -> str:
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value or "")
    return "".join(character for character in text if character.isprintable()).strip()[:CHARACTERS_MAX]


def _write_time(text: str) -> str:
    day, _, clock = text.partition(" ")
    return f"{day.replace(':', '-')} {clock}".strip()


def _read_place(gps: Any) -> str:
    try:
        latitude = _read_degrees(gps[ExifTags.GPS.GPSLatitude], negative=gps.get(ExifTags.GPS.GPSLatitudeRef) == "S")
        longitude = _read_degrees(gps[ExifTags.GPS.GPSLongitude], negative=gps.get(ExifTags.GPS.GPSLongitudeRef) == "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return ""
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return ""
    return f"{latitude:.5f}, {longitude:.5f} (latitude, longitude)"


def _read_degrees(parts: Any, *, negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if negative else value


def _read_camera(exif: Any, details: Any) -> str:
    maker, model = _clean(exif.get(ExifTags.Base.Make)), _clean(exif.get(ExifTags.Base.Model))
    parts = [model if model.startswith(maker) else f"{maker} {model}".strip()]
    try:
        if ExifTags.Base.ExposureTime in details:
            seconds = float(details[ExifTags.Base.ExposureTime])
            parts.append(f"1/{round(1 / seconds)} s" if 0 < seconds < 1 else f"{seconds:g} s")
        if ExifTags.Base.FNumber in details:
            parts.append(f"f/{float(details[ExifTags.Base.FNumber]):g}")
        if ExifTags.Base.ISOSpeedRatings in details:
            parts.append(f"ISO {int(details[ExifTags.Base.ISOSpeedRatings])}")
    except (TypeError, ValueError, ZeroDivisionError):
        parts = parts[:1]
    return ", ".join(part for part in parts if part)
