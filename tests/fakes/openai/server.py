"""An OpenAI of our own over real HTTP on loopback: chat completions, conversations with responses, threads with runs, models.

It keeps what it is told, as the vendor does, and answers with :attr:`FakeOpenAI.reply`, a word at a time. :meth:`FakeOpenAI.fail` makes the
next requests go wrong. ``requests`` and ``replies`` hold everything that went over the wire; ``disconnects`` counts the clients that left
before the end. ``tests/services/test_openai_reference.py`` holds its replies against the vendor's own description.
"""

import json
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, cast
from urllib.parse import parse_qsl, urlsplit

import pytest
from pytest_django import Settings

from aitasks import registry
from tests.fakes.openai import completions, responses
from tests.fakes.openai.threads import Threads
from tests.fakes.openai.wire import Json, Refused, Sse, Trouble, error_body

ENDLESS_SECONDS = 20.0
"""What never ends does end after this long, so that a client without a deadline fails its test instead of hanging it."""
KEY = "sk-test-of-the-fake"
MODELS = ("gpt-test", "gpt-test-mini")


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Replied:
    """What was answered: ``route`` is the path with its names left open, ``event`` is set for each event of a stream."""

    method: str
    route: str
    status: int
    body: Any
    event: str | None = None


class FakeOpenAI:
    """The running server. Use as a context manager, or through the ``openai_server`` fixture; over TLS with a ``certificate``."""

    def __init__(self, *, certificate: ssl.SSLContext | None = None) -> None:
        self.reply = "All is well here today."
        self.piece_seconds = 0.0
        self.requests: list[Received] = []
        self.replies: list[Replied] = []
        self.disconnects = 0
        self.left_at = 0.0
        self.left = threading.Event()
        self.stopped = threading.Event()
        self.conversations = responses.Conversations()
        self.threads = Threads()
        self._troubles: list[Trouble] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.fake = self
        self._scheme = "https" if certificate else "http"
        if certificate:
            self._server.socket = certificate.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def base_url(self) -> str:
        """Return what ``OPENAI_BASE_URL`` would be."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}/v1"

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
    fake: FakeOpenAI

    def handle_error(self, request: object, client_address: object) -> None:
        # A client that leaves is what the tests are about, not an error to print.
        pass


class _ClientLeft(Exception):
    """The client has closed its side."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request on its way to the part of the fake that answers it."""

    fake: FakeOpenAI
    names: tuple[str, ...]
    body: dict[str, Any]
    query: Mapping[str, str]
    problem: str


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    disable_nagle_algorithm = True
    fake: FakeOpenAI
    trouble: Trouble
    route: str

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""

    def handle_request(self) -> None:
        self.fake, self.route = cast(_Server, self.server).fake, ""
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(content) if content else {}
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.fake.requests.append(Received(self.command, self.path, headers, body))
        self.trouble = self.fake.take_trouble()
        try:
            if self.trouble.how == "hang" and not self.trouble.after:
                self._hang()
            answer = self._answer(body)
            if isinstance(answer, Json):
                self._send_json(answer)
            else:
                self._send_stream(answer)
        except (_ClientLeft, BrokenPipeError, ConnectionResetError):
            self.close_connection = True
            self.fake.note_disconnect()

    do_GET = do_POST = do_DELETE = handle_request  # noqa: N815  (named by the standard library)

    def _answer(self, body: dict[str, Any]) -> Json | Iterator[Sse]:
        try:
            return self._find_answer(body)
        except Refused as refused:
            return refused.reply

    def _find_answer(self, body: dict[str, Any]) -> Json | Iterator[Sse]:
        trouble, url = self.trouble, urlsplit(self.path)
        if trouble.status:
            return Json(error_body(trouble.status, trouble.message, code=trouble.code), trouble.status, trouble.headers)
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            raise Refused(401, f"Incorrect API key provided: {self.headers.get('Authorization')}.", code="invalid_api_key")
        if body.get("model", MODELS[0]) not in MODELS:
            raise Refused(404, f"The model `{body['model']}` does not exist or you do not have access to it.", code="model_not_found")
        for method, pattern, answer in ROUTES:
            match = re.fullmatch(pattern.replace("{}", "([^/]+)"), url.path.removeprefix("/v1"))
            if method == self.command and match:
                self.route = pattern
                return answer(Asked(self.fake, match.groups(), body, dict(parse_qsl(url.query)), trouble.how))
        raise Refused(404, f"Invalid URL ({self.command} {url.path})")

    def _send_json(self, answer: Json) -> None:
        self.fake.replies.append(Replied(self.command, self.route, answer.status, answer.body))
        content = b"<html>This is no API.</html>" if self.trouble.how == "garbage" else json.dumps(answer.body).encode()
        kind = "text/html" if self.trouble.how == "garbage" else "application/json"
        self._start(answer.status, {"Content-Type": kind, "Content-Length": str(len(content)), **answer.headers})
        self.wfile.write(content)

    def _send_stream(self, events: Iterator[Sse]) -> None:
        self._start(200, {"Content-Type": "text/event-stream; charset=utf-8", "Transfer-Encoding": "chunked"})
        sent = 0
        with closing(cast(Generator[Sse, None, None], events)):
            for event in events:
                if event.text and sent == self.trouble.after and self.trouble.how in SPOILERS:
                    SPOILERS[self.trouble.how](self)
                    return
                if event.text:
                    sent += 1
                    self._wait(self.fake.piece_seconds)
                self._send_event(event)
        self.wfile.write(b"0\r\n\r\n")

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
        self._send_chunk(b"data: {this is no JSON\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _truncate(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _cut(self) -> None:
        self.wfile.write(b"0\r\n\r\n")

    def _error(self) -> None:
        error = error_body(500, self.trouble.message, code=self.trouble.code)
        if self.route == "/responses":
            self._send_event(Sse({"type": "error", "sequence_number": 9, **error["error"]}, name="error"))
        else:
            self._send_event(Sse(error, name="error"))
        self.wfile.write(b"0\r\n\r\n")


SPOILERS: Mapping[str, Callable[[_Handler], None]] = {
    "hang": _Handler._hang,
    "drip": _Handler._drip,
    "garbage": _Handler._garbage,
    "truncate": _Handler._truncate,
    "cut": _Handler._cut,
    "error": _Handler._error,
}


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "tests", "shutdown_date": None}


ROUTES: tuple[tuple[str, str, Callable[[Asked], Json | Iterator[Sse]]], ...] = (
    ("GET", "/models", lambda asked: Json({"object": "list", "data": [_model(name) for name in MODELS]})),
    ("GET", "/models/{}", lambda asked: Json(_model(asked.names[0]))),
    ("POST", "/chat/completions", lambda asked: completions.complete(asked.body, asked.fake.reply, asked.problem)),
    ("POST", "/conversations", lambda asked: asked.fake.conversations.create(asked.body)),
    ("GET", "/conversations/{}", lambda asked: asked.fake.conversations.get(asked.names[0])),
    ("DELETE", "/conversations/{}", lambda asked: asked.fake.conversations.delete(asked.names[0])),
    ("GET", "/conversations/{}/items", lambda asked: asked.fake.conversations.list_items(asked.names[0], asked.query)),
    ("POST", "/responses", lambda asked: responses.respond(asked.body, asked.fake.reply, asked.fake.conversations, asked.problem)),
    ("GET", "/assistants", lambda asked: asked.fake.threads.list_assistants(asked.query)),
    ("POST", "/assistants", lambda asked: asked.fake.threads.create_assistant(asked.body)),
    ("POST", "/threads", lambda asked: asked.fake.threads.create(asked.body)),
    ("GET", "/threads/{}", lambda asked: asked.fake.threads.get(asked.names[0])),
    ("DELETE", "/threads/{}", lambda asked: asked.fake.threads.delete(asked.names[0])),
    ("GET", "/threads/{}/messages", lambda asked: asked.fake.threads.list_messages(asked.names[0], asked.query)),
    ("POST", "/threads/{}/messages", lambda asked: asked.fake.threads.add_message(asked.names[0], asked.body)),
    ("POST", "/threads/{}/runs", lambda asked: asked.fake.threads.run(asked.names[0], asked.body, asked.fake.reply, asked.problem)),
    ("POST", "/threads/{}/runs/{}/cancel", lambda asked: asked.fake.threads.cancel(asked.names[0], asked.names[1])),
)


@pytest.fixture
def openai_server() -> Iterator[FakeOpenAI]:
    """A running fake of OpenAI, fresh for each test."""
    with FakeOpenAI() as fake:
        yield fake


@pytest.fixture
def openai_configured(openai_server: FakeOpenAI, settings: Settings) -> Iterator[FakeOpenAI]:
    """The product, set to use the fake: text features and chat with the model ``gpt-test``, nothing slower than a second or two."""
    settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL, settings.OPENAI_MODELS = KEY, openai_server.base_url, MODELS
    settings.PROVIDER_TIMEOUT_SECONDS, settings.PROVIDER_STREAM_IDLE_SECONDS = 5.0, 5.0
    forget_providers()
    yield openai_server
    forget_providers()


def forget_providers() -> None:
    """Have the registry read the settings again."""
    registry.all_providers.cache_clear()
    registry.all_keepers.cache_clear()
