"""A server that webhooks and callbacks are sent to, over real HTTP on loopback: answers by script, and keeps what it was sent."""

import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, cast

import pytest

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with; ``raw`` instead of HTTP. One that ``holds`` waits until :meth:`Receiver.release`."""

    status: int = 204
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: bytes | None = None
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it came; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Return the body, parsed."""
        return json.loads(self.body)


class Receiver:
    """The running server. ``sent`` has every request in order; ``most_at_once`` counts by path what was open at the same time."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.most_at_once: Counter[str] = Counter()
        self.arrived = threading.Condition()
        self.released = threading.Event()
        self._answers: dict[str, list[Answer]] = {}
        self._open: Counter[str] = Counter()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.receiver = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def url(self, path: str = "/hook", *, host: str = "127.0.0.1") -> str:
        """Return the URL of a path, under another host name if given."""
        return f"http://{host}:{self._server.server_address[1]}{path}"

    def script(self, *answers: Answer | int, path: str = "/hook") -> None:
        """Answer so from now on, one after the other, the last again and again; a number is a status."""
        self._answers[path] = [Answer(answer) if isinstance(answer, int) else answer for answer in answers]

    def release(self) -> None:
        """Let what is held go."""
        self.released.set()

    def wait_for(self, count: int) -> list[Sent]:
        """Return what was sent, as soon as it is ``count`` requests; fail if it never is."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.sent) >= count, PATIENCE_SECONDS), f"{len(self.sent)} of {count} came"
            return list(self.sent)

    def take(self, request: Sent) -> Answer:
        """Keep a request and return what to answer; called by the handler."""
        with self.arrived:
            self.sent.append(request)
            self._open[request.path] += 1
            self.most_at_once[request.path] = max(self.most_at_once[request.path], self._open[request.path])
            script = self._answers.get(request.path, [Answer()])
            answer = script.pop(0) if len(script) > 1 else script[0]
            self.arrived.notify_all()
        if answer.holds:
            self.released.wait(PATIENCE_SECONDS)
        with self.arrived:
            self._open[request.path] -= 1
        return answer

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A running receiver, fresh for each test."""
    with Receiver() as running:
        yield running


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    receiver: Receiver

    def handle_error(self, request: object, client_address: object) -> None:
        # A sender that hangs up is what some tests are about.
        pass


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""

    def handle_request(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = cast(_Server, self.server).receiver.take(Sent(self.command, self.path, headers, body))
        if answer.raw is not None:
            self.wfile.write(answer.raw)
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_request  # noqa: N815  (named by the standard library)
