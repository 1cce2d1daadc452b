"""Send one request to a user-given URL, a webhook or a file: what the host answers is reported, never acted upon.

Invariants: redirects are not followed; of the reply's body only a head is read; the query string, headers and content are never logged.
"""

import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpcore2

from common.fetch import wire
from common.fetch.addresses import Allow
from common.fetch.errors import TookTooLong
from common.fetch.limits import Deadline, Limits
from common.fetch.resolve import Resolver
from common.fetch.urls import parse

# Standard Webhooks 1.0.0 advises 15 to 30 seconds; 4 kB of the reply are enough to show staff what went wrong.
WEBHOOK_LIMITS = Limits(bytes_max=4_096, seconds_max=20.0, redirects_max=0)
METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"))
PIECE_BYTES = 262_144  # a file is read and sent in pieces of this size
# These frame the message or choose the connection, so they are ours alone.
HEADERS_OURS = frozenset(("host", "connection", "accept-encoding", "content-length", "transfer-encoding", "te", "upgrade", "expect"))
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the host answered. Header names are lower case; ``body_head`` is at most ``limits.bytes_max`` bytes, as sent."""

    status: int
    headers: Mapping[str, str]
    body_head: bytes


def send(
    *,
    method: str,
    url: str,
    headers: Mapping[str, str],
    content: bytes,
    limits: Limits = WEBHOOK_LIMITS,
    allow: Allow | None = None,
    resolver: Resolver | None = None,
    certificates: ssl.SSLContext | None = None,
) -> Reply:
    """Send ``content`` to ``url`` and return the reply, whatever its status, a redirect too.

    Blocking. Raises ``UrlRefused``, ``DownloadFailed`` when there is no reply, ``ValueError`` for a method or header that cannot be sent.
    """
    if method not in METHODS:
        raise ValueError(f"{method!r} is not a method that is sent.")
    surroundings = wire.network(allow=allow, resolver=resolver, certificates=certificates)
    return _send(method, url, headers=_encode(headers), content=content, limits=limits, surroundings=surroundings)


def send_file(*, url: str, headers: Mapping[str, str], source: Path, limits: Limits, allow: Allow | None = None) -> Reply:
    """PUT the file ``source`` to ``url``, never whole in memory, and return the reply, whatever its status; raises like :func:`send`."""
    with source.open("rb") as file:
        length = (b"Content-Length", str(source.stat().st_size).encode())
        pieces: Iterator[bytes] = iter(lambda: file.read(PIECE_BYTES), b"")
        surroundings = wire.network(allow=allow, resolver=None)
        return _send("PUT", url, headers=[*_encode(headers), length], content=pieces, limits=limits, surroundings=surroundings)


def _send(
    method: str,
    url: str,
    *,
    headers: list[tuple[bytes, bytes]],
    content: bytes | Iterator[bytes],
    limits: Limits,
    surroundings: wire.Network,
) -> Reply:
    with wire.exchange(
        parse(url),
        method=method,
        headers=headers,
        content=content,
        limits=limits,
        deadline=Deadline(seconds=limits.seconds_max),
        surroundings=surroundings,
    ) as response:
        return Reply(
            status=response.status,
            headers={key.decode("latin-1").lower(): value.decode("latin-1") for key, value in reversed(response.headers)},
            body_head=_read_head(response, bytes_max=limits.bytes_max),
        )


def _encode(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    for name, value in headers.items():
        if name.lower() in HEADERS_OURS or not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise ValueError(f"The header {name!r} cannot be sent.")
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    if not any(name.lower() == "user-agent" for name in headers):
        encoded.append((b"User-Agent", wire.USER_AGENT))
    return encoded


def _read_head(response: httpcore2.Response, *, bytes_max: int) -> bytes:
    head = bytearray()
    try:
        for chunk in response.iter_stream():
            head += chunk
            if len(head) >= bytes_max:
                break
    except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, TookTooLong):
        # The status has come and decides; a body that breaks off or drips does not turn a delivery that arrived into one that failed.
        pass
    return bytes(head[:bytes_max])
