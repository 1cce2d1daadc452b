"""A task's events as they come, over as many connections as it takes: each resumes after the last event that was read."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
from httpx_sse import EventSource

from tollgate.errors import ApiError, check

DONE = "[DONE]"
CONNECT_SECONDS, IDLE_SECONDS = 10, 45
"""The server sends a sign of life every 15 seconds."""
RESUMES_MAX = 5
"""So many connections in a row may break without a new event; then whoever reads is told."""


def follow(http: httpx.Client, path: str, *, after: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the events after number ``after`` until the task has ended; raises :class:`ApiError` or ``httpx.TransportError``."""
    broken = 0
    while True:
        try:
            for number, data in _connect(http, path, after):
                if data is None:
                    return
                after, broken = number, 0
                yield data
        except httpx.TransportError:
            broken += 1
            if broken > RESUMES_MAX:
                raise
        except ApiError as error:
            broken += 1
            if error.status != httpx.codes.SERVICE_UNAVAILABLE or broken > RESUMES_MAX:
                raise
        time.sleep(min(0.2 * 2**broken, 5))


def read(response: httpx.Response) -> Iterator[tuple[int, Any]]:
    """Yield the number and the data of each event of a response; the data of the last one is None."""
    if not response.is_success:
        response.read()
    check(response)
    for event in EventSource(response).iter_sse():
        if event.data == DONE:
            yield 0, None
            return
        if event.data:
            yield int(event.id or 0), event.json()


def _connect(http: httpx.Client, path: str, after: int) -> Iterator[tuple[int, Any]]:
    timeout = httpx.Timeout(CONNECT_SECONDS, read=IDLE_SECONDS)
    with http.stream("GET", path, headers={"Last-Event-ID": str(after)}, timeout=timeout) as response:
        yield from read(response)
