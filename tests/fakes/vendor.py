"""An AI vendor of our own over real HTTP on loopback: what every fake of one does alike.

A fake derives :class:`FakeVendor`, answers requests in :meth:`FakeVendor.answer`, and says how its vendor writes errors. ``requests`` and
``replies`` hold everything that went over the wire; :meth:`FakeVendor.fail` makes the next requests go wrong; ``disconnects`` counts the
clients that left before the end.
"""

import json
import select
import socket
import ssl
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, cast
from urllib.parse import parse_qsl, urlsplit

ENDLESS_SECONDS = 20.0
"""What never ends does end after this long, so that a client without a deadline fails its test instead of hanging it."""
FLOOD_BYTES = 104_857_600
CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Json:
    """A whole reply."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Raw:
    """A reply of bytes, in pieces."""

    pieces: tuple[bytes, ...]
    type: str


@dataclass(frozen=True, slots=True)
class Sse:
    """One server-sent event; ``text`` marks those that carry a piece of the reply. A ``data`` of text is sent as it is."""

    data: Any
    name: str = ""
    text: bool = False

    def encode(self, body: str) -> bytes:
        """Return the event's bytes."""
        head = f"event: {self.name}\n" if self.name else ""
        return f"{head}data: {body}\n\n".encode()


Answer = Json | Raw | Iterator[Sse]


@dataclass(slots=True)
class Trouble:
    """What goes wrong, how often: with a ``status`` at once; otherwise ``how``, when ``after`` pieces of the reply have been sent.

    ``hang`` says nothing more; ``drip`` sends a byte a second; ``garbage`` sends what is no reply; ``truncate`` cuts the connection;
    ``cut`` ends the stream properly but without an end of the reply; ``flood`` sends a hundred megabytes; ``error`` sends the dialect's
    error event. What else a fake knows, it says itself.
    """

    status: int = 0
    how: str = ""
    code: str | None = None
    message: str = "Something is wrong."
    headers: Mapping[str, str] = field(default_factory=dict)
    after: int = 0
    times: int = 1


class Refused(Exception):
    """The fake refuses a request; ``code`` is what its vendor calls the reason."""

    def __init__(self, status: int, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.param = status, message, code, param


@dataclass(frozen=True, slots=True)
class File:
    """A file in a form."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came; header names in lower case. The body is JSON, or the fields and files of a form."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any

    @property
    def query(self) -> Mapping[str, str]:
        """Return what stands behind the question mark."""
        return dict(parse_qsl(urlsplit(self.path).query))


@dataclass(frozen=True, slots=True)
class Replied:
    """What was answered: ``route`` is the path with its names left open, ``event`` is set for each event of a stream."""

    method: str
    route: str
    status: int
    body: Any
    event: str | None = None


class FakeVendor(ABC):
    """The running server. Use as a context manager; over TLS with a ``certificate``."""

    def __init__(self, *, certificate: ssl.SSLContext | None = None) -> None:
        self.piece_seconds = 0.0
        self.requests: list[Received] = []
        self.replies: list[Replied] = []
        self.disconnects = 0
        self.left_at = 0.0
        self.left = threading.Event()
        self.stopped = threading.Event()
        self._troubles: list[Trouble] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.fake = self
        scheme = "https" if certificate else "http"
        self.root_url = f"{scheme}://127.0.0.1:{self._server.server_address[1]}"
        if certificate:
            self._server.socket = certificate.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @abstractmethod
    def answer(self, request: Received, trouble: Trouble) -> tuple[str, Answer]:
        """Return the route of a request and its answer, or raise ``Refused``."""

    @abstractmethod
    def write_error(self, refused: Refused) -> Any:
        """Return the body of an error, as the vendor writes it."""

    @abstractmethod
    def write_error_event(self, route: str, trouble: Trouble) -> Sse:
        """Return the event with which the vendor breaks a stream off."""

    def fail(self, **facts: Any) -> None:
        """Make the next request go wrong, or the next ``times``."""
        self._troubles.append(Trouble(**facts))

    def take_trouble(self) -> Trouble:
        """Return what goes wrong with the request at hand."""
        if not self._troubles:
            return Trouble()
        trouble = self._troubles[0]
        trouble.times -= 1
        if not trouble.times:
            self._troubles.pop(0)
        return trouble

    def note_disconnect(self) -> None:
        """A client has left before the end."""
        self.disconnects += 1
        self.left_at = time.monotonic()
        self.left.set()

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
    fake: FakeVendor

    def handle_error(self, request: object, client_address: object) -> None:
        # A client that leaves is what the tests are about, not an error to print.
        pass


class _ClientLeft(Exception):
    """The client has closed its side."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    disable_nagle_algorithm = True
    fake: FakeVendor
    trouble: Trouble
    route: str

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""

    def handle_request(self) -> None:
        self.fake, self.route = cast(_Server, self.server).fake, ""
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Received(self.command, self.path, headers, _read_body(headers.get("content-type", ""), content))
        self.fake.requests.append(request)
        self.trouble = self.fake.take_trouble()
        try:
            if self.trouble.how == "hang" and not self.trouble.after:
                self._wait(ENDLESS_SECONDS)
            self._send(self._answer(request))
        except (_ClientLeft, BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True
            self.fake.note_disconnect()

    do_GET = do_POST = do_DELETE = handle_request  # noqa: N815  (named by the standard library)

    def _answer(self, request: Received) -> Answer:
        trouble = self.trouble
        if trouble.status:
            return self._refuse(Refused(trouble.status, trouble.message, code=trouble.code))
        try:
            self.route, answer = self.fake.answer(request, trouble)
        except Refused as refused:
            return self._refuse(refused)
        return answer

    def _refuse(self, refused: Refused) -> Json:
        return Json(self.fake.write_error(refused), refused.status, self.trouble.headers)

    def _send(self, answer: Answer) -> None:
        if isinstance(answer, Json):
            self._send_json(answer)
        elif isinstance(answer, Raw):
            self._send_pieces(answer)
        else:
            self._send_events(cast(Generator[Sse, None, None], answer))

    def _send_json(self, answer: Json) -> None:
        self.fake.replies.append(Replied(self.command, self.route, answer.status, answer.body))
        if self.trouble.how in WHOLE:
            WHOLE[self.trouble.how](self, json.dumps(answer.body).encode())
            return
        self._send_whole(json.dumps(answer.body).encode(), "application/json", answer.status, answer.headers)

    def _send_whole(self, content: bytes, kind: str, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self._start(status, {"Content-Type": kind, "Content-Length": str(len(content)), **(headers or {})})
        self.wfile.write(content)

    def _send_pieces(self, answer: Raw) -> None:
        if self.trouble.how == "garbage":
            self._send_garbage(b"")
            return
        self._start(200, {"Content-Type": answer.type, "Transfer-Encoding": "chunked"})
        for number, piece in enumerate(answer.pieces):
            if self._is_spoiled(number):
                return
            self._wait(self.fake.piece_seconds)
            self._send_chunk(piece)
        self.wfile.write(b"0\r\n\r\n")

    def _send_events(self, events: Generator[Sse, None, None]) -> None:
        self._start(200, {"Content-Type": "text/event-stream; charset=utf-8", "Transfer-Encoding": "chunked"})
        sent = 0
        with closing(events):
            for event in events:
                if event.text and self._is_spoiled(sent):
                    return
                if event.text:
                    sent += 1
                    self._wait(self.fake.piece_seconds)
                self._send_event(event)
        self.wfile.write(b"0\r\n\r\n")

    def _is_spoiled(self, sent: int) -> bool:
        if sent != self.trouble.after or self.trouble.how not in SPOILERS:
            return False
        SPOILERS[self.trouble.how](self)
        return True

    def _send_event(self, event: Sse) -> None:
        self.fake.replies.append(Replied(self.command, self.route, 200, event.data, event.name))
        self._send_chunk(event.encode(event.data if isinstance(event.data, str) else json.dumps(event.data)))

    def _start(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"x-request-id": "req_of_the_fake", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _send_chunk(self, content: bytes) -> None:
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        self.wfile.flush()

    def _wait(self, seconds: float) -> None:
        """Wait; raises ``_ClientLeft`` as soon as the client closes its side."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0 and not self.fake.stopped.is_set():
            readable, _, _ = select.select([self.connection], [], [], min(left, 0.05))
            # Of the plain socket: a TLS one does not let itself be peeked at.
            if readable and not socket.socket.recv(self.connection, 1, socket.MSG_PEEK):
                raise _ClientLeft

    def _hang(self) -> None:
        self._wait(ENDLESS_SECONDS)

    def _drip(self) -> None:
        for _ in range(int(ENDLESS_SECONDS)):
            self._send_chunk(b":")
            self._wait(1)

    def _garbage(self) -> None:
        self._send_chunk(b"event: message_start\ndata: {this is no JSON\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _flood(self) -> None:
        for _ in range(FLOOD_BYTES // CHUNK_BYTES):
            self._send_chunk(b" " * CHUNK_BYTES)
        self.wfile.write(b"0\r\n\r\n")

    def _truncate(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _cut(self) -> None:
        self.wfile.write(b"0\r\n\r\n")

    def _error(self) -> None:
        self._send_event(self.fake.write_error_event(self.route, self.trouble))
        self.wfile.write(b"0\r\n\r\n")

    def _send_garbage(self, _content: bytes) -> None:
        self._send_whole(b"<html>This is no API.</html>", "text/html")

    def _drip_whole(self, content: bytes) -> None:
        self._start(200, {"Content-Type": "application/json", "Content-Length": str(len(content))})
        for place in range(int(ENDLESS_SECONDS)):
            self.wfile.write(content[place : place + 1])
            self._wait(1)

    def _truncate_whole(self, content: bytes) -> None:
        self._start(200, {"Content-Type": "application/json", "Content-Length": str(len(content))})
        self.wfile.write(content[: len(content) // 2])
        self._truncate()

    def _flood_whole(self, _content: bytes) -> None:
        self._start(200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
        self._flood()


SPOILERS: Mapping[str, Callable[[_Handler], None]] = {
    "hang": _Handler._hang,
    "drip": _Handler._drip,
    "garbage": _Handler._garbage,
    "flood": _Handler._flood,
    "truncate": _Handler._truncate,
    "cut": _Handler._cut,
    "error": _Handler._error,
}
"""Of streams."""
WHOLE: Mapping[str, Callable[[_Handler, bytes], None]] = {
    "garbage": _Handler._send_garbage,
    "drip": _Handler._drip_whole,
    "truncate": _Handler._truncate_whole,
    "flood": _Handler._flood_whole,
}
"""Of replies in one piece."""


def _read_body(kind: str, content: bytes) -> Any:
    if not kind.startswith("multipart/form-data"):
        return json.loads(content) if content else {}
    form = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + content)
    return {str(part.get_param("name", header="content-disposition")): _read_part(part) for part in cast(list[Message], form.get_payload())}


def _read_part(part: Message) -> str | File:
    content = cast(bytes, part.get_payload(decode=True))
    name = part.get_filename()
    return content.decode() if name is None else File(name, part.get_content_type(), content)


def split(text: str) -> Iterator[str]:
    """Return a text in words, spaces kept: the tokens of the fakes."""
    words = text.split(" ")
    for number, word in enumerate(words):
        yield word + (" " if number < len(words) - 1 else "")


def count_tokens(text: str) -> int:
    """Return how many tokens a text is."""
    return len(text.split())
