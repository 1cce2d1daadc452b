"""One request to a vendor whose reply comes bit by bit: read in a thread, so that its reader may leave at any moment.

Reading a socket blocks, and closing a socket does not wake who reads it. So a thread of the request's own reads and hands on; the reader
hears at least every :data:`PULSE_SECONDS`, and when it leaves, the connection is shut down, which wakes the thread and tells the vendor.
It stands beside :mod:`port` because the SDKs of several vendors use the same HTTP library; what they say of it is left to their rooms.

Invariants: one connection for each request; no retries (the task engine does that); no redirects; no more bytes than the reader said, and
none that were packed, so that memory stays flat whatever is sent.
"""

import json
import queue
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from time import monotonic
from typing import Any, TypeVar

import httpx2

from aitasks.providers import faults
from aitasks.providers.port import Access
from common import errors

T = TypeVar("T")

PULSE_SECONDS = 0.5
CONNECT_SECONDS = 5.0
AHEAD_MAX = 256
"""So many pieces are read ahead of who takes them; then the vendor waits."""
TEXT_BYTES_MAX = 16_777_216
"""The most that the reply to a text request may weigh: its events are some hundred times longer than its longest text."""

CREEP = 0.04


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
                self._socket.close()  # nobody else knows of it yet
                raise Left


class _Counted(httpx2.SyncByteStream):
    """A reply's bytes, of which there may be so many."""

    def __init__(self, stream: httpx2.SyncByteStream, bytes_max: int) -> None:
        self._stream = stream
        self._bytes_left = bytes_max

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._bytes_left -= len(chunk)
            if self._bytes_left < 0:
                raise faults.Garbled(faults.GARBLED)
            yield chunk

    def close(self) -> None:
        self._stream.close()


@contextmanager
def open_http(access: Access, *, line: Line | None = None, bytes_max: int = TEXT_BYTES_MAX) -> Iterator[httpx2.Client]:
    """Open a client for one request, closed with the block; an SDK is given it as its own."""

    def bound(response: httpx2.Response) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            raise faults.Garbled(faults.GARBLED)
        response.stream = _Counted(response.stream, bytes_max)  # type: ignore[arg-type]  # of a synchronous client, always

    longest = max(access.timeout_seconds, access.idle_seconds)
    with httpx2.Client(
        timeout=httpx2.Timeout(longest, connect=min(CONNECT_SECONDS, longest)),
        event_hooks={"request": [line.attach] if line else [], "response": [bound]},
        headers={"Accept-Encoding": "identity"},
        verify=certificates(),
        follow_redirects=False,
    ) as http:
        yield http


@cache
def certificates() -> ssl.SSLContext:
    """Return the trusted authorities, read once a process: it takes as long as a short request."""
    return httpx2.create_ssl_context()


def creep(percent: float, *, to: float) -> float:
    """Return the progress after another pulse of silence: nearer to ``to``, never there."""
    return percent + (to - percent) * CREEP


def translate(error: Exception) -> errors.TollgateError:
    """Return our error for one of the HTTP library, of the network, or of reading what came."""
    if ours := faults.find_ours(error):
        return ours
    if isinstance(error, httpx2.TimeoutException):
        return faults.TookTooLong(faults.LATE)
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return faults.Garbled(faults.GARBLED)
    if isinstance(error, httpx2.HTTPError | OSError):
        return faults.Down(faults.DOWN)
    return faults.Garbled(faults.GARBLED)


@contextmanager
def translated(by: Callable[[Exception], errors.TollgateError] = translate) -> Iterator[None]:
    """Turn what the block raises into our errors."""
    try:
        yield
    except Exception as error:
        ours = by(error)
        if ours is error:
            raise
        raise ours from error


def stream(
    access: Access,
    begin: Callable[[httpx2.Client], Iterator[T]],
    *,
    translate: Callable[[Exception], errors.TollgateError],
    patience: float = 1,
    bytes_max: int = TEXT_BYTES_MAX,
) -> Generator[T | None, None, None]:
    """Yield what the request that ``begin`` makes streams, and None whenever nothing came for a pulse.

    Raises what ``translate`` makes of errors; ``TookTooLong`` when the first piece is later than ``patience`` times the usual wait, when a
    further one is late, or the whole is. Closing it hangs up.
    """
    line = Line()
    pieces: queue.Queue[tuple[T | None, Exception | None]] = queue.Queue(AHEAD_MAX)
    slow = access if patience == 1 else _with_patience(access, patience)
    threading.Thread(target=_read, args=(slow, begin, line, pieces, bytes_max), name=f"line-{access.name}", daemon=True).start()
    try:
        deadline_at = monotonic() + access.deadline_seconds
        late_at = min(deadline_at, monotonic() + slow.timeout_seconds)
        while True:
            try:
                piece, error = pieces.get(timeout=max(0.0, min(PULSE_SECONDS, late_at - monotonic())))
            except queue.Empty:
                if monotonic() >= late_at:
                    raise faults.TookTooLong(faults.LATE) from None
                yield None
                continue
            if error is not None:
                raise translate(error) from error
            if piece is None:
                return
            yield piece
            late_at = min(deadline_at, monotonic() + access.idle_seconds)
            if monotonic() >= deadline_at:
                raise faults.TookTooLong(faults.LATE)
    finally:
        line.hang_up()


def _with_patience(access: Access, patience: float) -> Access:
    return replace(access, timeout_seconds=access.timeout_seconds * patience)


def _read(access: Access, begin: Callable[[httpx2.Client], Iterator[T]], line: Line, pieces: queue.Queue[Any], bytes_max: int) -> None:
    """Read the reply to its end and hand it on: pieces, then ``(None, why it ended)``."""
    ended: Exception | None = None
    try:
        with open_http(access, line=line, bytes_max=bytes_max) as http:
            for piece in begin(http):
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
