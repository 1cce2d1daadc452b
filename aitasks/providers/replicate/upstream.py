"""The SDK's client as we want it: with our time limits on every request, no retries, a limit on what is read, and a line to hang up.

The SDK (1.0.7) tries GET requests up to ten times when it reads 429, 503 or 504, gives up all time limits when it asks for a prediction
(``timeout=None``), and drops the headers of errors. It takes a transport, which sees each request and each reply before the SDK does: so
:class:`Transport` sets the limits, and an error becomes ours there, which the SDK lets through.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from replicate.client import Client

from aitasks.providers import faults
from aitasks.providers.line import CONNECT_SECONDS, Line, certificates, translated
from aitasks.providers.port import Access
from aitasks.providers.replicate import failures

BASE_URL = "https://api.replicate.com"
REPLY_BYTES_MAX = 4_194_304
"""A prediction carries its input, its logs and its output; files are links."""
CANCEL_AFTER_SECONDS_MIN = 5
CANCEL_AFTER_SECONDS_MAX = 86_400


class Transport(httpx.HTTPTransport):
    """Sends one request at a time over a connection that ``line`` can hang up."""

    def __init__(self, access: Access, line: Line) -> None:
        super().__init__(verify=certificates())
        self._line = line
        self._secret = access.credential
        self._timeout = httpx.Timeout(access.timeout_seconds, connect=min(CONNECT_SECONDS, access.timeout_seconds)).as_dict()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return a reply that is good; raises our error for any other."""
        request.headers["Accept-Encoding"] = "identity"
        request.extensions["timeout"] = self._timeout
        self._line.attach(request)  # type: ignore[arg-type]  # both libraries keep extensions alike
        response = super().handle_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            response.close()
            raise faults.Garbled(faults.GARBLED)
        response.stream = Counted(response.stream)  # type: ignore[arg-type]  # of a synchronous client, always
        if response.status_code >= httpx.codes.MULTIPLE_CHOICES:
            body = response.read()
            response.close()
            raise failures.judge(response.status_code, body, response.headers, secret=self._secret)
        return response


class Counted(httpx.SyncByteStream):
    """A reply's bytes, of which there may be so many."""

    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        left = REPLY_BYTES_MAX
        for chunk in self._stream:
            left -= len(chunk)
            if left < 0:
                raise faults.Garbled(faults.GARBLED)
            yield chunk

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()


@contextmanager
def open_client(access: Access, line: Line) -> Iterator[Client]:
    """Open the SDK's client for one piece of work, closed with the block; raises our errors."""
    seconds = min(max(int(access.deadline_seconds), CANCEL_AFTER_SECONDS_MIN), CANCEL_AFTER_SECONDS_MAX)
    transport = Transport(access, line)
    # The SDK looks for a token in the environment unless there is a header.
    headers = {"Authorization": f"Bearer {access.credential}", "Cancel-After": f"{seconds}s"}
    with translated(failures.translate):
        try:
            yield Client(base_url=access.base_url or BASE_URL, transport=transport, headers=headers)
        finally:
            transport.close()
