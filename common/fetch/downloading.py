"""Fetch a file from a user-given URL onto our disk, within limits.

Invariants: each redirect is a new exchange with every check made again; the body is stored as it was sent, never decoded; after a failure
no partial file is left.
"""

import hashlib
import re
import ssl
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

import httpcore2

from common.fetch import wire
from common.fetch.addresses import Allow
from common.fetch.errors import DownloadFailed, DownloadTooLarge, NotWhatItClaims
from common.fetch.limits import Deadline, Limits
from common.fetch.resolve import Resolver
from common.fetch.urls import Target, follow, parse

REDIRECTS = frozenset((301, 302, 303, 307, 308))
# Statuses below 500 that a later try may change: request timeout, too early, too many requests.
PASSING_STATUSES = frozenset((408, 425, 429))
NAME_CHARACTERS_MAX = 120
_FILENAME = re.compile(r"""filename\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^";\s]+))""", re.IGNORECASE)
_FILENAME_UTF8 = re.compile(r"filename\*\s*=\s*utf-8''(?P<encoded>[^;\s]+)", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What came: ``content_type`` and ``name`` are the host's claims (cleaned), the rest was measured. ``sha256`` is in hex."""

    content_type: str
    size_bytes: int
    sha256: str
    final_url: str
    name: str


def download(
    *,
    url: str,
    into: Path,
    limits: Limits,
    allow: Allow | None = None,
    resolver: Resolver | None = None,
    certificates: ssl.SSLContext | None = None,
) -> Downloaded:
    """Fetch ``url`` into the file ``into`` and return what came.

    ``allow`` defaults to the setting, ``resolver`` and ``certificates`` to the system's. Blocking: for workers, not for the event loop.
    Raises ``UrlRefused``, ``NotWhatItClaims``, ``DownloadTooLarge``, or ``DownloadFailed`` with ``permanent``.
    """
    target = parse(url)
    surroundings = wire.network(allow=allow, resolver=resolver, certificates=certificates)
    deadline = Deadline(seconds=limits.seconds_max)
    for _ in range(limits.redirects_max + 1):
        with wire.exchange(
            target,
            method="GET",
            headers=((b"User-Agent", wire.USER_AGENT), (b"Accept", b"*/*")),
            content=None,
            limits=limits,
            deadline=deadline,
            surroundings=surroundings,
        ) as response:
            if response.status not in REDIRECTS:
                return _receive(response, target=target, into=into, bytes_max=limits.bytes_max)
            target = follow(target, location=wire.header(response, b"location"))
    raise DownloadFailed(f"The host redirects more than {limits.redirects_max} times. Give the final URL.", permanent=True)


def _receive(response: httpcore2.Response, *, target: Target, into: Path, bytes_max: int) -> Downloaded:
    _check_head(response, bytes_max=bytes_max)
    digest, size_bytes = hashlib.sha256(), 0
    try:
        with into.open("wb") as file:
            for chunk in _capped(response, bytes_max=bytes_max):
                size_bytes += len(chunk)
                digest.update(chunk)
                file.write(chunk)
    except BaseException:
        into.unlink(missing_ok=True)
        raise
    return Downloaded(
        content_type=_content_type(wire.header(response, b"content-type")),
        size_bytes=size_bytes,
        sha256=digest.hexdigest(),
        final_url=target.url,
        name=_name(disposition=wire.header(response, b"content-disposition"), target=target),
    )


def _capped(response: httpcore2.Response, *, bytes_max: int) -> Iterator[bytes]:
    size_bytes = 0
    for chunk in response.iter_stream():
        size_bytes += len(chunk)
        if size_bytes > bytes_max:
            raise DownloadTooLarge(bytes_max=bytes_max)
        yield chunk


def _check_head(response: httpcore2.Response, *, bytes_max: int) -> None:
    if response.status != HTTPStatus.OK:
        permanent = response.status < HTTPStatus.INTERNAL_SERVER_ERROR and response.status not in PASSING_STATUSES
        advice = "Check that the URL is public and still valid." if permanent else "Try again later."
        raise DownloadFailed(f"The host answered with status {response.status}. {advice}", permanent=permanent, status=response.status)
    if wire.header(response, b"content-encoding").lower() not in ("", "identity"):
        raise NotWhatItClaims("The host sent a compressed body that was not asked for. Serve the file without Content-Encoding.")
    announced = wire.header(response, b"content-length")
    if announced.isdecimal() and int(announced) > bytes_max:
        raise DownloadTooLarge(bytes_max=bytes_max)


def _content_type(claimed: str) -> str:
    media_type = claimed.partition(";")[0].strip().lower()
    return media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream"


def _name(*, disposition: str, target: Target) -> str:
    # The name is shown and offered as a file name, never used as a path on our disk.
    if match := _FILENAME_UTF8.search(disposition):
        name = unquote(match["encoded"])
    elif match := _FILENAME.search(disposition):
        name = match["quoted"] or match["plain"] or ""
    else:
        name = unquote(target.path_and_query.partition("?")[0])
    name = name.replace("\\", "/").rpartition("/")[2]
    # Categories C*: control, format (which turns the reading direction), surrogate, private, unassigned.
    name = "".join(character for character in name if unicodedata.category(character)[0] != "C")
    return name.strip(" .")[-NAME_CHARACTERS_MAX:] or "download"
