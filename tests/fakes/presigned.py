"""A marketplace's object storage over real HTTP on loopback: presigned-upload, presigned-download, delete, and the store behind the links.

It chooses its keys, as the original does, checks the publisher's key, and keeps what was put in memory. Ways to misbehave: :attr:`down`
answers so many requests with 503 first, :attr:`answers` replaces the reply of an endpoint.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Self, cast
from urllib.parse import parse_qs, quote, unquote, urlsplit

PUBLISHER_KEY = "publisher-key-of-the-tests"
API = "/api/v1/ai-resource/"


@dataclass(slots=True)
class Stored:
    """A file: its bytes, and the type that came with them."""

    content: bytes
    content_type: str


@dataclass
class PresignedMarketplace:
    """The running marketplace; use as a context manager. ``log`` holds ``(method, path)`` of each request, without the query."""

    files: dict[str, Stored] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)
    down: int = 0
    key_header: str = "x-publisher-key"
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    stopped: threading.Event = field(default_factory=threading.Event)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.marketplace = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """Return the base address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

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
    marketplace: PresignedMarketplace


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""

    @property
    def marketplace(self) -> PresignedMarketplace:
        return cast(_Server, self.server).marketplace

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._serve(body)

    def do_GET(self) -> None:
        self._serve(b"")

    def do_PUT(self) -> None:
        # Only a body of a known length can be put, as with S3.
        self._serve(self.rfile.read(int(self.headers["Content-Length"])))

    def _serve(self, body: bytes) -> None:
        path = urlsplit(self.path).path
        self.marketplace.log.append((self.command, path))
        with suppress(BrokenPipeError, ConnectionResetError):
            if self.marketplace.down > 0:
                self.marketplace.down -= 1
                self._send(503, b"away")
            elif path in self.marketplace.silent:
                self.marketplace.stopped.wait(30)
                self.close_connection = True
            elif path in self.marketplace.answers:
                self._send(*self.marketplace.answers[path])
            elif path.startswith(API):
                self._resource(path.removeprefix(API), body)
            else:
                self._object(unquote(path.removeprefix("/store/")), body)

    def _resource(self, name: str, body: bytes) -> None:
        if self.headers.get(self.marketplace.key_header) != PUBLISHER_KEY:
            self._envelope(401, 1, "unknown publisher", None)
            return
        query = parse_qs(urlsplit(self.path).query)
        key = query["s3Key"][0] if self.command == "GET" else str(json.loads(body)["s3Key"])
        link = f"{self.marketplace.url}/store/"
        if (self.command, name) == ("POST", "presigned-upload"):
            kept = f"Publisher 7/{next(self.marketplace.numbers)}/{key}"
            self._envelope(200, 0, "success", {"presignedUrl": f"{link}{quote(kept)}?signature=put", "key": kept})
        elif (self.command, name) == ("GET", "presigned-download"):
            self._envelope(200, 0, "success", {"url": f"{link}{quote(key)}?signature=get"})
        elif (self.command, name) == ("POST", "delete"):
            gone = self.marketplace.files.pop(key, None)
            self._envelope(*((404, 404, "no such file", None) if gone is None else (200, 0, "success", None)))
        else:
            self._envelope(404, 404, "no such path", None)

    def _object(self, key: str, body: bytes) -> None:
        signature = parse_qs(urlsplit(self.path).query).get("signature")
        if signature != [self.command.lower()]:
            self._send(403, b"the signature is for something else")
        elif self.command == "PUT":
            self.marketplace.files[key] = Stored(body, self.headers.get("Content-Type", ""))
            self._send(200, b"")
        elif key in self.marketplace.files:
            self._send(200, self.marketplace.files[key].content, self.marketplace.files[key].content_type)
        else:
            self._send(404, b"no such key")

    def _envelope(self, status: int, code: int, message: str, data: Any) -> None:
        self._send(status, json.dumps({"code": code, "message": message, "data": data}).encode(), "application/json")

    def _send(self, status: int, body: bytes, content_type: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
