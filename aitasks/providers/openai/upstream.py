"""One request to the vendor whose reply comes bit by bit: read in a thread, so that its reader may leave at any moment.

Reading a socket blocks, and closing a socket does not wake who reads it. So a thread of the request's own reads and hands on; the reader
hears at least every :data:`PULSE_SECONDS`, and when it leaves, the connection is shut down, which wakes the thread and tells the vendor.

Invariants: one connection for each request; no retries (the task engine does that); no redirects.
"""

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from time import monotonic
from typing import Any, TypeVar

import httpx2
import openai

from aitasks.providers.openai import failures
from aitasks.providers.openai.account import Account

T = TypeVar("T")

PULSE_SECONDS = 0.5
CONNECT_SECONDS = 5.0
AHEAD_MAX = 256
"""So many pieces are read ahead of who takes them; then the vendor waits."""
NO_KEY = "none"
"""Servers without keys take any; the SDK insists on one."""


class Left(Exception):
    """The reader has gone; ends the thread."""


class Line:
    """The connection of one request, which :meth:`hang_up` ends from another thread, whatever state it is in."""

    def __init__(self) -> None:
        self._left = threading.Event()
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    @property
    def is_left(self) -> bool:
        """Return whether the reader has gone."""
        return self._left.is_set()

    def hang_up(self) -> None:
        """End the connection now, or as soon as there is one."""
        with self._lock:
            self._left.set()
            if self._socket is not None:
                with suppress(OSError):
                    # Of the plain socket: the TLS one would drop its state under the thread that reads with it.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def attach(self, request: httpx2.Request) -> None:
        """Learn of the request's connection; a hook of the HTTP client."""
        request.extensions["trace"] = self._trace

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        if not event.endswith(("connect_tcp.complete", "start_tls.complete")):
            return
        with self._lock:
            self._socket = info["return_value"].get_extra_info("socket")
            if self.is_left:
                raise Left


@contextmanager
def open_client(account: Account, *, line: Line | None = None) -> Iterator[openai.OpenAI]:
    """Open the SDK's client with a connection of its own, closed with the block."""
    longest = max(account.timeout_seconds, account.idle_seconds)
    hooks = {"request": [line.attach]} if line else {}
    timeout = httpx2.Timeout(longest, connect=min(CONNECT_SECONDS, longest))
    with httpx2.Client(timeout=timeout, event_hooks=hooks, verify=_certificates(), follow_redirects=False) as http:
        yield openai.OpenAI(
            api_key=account.api_key or NO_KEY,
            base_url=account.base_url or "https://api.openai.com/v1",
            timeout=timeout,
            max_retries=0,
            http_client=http,
        )


@cache
def _certificates() -> ssl.SSLContext:
    """Return the trusted authorities, read once a process: it takes as long as a short request."""
    return httpx2.create_ssl_context()


def stream(account: Account, begin: Callable[[openai.OpenAI], Iterator[T]]) -> Generator[T | None, None, None]:
    """Yield what the request that ``begin`` makes streams, and None whenever nothing came for a pulse.

    Raises the errors of :mod:`failures`; ``TookTooLong`` when the first piece or a further one is late. Closing it hangs up.
    """
    line = Line()
    pieces: queue.Queue[tuple[T | None, Exception | None]] = queue.Queue(AHEAD_MAX)
    reader = threading.Thread(target=_read, args=(account, begin, line, pieces), name="openai-stream", daemon=True)
    reader.start()
    try:
        late_at = monotonic() + account.timeout_seconds
        while True:
            try:
                piece, error = pieces.get(timeout=max(0.0, min(PULSE_SECONDS, late_at - monotonic())))
            except queue.Empty:
                if monotonic() >= late_at:
                    raise failures.TookTooLong(failures.LATE) from None
                yield None
                continue
            if error is not None:
                raise failures.translate(error) from error
            if piece is None:
                return
            yield piece
            late_at = monotonic() + account.idle_seconds
    finally:
        line.hang_up()


def _read(account: Account, begin: Callable[[openai.OpenAI], Iterator[T]], line: Line, pieces: queue.Queue[Any]) -> None:
    """Read the reply to its end and hand it on: pieces, then ``(None, why it ended)``."""
    ended: Exception | None = None
    try:
        with open_client(account, line=line) as client:
            for piece in begin(client):
                _put(pieces, (piece, None), line)
    except Exception as error:  # noqa: BLE001 - raised again where it is waited for
        ended = error
    with suppress(Left):
        _put(pieces, (None, ended), line)


def _put(pieces: queue.Queue[Any], item: Any, line: Line) -> None:
    while not line.is_left:
        with suppress(queue.Full):
            pieces.put(item, timeout=PULSE_SECONDS)
            return
    raise Left
