"""Opening images that strangers made: allowed formats only, size checked before anything is decoded, every decoder error a clear refusal.

Invariant: no more than :data:`PIXELS_MAX` pixels are ever decoded, and no SVG, which would need a browser's worth of code.
"""

import warnings
from pathlib import Path

from PIL import ExifTags, Image

from aitasks.providers.local.errors import BrokenFile, TooManyPixels

PIXELS_MAX = 25_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")


def open_image(path: Path) -> Image.Image:
    """Return the image, its first frame decoded; raises ``BrokenFile`` or ``TooManyPixels``."""
    try:
        # The file is opened here because Pillow leaves it open when it fails.
        with path.open("rb") as file, warnings.catch_warnings():
            # Pillow only warns about a bomb that is smaller than twice its own limit; ours is lower still and checked below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(file, formats=FORMATS)
            _check_size(image)
            image.load()
            # Read now what later steps rely on, so that nonsense in it is refused like any other damage.
            for part in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo):
                image.getexif().get_ifd(part)
    except TooManyPixels:
        raise
    except Image.DecompressionBombError as error:
        raise TooManyPixels(width=None, height=None, pixels_max=PIXELS_MAX) from error
    except Exception as error:
        raise BrokenFile("image") from error
    return image


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > PIXELS_MAX:
        raise TooManyPixels(width=image.width, height=image.height, pixels_max=PIXELS_MAX)
