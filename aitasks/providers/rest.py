"""One request to a vendor that has no SDK worth having: sent over a line that can be hung up, its reply kept small or put into a file.

It stands beside :mod:`port` because two rooms need the same; what a reply means is left to them. The HTTP library is ``httpx2``, which
the SDKs of other rooms bring.

Invariants: no redirects, no retries; JSON beyond :data:`JSON_BYTES_MAX` and files beyond ``RESULT_BYTES_MAX`` are not read; nothing of
our own but what the room gives is sent.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2

from aitasks.providers import faults
from aitasks.providers.line import Left, Line, open_http
from aitasks.providers.port import Access
from aitasks.providers.results import RESULT_BYTES_MAX, TOO_BIG, TooBig

JSON_BYTES_MAX = 4_194_304


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came: ``file`` when it was put there, else ``body``."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    file: Path | None = None

    @property
    def json(self) -> Any:
        """Return the body as JSON; raises ``Garbled`` when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise faults.Garbled(faults.GARBLED) from None


def send(access: Access, line: Line, method: str, url: str, *, into: Path | None = None, patience: float = 1, **content: Any) -> Reply:
    """Send a request and return the reply; one of status 200 that is no JSON goes into the file ``into``.

    ``content`` is what the HTTP library takes: ``headers``, ``json``, ``files``. Raises ``TooBig`` and what the library raises.
    """
    patient = replace(access, timeout_seconds=access.timeout_seconds * patience)
    with (
        open_http(patient, line=line, bytes_max=2 * RESULT_BYTES_MAX) as http,
        http.stream(method, url, **content) as response,
    ):
        is_file = into is not None and response.status_code == httpx2.codes.OK and "json" not in response.headers.get("content-type", "")
        if into is None or not is_file:
            return Reply(status=response.status_code, headers=response.headers, body=_read(response))
        if line.is_left:
            # Nobody waits for the file, and its folder may be on its way out.
            raise Left
        _save(response, into)
        return Reply(status=response.status_code, headers=response.headers, file=into)


def _read(response: httpx2.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > JSON_BYTES_MAX:
            raise faults.Garbled(faults.GARBLED)
    return bytes(body)


def _save(response: httpx2.Response, into: Path) -> None:
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > RESULT_BYTES_MAX:
        raise TooBig(TOO_BIG)
    size_bytes = 0
    with into.open("wb") as file:
        for chunk in response.iter_raw():
            size_bytes += len(chunk)
            if size_bytes > RESULT_BYTES_MAX:
                raise TooBig(TOO_BIG)
            file.write(chunk)
