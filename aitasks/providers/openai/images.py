"""Images: ``imagine`` by ``/v1/images/generations``, ``transform`` by ``/v1/images/edits``; always in base64, never fetched from a link.

Wire: OpenAI's OpenAPI document of 2026-08-21. GPT image models stream each image as it is ready, know three sizes, and refuse
``response_format``; models of other servers reply in one piece, in the size that is asked, and need it. Some of those make one image a
request whatever ``n`` says, so what is missing is asked for again. An image of another size than the caller's is scaled and cut to it.

Invariants: an image is counted before it is handed on; a failure after the first one is final (``StreamBroken``).
"""

import binascii
from base64 import b64decode
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import openai
from PIL import Image, ImageOps

from aitasks.providers import faults, line
from aitasks.providers.openai import upstream
from aitasks.providers.port import Access, Event, Media, Output, Progress, Usage, Work
from common import errors
from common.media import check_image

PATIENCE = 3
"""An image takes up to two minutes (https://platform.openai.com/docs/guides/image-generation), which is longer than a text's beginning."""
IMAGE_BYTES_MAX = 16_777_216
"""Of one image in base64: the largest that is asked for has 4.7 MB of pixels."""
GPT = ("gpt-image", "chatgpt-image")
SQUARE, WIDE, TALL = "1024x1024", "1536x1024", "1024x1536"
"""The sizes that every GPT image model makes."""
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
FORMATS = {"image/jpeg": "jpeg", "image/webp": "webp"}


def run(access: Access, model: str, work: Work) -> Iterator[Event]:
    """Make or change images, each handed on as it comes."""
    count = int(work.parameters.get("count", 1))
    size = _read_size(work)
    done = 0
    try:
        while done < count:
            before = done
            with closing(_ask(access, model, work, done=done, count=count)) as events:
                for event in events:
                    if isinstance(event, Progress):
                        yield event
                    elif done < count:
                        media = _keep(event, work.folder / f"image-{done}", size)
                        yield Usage(done + 1)
                        yield Output(done, media)
                        done += 1
            if done == before:
                raise faults.Garbled(faults.GARBLED)
    except errors.ProviderFailed as error:
        if done:
            raise faults.StreamBroken(faults.BROKEN) from error
        raise
    yield Progress(100)


def _ask(access: Access, model: str, work: Work, *, done: int, count: int) -> Generator[Progress | str, None, None]:
    """Yield the images of one request, in base64, and progress while there are none."""
    facts = _describe(model, work) | {"n": count - done}
    if work.key:
        facts["extra_headers"] = {"Idempotency-Key": work.key if not done else f"{work.key}-{done}"}

    def begin(client: openai.OpenAI) -> Iterator[Any]:
        if work.source is None:
            return _read(client.images.generate(**facts))
        path = _get_path(work)
        with path.open("rb") as file:
            return _read(client.images.edit(image=(f"image{path.suffix}", file, work.source.type), **facts))

    percent = 100 * done / count
    with closing(upstream.stream(access, begin, patience=PATIENCE, bytes_max=IMAGE_BYTES_MAX * (count - done))) as images:
        for image in images:
            if image is not None:
                done += 1
                percent = 100 * done / count
                yield image
            percent = line.creep(percent, to=100 * min(done + 1, count) / count)
            yield Progress(percent)


def _describe(model: str, work: Work) -> dict[str, Any]:
    """Return what both endpoints are told."""
    avoid = f"\n\nAvoid: {work.negative}" if work.negative else ""
    facts: dict[str, Any] = {"model": model, "prompt": f"{work.prompt}{avoid}"}
    if not model.startswith(GPT):
        return facts | {"response_format": "b64_json"} | ({"size": work.parameters["size"]} if "size" in work.parameters else {})
    facts |= {"stream": True, "size": _choose_size(work)}
    if work.source is not None and work.source.type in FORMATS:
        facts |= {"output_format": FORMATS[work.source.type], "output_compression": int(work.parameters.get("quality", 100))}
    return facts


def _choose_size(work: Work) -> str:
    size = _read_size(work)
    if size is None:
        return "auto"
    width, height = size
    return SQUARE if width == height else WIDE if width > height else TALL


def _read_size(work: Work) -> tuple[int, int] | None:
    """Return the width and height that were asked for; None: as the vendor likes."""
    if "size" not in work.parameters:
        return None
    width, _, height = str(work.parameters["size"]).partition("x")
    return int(width), int(height)


def _get_path(work: Work) -> Path:
    if work.source is None or work.source.path is None:
        raise errors.Invalid("The source is no image file. Send one.")
    return work.source.path


def _read(reply: Any) -> Iterator[Any]:
    """Yield the images of a reply: a stream of events, or a list."""
    if isinstance(reply, openai.Stream):
        for event in reply:
            if str(getattr(event, "type", "")).endswith(".completed"):
                yield event.b64_json
        return
    for image in reply.data or ():
        yield image.b64_json


def _keep(data: Any, path: Path, size: tuple[int, int] | None) -> Media:
    """Write an image down, in the size that was asked for, and return it; raises ``Garbled`` for what is none."""
    try:
        path.write_bytes(b64decode(data, validate=True))
        facts = check_image(path)
        kind = TYPES[facts.format]
    except (errors.TollgateError, binascii.Error, KeyError, TypeError, ValueError) as error:
        raise faults.Garbled(faults.GARBLED) from error
    if size is not None and (facts.width, facts.height) != size:
        with Image.open(path) as image:
            ImageOps.fit(image, size, Image.Resampling.LANCZOS).save(path, facts.format)
    return Media(type=kind, path=path)
