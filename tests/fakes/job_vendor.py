"""What the fakes of vendors that work by jobs share: a server over real HTTP on loopback with a log of calls, files to fetch, and mishaps.

A fake says in ``answer`` how it replies. :meth:`FakeJobVendor.fail` makes the next requests that fit go wrong. ``requests`` holds
everything that came; ``sent_bytes`` counts what went out; ``left`` is set when a client has hung up before the end.
"""

import contextlib
import io
import json
import select
import socket
import threading
import time
import wave
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, cast
from urllib.parse import urlsplit

from PIL import Image

ENDLESS_SECONDS = 20.0
"""What never ends does end after this long, so that a client without a deadline fails its test instead of hanging it."""
BIG_BYTES = 100 * 1024 * 1024
CHUNK = bytes(65_536)


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.content)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back: JSON, unless ``body`` is bytes."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Trouble:
    """What goes wrong with requests whose path holds ``path``: an ``answer`` of its own, or ``how``.

    ``hang`` says nothing; ``drip`` sends a byte a second; ``garbage`` sends HTML; ``truncate`` cuts the connection in the middle of the
    body; ``big`` announces and sends 100 MB; ``endless`` sends as much without announcing it.
    """

    answer: Answer | None = None
    how: str = ""
    path: str = ""
    method: str = ""
    times: int = 1


class FakeJobVendor(ABC):
    """The running server. Use as a context manager."""

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.files: dict[str, tuple[bytes, str]] = {}
        self.sent_bytes = 0
        self.left = threading.Event()
        self.stopped = threading.Event()
        self.reply_seconds = 0.0
        self._troubles: list[Trouble] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.fake = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def base_url(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @abstractmethod
    def answer(self, request: Received) -> Answer:
        """Return the reply to a request."""

    def serve_file(self, name: str, content: bytes, content_type: str) -> str:
        """Offer a file from now on, and return its URL."""
        self.files[f"/files/{name}"] = (content, content_type)
        return f"{self.base_url}/files/{name}"

    def fail(self, status: int = 0, body: Any = None, *, headers: Mapping[str, str] | None = None, **facts: Any) -> None:
        """Make the next request go wrong, or the next ``times`` of a ``path`` or ``method``."""
        answer = Answer(body, status, headers or {}) if status else None
        self._troubles.append(Trouble(answer=answer, **facts))

    def take_trouble(self, request: Received) -> Trouble:
        """Return what goes wrong with a request."""
        for trouble in self._troubles:
            if trouble.path in request.path and trouble.method in {"", request.method}:
                trouble.times -= 1
                if not trouble.times:
                    self._troubles.remove(trouble)
                return trouble
        return Trouble()

    def calls(self, method: str, path: str) -> list[Received]:
        """Return the requests with this method whose path begins like this."""
        return [request for request in self.requests if request.method == method and request.path.startswith(path)]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fake: FakeJobVendor

    def handle_error(self, request: object, client_address: object) -> None:
        # A client that leaves is what the tests are about, not an error to print.
        pass


class _ClientLeft(Exception):
    """The client has closed its side."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    fake: FakeJobVendor

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""

    def handle_request(self) -> None:
        self.fake = cast(_Server, self.server).fake
        request = Received(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, self._read_body())
        self.fake.requests.append(request)
        trouble = self.fake.take_trouble(request)
        try:
            if trouble.how:
                self._spoil(trouble.how)
            else:
                self._wait(self.fake.reply_seconds)
                self._send(trouble.answer or self._find_answer(request))
        except (_ClientLeft, BrokenPipeError, ConnectionResetError):
            self.close_connection = True
            self.fake.left.set()

    do_GET = do_POST = do_PUT = do_DELETE = handle_request  # noqa: N815  (named by the standard library)

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _find_answer(self, request: Received) -> Answer:
        path = urlsplit(self.path).path
        if path in self.fake.files:
            content, content_type = self.fake.files[path]
            return Answer(content, headers={"Content-Type": content_type})
        return self.fake.answer(request)

    def _send(self, answer: Answer) -> None:
        content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        self._start(answer.status, {"Content-Type": "application/json", "Content-Length": str(len(content)), **answer.headers})
        self._write(content)

    def _spoil(self, how: str) -> None:
        if how == "hang":
            self._wait(ENDLESS_SECONDS)
            self.close_connection = True
        elif how == "garbage":
            self._send(Answer(b"<html>This is no API.</html>", headers={"Content-Type": "text/html"}))
        elif how == "truncate":
            self._start(200, {"Content-Type": "application/json", "Content-Length": "1000"})
            self._write(b'{"id": "x", ')
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif how == "drip":
            self._start(200, {"Content-Type": "application/json", "Content-Length": "100000"})
            for _ in range(int(ENDLESS_SECONDS)):
                self._write(b" ")
                self._wait(1)
        elif how in {"big", "endless"}:
            self._pour(announced=how == "big")

    def _pour(self, *, announced: bool) -> None:
        self.close_connection = True
        self._start(200, {"Content-Type": "image/png", **({"Content-Length": str(BIG_BYTES)} if announced else {"Connection": "close"})})
        for _ in range(BIG_BYTES // len(CHUNK)):
            self._write(CHUNK)

    def _start(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _write(self, content: bytes) -> None:
        self.wfile.write(content)
        self.wfile.flush()
        self.fake.sent_bytes += len(content)

    def _wait(self, seconds: float) -> None:
        """Wait; raises ``_ClientLeft`` as soon as the client closes its side."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0 and not self.fake.stopped.is_set():
            readable, _, _ = select.select([self.connection], [], [], min(left, 0.05))
            with contextlib.suppress(BlockingIOError):
                if readable and not socket.socket.recv(self.connection, 1, socket.MSG_PEEK):
                    raise _ClientLeft


def make_png(shade: int = 200, size: tuple[int, int] = (8, 8)) -> bytes:
    """Return a grey picture."""
    file = io.BytesIO()
    Image.new("L", size, shade).save(file, "PNG")
    return file.getvalue()


def make_wav(seconds: float) -> bytes:
    """Return silence."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(bytes(2 * int(8_000 * seconds)))
    return file.getvalue()
