"""What a file is by its bytes: each type told apart, images measured before they are decoded, data URIs read strictly."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from common import errors, media

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def image_bytes(format: str, size: tuple[int, int] = (4, 3)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, format)
    return buffer.getvalue()


def zip_bytes(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "x")
    return buffer.getvalue()


def png_of_claimed_size(width: int, height: int) -> bytes:
    """Return a small PNG whose header claims this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1_000))) + chunk(b"IEND", b"")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.misleading"


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (image_bytes("PNG"), "image/png"),
        (image_bytes("JPEG"), "image/jpeg"),
        (image_bytes("WEBP"), "image/webp"),
        (image_bytes("GIF"), "image/gif"),
        (image_bytes("BMP"), "image/bmp"),
        (image_bytes("TIFF"), "image/tiff"),
        (b"%PDF-1.7\n", "application/pdf"),
        (zip_bytes("[Content_Types].xml", "word/document.xml"), DOCX),
        (zip_bytes("[Content_Types].xml", "xl/workbook.xml"), "application/zip"),
        (zip_bytes("a.txt"), "application/zip"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"RIFF\x24\x00\x00\x00AVI LIST", "application/octet-stream"),
        (b"ID3\x04\x00\x00", "audio/mpeg"),
        (b"\xff\xfb\x90\x64" + bytes(100), "audio/mpeg"),
        (b"\xff\xf1\x50\x80" + bytes(100), "application/octet-stream"),
        (b"OggS\x00\x02", "audio/ogg"),
        (b"fLaC\x00\x00\x00\x22", "audio/flac"),
        (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00", "video/mp4"),
        (b"\x00\x00\x00\x20ftypM4A \x00\x00\x02\x00", "audio/mp4"),
        (b"\x00\x00\x00\x20ftypheic\x00\x00\x02\x00", "image/heic"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><p>", "text/html"),
        (b"<script>alert(1)</script>", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"<?xml version='1.0'?><svg/>", "text/xml"),
        ("Grüße\r\n\tan alle ✓".encode(), "text/plain"),
        (b"BM is how this text begins", "text/plain"),
        (b"x" * 70_000 + "é".encode(), "text/plain"),
        (b"x" * 70_000 + b"\xe9", "application/octet-stream"),
        (b"x" * 65_535 + "é".encode(), "text/plain"),
        (b"text with \x00 inside", "application/octet-stream"),
        ("UTF-16".encode("utf-16"), "application/octet-stream"),
        (b"\xff", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_sniff_goes_by_the_bytes(content: bytes, mime: str, file: Path) -> None:
    file.write_bytes(content)
    assert media.sniff(file) == mime


@pytest.mark.clause("T-3.4")
@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_image_that_decodes(format: str, file: Path) -> None:
    file.write_bytes(image_bytes(format))
    assert media.check_image(file) == (4, 3, format)


def test_camera_jpeg_with_a_second_picture_is_a_jpeg(file: Path) -> None:
    pictures = [Image.new("RGB", (4, 3), colour) for colour in ("teal", "red")]
    pictures[0].save(file, "MPO", save_all=True, append_images=pictures[1:])
    assert media.check_image(file) == (4, 3, "JPEG")


@pytest.mark.clause("T-3.4")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>not an image</html>",
        b"\x89PNG\r\n\x1a\n",
        image_bytes("PNG", (64, 64))[:-40],
        image_bytes("JPEG", (64, 64))[:300],
        image_bytes("PDF"),
        image_bytes("ICO", (16, 16)),
        png_of_claimed_size(1_000, 1_000),
    ],
)
def test_what_is_no_image_or_damaged(content: bytes, file: Path) -> None:
    file.write_bytes(content)
    with pytest.raises(media.NotWhatItClaims):
        media.check_image(file)


@pytest.mark.clause("T-3.4")
@pytest.mark.parametrize("size", [(5_001, 5_000), (13_000, 13_000), (60_000, 60_000)])
def test_too_many_pixels_are_refused_before_decoding(size: tuple[int, int], file: Path) -> None:
    # The data behind the header is far too short: had it been decoded, it would have been called damaged.
    file.write_bytes(png_of_claimed_size(*size))
    with pytest.raises(media.TooManyPixels):
        media.check_image(file)


@pytest.mark.parametrize(("pixels_max", "fits"), [(12, True), (11, False)])
def test_pixel_limit_on_both_sides(pixels_max: int, fits: bool, file: Path) -> None:
    file.write_bytes(image_bytes("PNG"))
    if fits:
        assert media.check_image(file, pixels_max=pixels_max) == (4, 3, "PNG")
    else:
        with pytest.raises(media.TooManyPixels):
            media.check_image(file, pixels_max=pixels_max)


@pytest.mark.parametrize(
    ("uri", "parsed"),
    [
        ("data:image/png;base64,AAH/", ("image/png", b"\x00\x01\xff")),
        ("data:image/png;base64,AAH_", ("image/png", b"\x00\x01\xff")),
        ("DATA:Text/HTML;charset=utf-8;BASE64,aGk=", ("text/html", b"hi")),
        ("data:text/plain;base64,aGk", ("text/plain", b"hi")),
        ("data:text/plain;base64,aGk%3D", ("text/plain", b"hi")),
        ("data:,a%20b,c", ("text/plain", b"a b,c")),
        ("data:;base64,", ("text/plain", b"")),
        ("data:text/plain,%ff%00", ("text/plain", b"\xff\x00")),
    ],
)
def test_data_uri(uri: str, parsed: tuple[str, bytes]) -> None:
    assert media.parse_data_uri(uri, bytes_max=10) == parsed


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "data:",
        "http://example.com/",
        "data:image;base64,AAAA",
        "data:image/png;base64,A",
        "data:image/png;base64,AA A",
        "data:image/png;base64,AA\nA=",
        "data:image/png;base64,AAAA=",
        "data:image/png;base64,AA=A",
        "data:image/png;base64,AAA==",
        "data:image/png;base64,é",
        "data:text/plain,%4",
        "data:text/plain,%zz",
        "data:text/plain,é",
        " data:,x",
    ],
)
def test_data_uri_that_is_none(uri: str) -> None:
    with pytest.raises(errors.Invalid):
        media.parse_data_uri(uri, bytes_max=10)


@pytest.mark.parametrize(
    "uri", ["data:,abcd", "data:;base64,YWJjZA==", "data:;base64,YWJjZA", "data:,%41%42%43%44", "data:," + "x" * 2_000]
)
def test_data_uri_limit_on_both_sides(uri: str) -> None:
    with pytest.raises(errors.Oversized):
        media.parse_data_uri(uri, bytes_max=3)
    if len(uri) < 1_000:
        assert len(media.parse_data_uri(uri, bytes_max=4)[1]) == 4
