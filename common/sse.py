"""Server-sent events: how a chunk is written, and a response that streams them.

Streams are asynchronous generators only: a synchronous one would be drained before its first byte left. They hold no database connection
between two reads.
"""

import json
import threading
from collections.abc import AsyncIterable
from typing import Any

from django.http import StreamingHttpResponse

closing = threading.Event()
"""Set when the process has been asked to end: streams tell their readers to come back, and end."""

HEARTBEAT_SECONDS = 15
CREDENTIAL_SECONDS = 0.5
"""How often a stream asks whether the credential that opened it is still good: with a reader's longest wait
(``common.wake``) it ends within a second of it."""
HEARTBEAT = b": keep-alive\n\n"
DONE = b"data: [DONE]\n\n"
COME_BACK = b": this server restarts; resume with Last-Event-ID\nretry: 1000\n\n"


def chunk(data: Any, *, number: int | None = None) -> bytes:
    """Return one event: ``data`` as JSON, and its number for ``Last-Event-ID``."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return (f"id: {number}\n" if number is not None else "").encode() + f"data: {text}\n\n".encode()


def event_stream(events: AsyncIterable[bytes]) -> StreamingHttpResponse:
    """Return the response that sends ``events`` as they come, past every buffer on the way."""
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(events, content_type="text/event-stream; charset=utf-8", headers=headers)
