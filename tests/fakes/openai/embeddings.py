"""``/v1/embeddings`` of the fake: vectors that count up. In base64 when asked, which is how the official SDK asks by itself."""

import struct
from base64 import b64encode
from typing import Any

from tests.fakes.vendor import Json, Refused, count_tokens

OWN_DIMENSIONS = 8


def embed(body: dict[str, Any], fixed: Any = None) -> Json:
    """Answer with a vector for each text, or with the ``fixed`` one; only ``text-embedding-3`` models know ``dimensions``."""
    given = body.get("input")
    texts = [given] if isinstance(given, str) else given or []
    if not texts or not all(texts):
        raise Refused(400, "'$.input' is invalid.", param="input")
    if "dimensions" in body and not body["model"].startswith("text-embedding-3"):
        raise Refused(400, "This model does not support specifying dimensions.", param="dimensions")
    vector = [float(number) for number in range(1, body.get("dimensions", OWN_DIMENSIONS) + 1)]
    packed = b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
    given_back: Any = packed if body.get("encoding_format") == "base64" else vector
    if fixed is not None:
        given_back = fixed
    spent = sum(map(count_tokens, texts))
    rows = [{"object": "embedding", "index": index, "embedding": given_back} for index in range(len(texts))]
    return Json({"object": "list", "model": body["model"], "data": rows, "usage": {"prompt_tokens": spent, "total_tokens": spent}})
