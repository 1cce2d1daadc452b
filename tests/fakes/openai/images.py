"""``/v1/images`` of the fake. GPT image models reply in base64 and can stream; those of other servers do as they are told."""

import io
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, Protocol

from PIL import Image

from tests.fakes.openai.wire import now
from tests.fakes.vendor import Answer, File, Json, Refused, Sse

GPT_SIZES = ("1024x1024", "1536x1024", "1024x1536", "auto")
TYPES = ("image/png", "image/jpeg", "image/webp")
USAGE = {"total_tokens": 100, "input_tokens": 50, "output_tokens": 50, "input_tokens_details": {"text_tokens": 10, "image_tokens": 40}}


def draw(width: int, height: int) -> bytes:
    """Return a PNG of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "orange").save(file, "PNG")
    return file.getvalue()


class Painter(Protocol):
    """How the fake paints."""

    image: bytes
    images_max: int
    images_extra: int
    only_links: bool


def generate(body: dict[str, Any], painter: Painter) -> Answer:
    """Answer ``/images/generations``."""
    if not body.get("prompt"):
        raise Refused(400, "You must provide a prompt.", code="missing_required_parameter", param="prompt")
    return _reply(body, painter, "image_generation")


def edit(body: dict[str, Any], painter: Painter) -> Answer:
    """Answer ``/images/edits``, whose body is a form."""
    given = body.get("image")
    if not isinstance(given, File) or given.type not in TYPES:
        raise Refused(400, "Invalid image file.", code="invalid_image_file", param="image")
    return _reply(body | {"stream": body.get("stream") == "true"}, painter, "image_edit")


def _reply(body: dict[str, Any], painter: Painter, kind: str) -> Answer:
    is_gpt = body["model"].startswith("gpt-")
    if is_gpt and body.get("response_format"):
        raise Refused(400, "Unknown parameter: 'response_format'.", code="unknown_parameter", param="response_format")
    if is_gpt and body.get("size", "auto") not in GPT_SIZES:
        raise Refused(400, f"Invalid value: '{body['size']}'.", code="invalid_value", param="size")
    count = min(int(body.get("n", 1)), painter.images_max) + painter.images_extra
    data = b64encode(painter.image).decode()
    if body.get("stream"):
        return _stream(kind, data, body.get("size", "auto"), count)
    if painter.only_links or (not is_gpt and body.get("response_format") != "b64_json"):
        return Json({"created": now(), "data": [{"url": "https://images.example/1.png"}] * count})
    return Json({"created": now(), "data": [{"b64_json": data}] * count})


def _stream(kind: str, data: str, size: str, count: int) -> Iterator[Sse]:
    facts = {"created_at": now(), "size": size, "quality": "high", "background": "opaque", "output_format": "png"}
    for _ in range(count):
        yield Sse({"type": f"{kind}.completed", "b64_json": data, "usage": USAGE, **facts}, name=f"{kind}.completed", text=True)
