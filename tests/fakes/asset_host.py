"""A web host that serves files well and badly, over real HTTP on loopback: sources, assets, webhooks' receivers.

Routes that misbehave: ``/gzip-bomb`` ``/oversize`` ``/oversize-chunked`` ``/drip`` ``/drip-headers`` ``/silent`` ``/loop``
``/truncated`` ``/garbage`` ``/hang-up``; useful ones: ``/status/<code>``, ``/redirect?to=<url>``, and whatever :meth:`AssetHost.serve`
was told. Every request is kept in ``requests``, in order.
"""

import gzip
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self, cast
from urllib.parse import parse_qs, urlsplit

import pytest

DRIP_SECONDS = 0.05
# What never ends does end after this long, so that a client without a deadline fails its test instead of hanging it.
ENDLESS_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Page:
    """What a path answers with."""

    body: bytes
    content_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    length: bool = True


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class AssetHost:
    """The running host. Use as a context manager, or through the ``asset_host`` fixture."""

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.pages: dict[str, Page] = {}
        self.stopped = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.host = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return self._server.server_address[1]

    def url(self, path: str = "/", *, host: str = "127.0.0.1") -> str:
        """Return the URL of a path, under another host name if given."""
        return f"http://{host}:{self.port}{path}"

    def serve(
        self,
        path: str,
        body: bytes,
        *,
        content_type: str = "application/octet-stream",
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        length: bool = True,
    ) -> str:
        """Answer this path so from now on, and return its URL. Without ``length``, the body is sent with no Content-Length."""
        self.pages[path] = Page(body, content_type, status, headers or {}, length)
        return self.url(path)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def asset_host() -> Iterator[AssetHost]:
    """A running asset host, fresh for each test."""
    with AssetHost() as host:
        yield host


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    host: AssetHost

    def handle_error(self, request: object, client_address: object) -> None:
        # A client that hangs up on a hostile route is what the tests are about, not an error to print.
        pass


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""

    def handle_request(self) -> None:
        host = cast(_Server, self.server).host
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        host.requests.append(Received(self.command, self.path, {key.lower(): value for key, value in self.headers.items()}, body))
        path = urlsplit(self.path).path
        if path in host.pages:
            self._answer(host.pages[path])
        elif path.startswith("/status/"):
            self._answer(Page(b"as you wish", "text/plain", int(path.rpartition("/")[2])))
        else:
            self.close_connection = True
            _ROUTES.get(path, _Handler._not_found)(self)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_request  # noqa: N815  (named by the standard library)

    def _answer(self, page: Page) -> None:
        self.send_response(page.status)
        headers = {"Content-Type": page.content_type, **page.headers}
        if page.length:
            headers["Content-Length"] = str(len(page.body))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page.body)

    def _not_found(self) -> None:
        self._answer(Page(b"no such page", "text/plain", 404))

    def _redirect(self) -> None:
        to = parse_qs(urlsplit(self.path).query)["to"][0]
        self._answer(Page(b"", "text/plain", 302, {"Location": to}))

    def _loop(self) -> None:
        self._answer(Page(b"", "text/plain", 302, {"Location": "/loop"}))

    def _gzip_bomb(self) -> None:
        bomb = gzip.compress(bytes(20_000_000), 9)
        self._answer(Page(bomb, "image/png", 200, {"Content-Encoding": "gzip"}))

    def _oversize(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
        self._write_until_stopped(bytes(65_536))

    def _oversize_chunked(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        self._write_until_stopped(b"10000\r\n" + bytes(65_536) + b"\r\n")

    def _drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        self._write_until_stopped(b".", pause_seconds=DRIP_SECONDS)

    def _drip_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self._write_until_stopped(b"X-More: 1\r\n", pause_seconds=DRIP_SECONDS)

    def _silent(self) -> None:
        cast(_Server, self.server).host.stopped.wait(30)

    def _truncated(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")

    def _garbage(self) -> None:
        self.wfile.write(b"\x00\x01 this is not HTTP\r\n\r\n")

    def _hang_up(self) -> None:
        """Close the connection without a word."""

    def _write_until_stopped(self, piece: bytes, *, pause_seconds: float = 0.0) -> None:
        stopped = cast(_Server, self.server).host.stopped
        ends = time.monotonic() + ENDLESS_SECONDS
        while not stopped.wait(pause_seconds) and time.monotonic() < ends:
            self.wfile.write(piece)
            self.wfile.flush()


_ROUTES = {
    "/redirect": _Handler._redirect,
    "/loop": _Handler._loop,
    "/gzip-bomb": _Handler._gzip_bomb,
    "/oversize": _Handler._oversize,
    "/oversize-chunked": _Handler._oversize_chunked,
    "/drip": _Handler._drip,
    "/drip-headers": _Handler._drip_headers,
    "/silent": _Handler._silent,
    "/truncated": _Handler._truncated,
    "/garbage": _Handler._garbage,
    "/hang-up": _Handler._hang_up,
}
