"""Writes replies: compact JSON in UTF-8."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework.renderers import BaseRenderer


class JsonRenderer(BaseRenderer):
    """JSON whatever the client says it accepts: an API never answers HTML."""

    media_type = "application/json"
    format = "json"
    # JSON is UTF-8 by its own definition (RFC 8259, section 8.1) and its media type knows no charset.
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None) -> bytes:
        """Return ``data`` as bytes; ``b""`` where there is no body."""
        return b"" if data is None else to_json(data)


def to_json(data: Any) -> bytes:
    """Return ``data`` as compact UTF-8 JSON."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)
