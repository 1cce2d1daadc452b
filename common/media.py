"""What a file is by looking at it, whatever its name or its headers claim.

Stands by itself because every door that takes content (sources, assets, avatars, uploads, data URIs) has to ask the same questions before
anything is decoded. Invariants: deciding costs bounded memory; an image's size is checked before its pixels; nothing trusts a name.
"""

import binascii
import codecs
import re
import warnings
from base64 import b64decode
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from PIL import Image

from common import errors
from common.fetch.errors import NotWhatItClaims

__all__ = ["ImageFacts", "NotWhatItClaims", "TooManyPixels", "check_image", "decode_base64", "parse_data_uri", "sniff"]

PIXELS_MAX = 25_000_000
UNKNOWN = "application/octet-stream"
IMAGE_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
# Pillow warns of a decompression bomb and goes on; here the warning is an error, for the whole process, because catch_warnings() is not
# safe with threads. Its own limit also covers what only the decoders see, such as the frames of an animation.
Image.MAX_IMAGE_PIXELS = PIXELS_MAX
warnings.simplefilter("error", Image.DecompressionBombWarning)

HEAD_BYTES = 512
ZIP_TAIL_BYTES = 1_048_576  # a ZIP's directory is at its end; a document's is far smaller than this
CHUNK_BYTES = 65_536
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
)
_RIFF = {b"WAVE": "audio/wav", b"WEBP": "image/webp"}
_ISO_BRANDS = {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime", b"avif": "image/avif", b"heic": "image/heic"}
_BMP_HEADER_SIZES = (12, 40, 52, 56, 108, 124)
# What browsers take for HTML (https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type).
_HTML = re.compile(
    rb"<(?:!--|(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s>])",
    re.IGNORECASE,
)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_DATA_URI = re.compile(r"data:(?P<mime>[^;,]*)(?P<parameters>(?:;[^;,]*)*),(?P<data>.*)", re.IGNORECASE | re.DOTALL)
_MIME = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


class TooManyPixels(errors.Oversized):
    """The image is larger, once decoded, than allowed."""

    def __init__(self, *, pixels_max: int) -> None:
        super().__init__(f"The image has more than {pixels_max} pixels (width times height). Make it smaller.")
        self.pixels_max = pixels_max


class ImageFacts(NamedTuple):
    """What an image that decodes was found to be; ``format`` is one of IMAGE_FORMATS."""

    width: int
    height: int
    format: str


def sniff(path: Path) -> str:
    """Return the MIME type that the bytes of a file show, ``application/octet-stream`` when they show none that we know."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return _sniff_magic(head) or _sniff_zip(path, head) or _sniff_text(path, head) or UNKNOWN


def check_image(path: Path, *, pixels_max: int = PIXELS_MAX) -> ImageFacts:
    """Return the facts of an image after decoding the whole of it.

    ``pixels_max`` is at most PIXELS_MAX. Raises :class:`TooManyPixels` before any pixel is decoded, :class:`NotWhatItClaims` for a file
    that is not an image of IMAGE_FORMATS or is damaged. Run it where memory is limited: in a worker.
    """
    try:
        with Image.open(path, formats=IMAGE_FORMATS) as image:
            width, height = image.size
            _check_pixels(width * height, pixels_max=pixels_max)
            image.load()
            # Cameras and drones write JPEGs with a second picture inside, which Pillow calls MPO.
            return ImageFacts(width, height, "JPEG" if image.format == "MPO" else str(image.format))
    except errors.TollgateError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(pixels_max=pixels_max) from error
    except FileNotFoundError:
        raise
    except Exception as error:  # decoders fed with damaged data raise nearly anything: OSError, SyntaxError, struct.error, IndexError, …
        raise NotWhatItClaims("The file is not an image that decodes. Send PNG, JPEG, WebP, GIF, BMP or TIFF.") from error


def parse_data_uri(uri: str, *, bytes_max: int) -> tuple[str, bytes]:
    """Return the MIME type (lower case, without parameters; ``text/plain`` when left out) and the bytes of a ``data:`` URI.

    Raises ``Invalid`` when it is none, ``Oversized`` beyond ``bytes_max``, before decoding where the length shows it.
    """
    # The longest way to write a byte is %XX; a URI beyond that cannot be within the limit, so its bytes are not looked at.
    if len(uri) > 3 * bytes_max + 1_024:
        raise _too_many_bytes(bytes_max)
    match = _DATA_URI.fullmatch(uri)
    mime = match["mime"].lower() or "text/plain" if match else ""
    if match is None or not _MIME.fullmatch(mime):
        raise errors.Invalid("This is no data URI. Write data:<type>;base64,<data>.")
    text = match["data"]
    if not text.isascii() or _BAD_PERCENT.search(text):
        raise errors.Invalid("The data URI holds characters that must be percent-encoded.")
    data = unquote_to_bytes(text)
    if match["parameters"].lower().endswith(";base64"):
        data = decode_base64(data.decode("latin-1"), bytes_max=bytes_max)
    if len(data) > bytes_max:
        raise _too_many_bytes(bytes_max)
    return mime, data


def decode_base64(text: str, *, bytes_max: int) -> bytes:
    """Return the bytes of base64 as protobuf JSON reads it: standard or URL-safe alphabet, padded or not, nothing else in between.

    Raises ``Invalid`` or ``Oversized``.
    """
    bare = text.rstrip("=")
    if len(bare) * 3 // 4 > bytes_max:
        raise _too_many_bytes(bytes_max)
    standard = bare.replace("-", "+").replace("_", "/")
    padded = standard + "=" * (-len(standard) % 4)
    if not _BASE64.fullmatch(padded) or len(text) - len(bare) not in (0, len(padded) - len(bare)):
        raise errors.Invalid("This is not base64.")
    try:
        return b64decode(padded, validate=True)
    except binascii.Error as error:
        raise errors.Invalid("This is not base64.") from error


def _check_pixels(pixels: int, *, pixels_max: int) -> None:
    if pixels > pixels_max:
        raise TooManyPixels(pixels_max=pixels_max)


def _too_many_bytes(bytes_max: int) -> errors.Oversized:
    return errors.Oversized(f"The data has more than {bytes_max} bytes. Send less.")


def _sniff_magic(head: bytes) -> str | None:
    for magic, mime in _MAGIC:
        if head.startswith(magic):
            return mime
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _ISO_BRANDS.get(head[8:12], "video/mp4")
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES:
        return "image/bmp"
    return "audio/mpeg" if _is_mpeg_audio_frame(head) else None


def _is_mpeg_audio_frame(head: bytes) -> bool:
    # Eleven set bits, the version, the layer (01 is III: AAC and UTF-16 look alike but for it), a check bit, the bit and sampling rates.
    bits = f"{int.from_bytes(head[:3], 'big'):024b}"
    version, layer, bitrate, rate = bits[11:13], bits[13:15], bits[16:20], bits[20:22]
    return bits.startswith("1" * 11) and version != "01" and layer == "01" and bitrate not in ("0000", "1111") and rate != "11"


def _sniff_zip(path: Path, head: bytes) -> str | None:
    if not head.startswith(b"PK\x03\x04"):
        return None
    with path.open("rb") as file:
        size_bytes = file.seek(0, 2)
        file.seek(max(0, size_bytes - ZIP_TAIL_BYTES))
        directory = file.read(ZIP_TAIL_BYTES)
    is_document = b"[Content_Types].xml" in directory and b"word/document" in directory
    return "application/vnd.openxmlformats-officedocument.wordprocessingml.document" if is_document else "application/zip"


def _sniff_text(path: Path, head: bytes) -> str | None:
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not start or not _is_text(path):
        return None
    if _HTML.match(start):
        return "text/html"
    if start[:4].lower() == b"<svg":
        return "image/svg+xml"
    return "text/xml" if start.startswith(b"<?xml") else "text/plain"


def _is_text(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                if _BINARY.search(chunk):
                    return False
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
