"""Pictures: drawn from words, or changed.

An image that is worked on is sent as base64, and then the vendor's results are base64 too: files of text, decoded before they are checked.
"""

import base64
from collections.abc import Generator
from pathlib import Path
from typing import Any

from aitasks.providers import faults, jobs
from aitasks.providers.port import Access, Event, Work
from aitasks.providers.results import RESULT_BYTES_MAX, Delivery
from aitasks.providers.sizes import read_size
from aitasks.providers.stablediffusionapi.generations import SEED_MAX, Generation
from common import errors, media

SOURCE_BYTES_MAX = 10 * 1024 * 1024
"""It is held in memory, half as large again."""
TOO_LARGE = "The image is larger than 10 MiB. Send a smaller one."
STRENGTH = 0.65
"""How far an image may be left: between a touch (0) and a new picture (1)."""


def run(access: Access, model: str, work: Work) -> Generator[Event, None, None]:
    """Make the pictures with ``model``, yielding events."""
    path = "images/img2img" if work.source else "images/text2img"
    generation = Generation(access, path=path, body=write_body(work, model))
    yield from jobs.follow(generation, Delivery(work, access, decode=decode).take_files, access=access, resume=work.resume)


def write_body(work: Work, model: str) -> dict[str, Any]:
    """Return the request's body, without the key."""
    body: dict[str, Any] = {
        "model_id": model,
        "prompt": work.prompt,
        "samples": int(work.parameters.get("count") or 1),
        "safety_checker": "yes",
        "base64": "no",
    }
    if work.negative:
        body["negative_prompt"] = work.negative
    if work.parameters.get("seed") is not None:
        body["seed"] = int(work.parameters["seed"]) % (SEED_MAX + 1)
    if size := work.parameters.get("size"):
        body["width"], body["height"] = read_size(str(size))
    if work.source and work.source.path:
        if work.source.path.stat().st_size > SOURCE_BYTES_MAX:
            raise faults.TooLong(TOO_LARGE)
        body |= {"init_image": base64.b64encode(work.source.path.read_bytes()).decode(), "base64": "yes", "strength": STRENGTH}
    return body


def decode(path: Path) -> None:
    """Turn a file of base64, with or without ``data:`` before it, into what it holds; leaves any other as it is."""
    if media.sniff(path) != "text/plain":
        return
    text = path.read_text(encoding="ascii", errors="replace").strip()
    try:
        content = media.decode_base64(text.rpartition(",")[2].replace("\n", ""), bytes_max=RESULT_BYTES_MAX)
    except errors.TollgateError:
        raise faults.Garbled(faults.GARBLED) from None
    path.write_bytes(content)
