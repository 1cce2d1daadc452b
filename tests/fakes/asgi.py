"""A client of the product's ASGI entry, without a socket: what a web server would hand over, byte for byte.

It drives ``config.asgi.application`` itself, on an event loop of its own, so the body limit, waiting (``Prefer: wait``) and event
streams are the real ones, and requests sent together run together. Without a socket between, a test may send what HTTP clients refuse
to send and choose the address that a request comes from.
"""

import asyncio
import json
import queue
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import unquote

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]
Headers = Mapping[str, str]
PATIENCE_SECONDS = 60.0
"""A request that is not answered by then fails its test instead of hanging it."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. ``target`` is the path with its query, escaped as it goes over the wire; ``chunks`` is a body sent in pieces."""

    method: str
    target: str
    headers: tuple[tuple[bytes, bytes], ...] = ()
    chunks: tuple[bytes, ...] = (b"",)
    address: str = "203.0.113.7"

    def scope(self) -> dict[str, Any]:
        """Return the ASGI scope that a web server makes of it."""
        raw_path, _, query = self.target.partition("?")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": unquote(raw_path),
            "raw_path": raw_path.encode("latin-1", "replace"),
            "query_string": query.encode("latin-1", "replace"),
            "root_path": "",
            "headers": [(b"host", b"127.0.0.1"), *self.headers],
            "client": (self.address, 40_000),
            "server": ("127.0.0.1", 80),
        }


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Return the body as JSON; raises if it is none."""
        assert self.headers["content-type"] == "application/json", (self.status, self.headers, self.body[:300])
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode()


class Exchange:
    """One request under way: what the application sends is read from :meth:`messages` as it comes. Lives on ``loop``."""

    def __init__(self, app: App, request: Request, loop: asyncio.AbstractEventLoop) -> None:
        self._app, self._request, self._loop = app, request, loop
        self._left = list(request.chunks)
        self._gone = asyncio.Event()
        self._sent: queue.Queue[Message | BaseException | None] = queue.Queue()
        self._run = asyncio.run_coroutine_threadsafe(self._serve(), loop)

    def messages(self) -> Iterator[Message]:
        """Yield what the application sends until it is done; raises what it raised."""
        while (message := self._sent.get(timeout=PATIENCE_SECONDS)) is not None:
            if isinstance(message, BaseException):
                raise message
            yield message

    def hang_up(self) -> None:
        """Tell the application that the client has gone, and wait until it has let go."""
        self._loop.call_soon_threadsafe(self._gone.set)
        self._run.result(timeout=PATIENCE_SECONDS)

    async def _serve(self) -> None:
        try:
            await self._app(self._request.scope(), self._receive, self._send)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread of the test
            self._sent.put(error)
        else:
            self._sent.put(None)

    async def _receive(self) -> Message:
        if self._left:
            chunk = self._left.pop(0)
            return {"type": "http.request", "body": chunk, "more_body": bool(self._left)}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        self._sent.put(message)


class Stream:
    """A reply whose body is read while it comes. Use as a context manager: leaving it hangs up."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._messages = exchange.messages()
        start = next(self._messages)
        self.status, self.headers = start["status"], decode(start["headers"])

    def chunks(self) -> Iterator[bytes]:
        """Yield the body's pieces as the application sends them."""
        for message in self._messages:
            if message.get("body"):
                yield message["body"]

    def events(self) -> Iterator[tuple[int | None, Any]]:
        """Yield each event's number and its JSON, or ``"[DONE]"``; comments are left out."""
        for text in self.text().split("\n\n"):
            if text and not text.startswith(":"):
                yield parse_event(text)

    def text(self) -> str:
        """Return the rest of the stream, as text."""
        return "".join(chunk.decode() for chunk in self.chunks())

    def first_event(self) -> tuple[int | None, Any]:
        """Return the event that comes next, without waiting for the end."""
        return parse_event(next(self.chunks()).decode().removesuffix("\n\n"))

    def __enter__(self) -> Self:
        """Use the stream."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Hang up."""
        self._exchange.hang_up()


class Server:
    """The application on an event loop in a thread of its own."""

    def __init__(self, app: App) -> None:
        self._app = self.app = app
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="asgi-server", daemon=True)
        self._thread.start()

    def begin(self, request: Request) -> Exchange:
        """Send a request."""
        return Exchange(self._app, request, self._loop)

    def stop(self) -> None:
        """End the loop."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=PATIENCE_SECONDS)
        self._loop.close()


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody who calls: with a token or without, from an address."""

    server: Server
    token: str = ""
    address: str = "203.0.113.7"

    def with_token(self, token: str) -> "Client":
        """Return the same client with another credential."""
        return replace(self, token=token)

    def from_address(self, address: str) -> "Client":
        """Return the same client at another address."""
        return replace(self, address=address)

    def request(
        self,
        method: str,
        target: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        chunks: Sequence[bytes] | None = None,
        headers: Headers | None = None,
    ) -> Request:
        """Return the request: ``body`` goes as JSON, ``raw`` as it is, ``chunks`` in pieces without an announced length."""
        given = {name.lower(): value for name, value in (headers or {}).items()}
        if self.token:
            given.setdefault("authorization", f"Bearer {self.token}")
        if body is not None:
            raw = json.dumps(body).encode()
        if raw is not None or chunks is not None:
            given.setdefault("content-type", "application/json")
        if chunks is None:
            given.setdefault("content-length", str(len(raw or b"")))
            chunks = (raw or b"",)
        else:
            given.setdefault("transfer-encoding", "chunked")
        pairs = tuple((name.encode(), value.encode("latin-1")) for name, value in given.items())
        return Request(method, target, pairs, tuple(chunks), self.address)

    def send(self, method: str, target: str, body: object = None, **how: Any) -> Reply:
        """Send a request and return the whole reply."""
        return collect(self.server.begin(self.request(method, target, body, **how)))

    def send_together(self, requests: Sequence[Request]) -> list[Reply]:
        """Send requests at the same time and return their replies, in the same order."""
        return [collect(exchange) for exchange in [self.server.begin(request) for request in requests]]

    def stream(self, method: str, target: str, body: object = None, **how: Any) -> Stream:
        """Send a request and return its reply while it comes."""
        return Stream(self.server.begin(self.request(method, target, body, **how)))

    def get(self, target: str, **how: Any) -> Reply:
        """GET."""
        return self.send("GET", target, **how)

    def post(self, target: str, body: object = None, **how: Any) -> Reply:
        """POST."""
        return self.send("POST", target, body, **how)

    def put(self, target: str, body: object = None, **how: Any) -> Reply:
        """PUT."""
        return self.send("PUT", target, body, **how)

    def delete(self, target: str, **how: Any) -> Reply:
        """DELETE."""
        return self.send("DELETE", target, **how)


def collect(exchange: Exchange) -> Reply:
    """Return the whole reply of an exchange."""
    messages = list(exchange.messages())
    assert [message["type"] for message in messages[:1]] == ["http.response.start"], messages
    assert {message["type"] for message in messages[1:]} <= {"http.response.body"}, "the application answered twice"
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return Reply(messages[0]["status"], decode(messages[0]["headers"]), body)


def decode(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by name in lower case; raises if one was sent twice."""
    names = [name.decode().lower() for name, _ in headers]
    assert len(names) == len(set(names)), f"a header came twice: {names}"
    return {name.decode().lower(): value.decode("latin-1") for name, value in headers}


def parse_event(text: str) -> tuple[int | None, Any]:
    """Return the number and the JSON of one server-sent event."""
    fields = dict(line.split(": ", 1) for line in text.split("\n"))
    data = fields.pop("data")
    number = fields.pop("id", None)
    assert not fields, fields
    return int(number) if number is not None else None, data if data == "[DONE]" else json.loads(data)
