"""The SDK's client, made for one request, and that request read in a thread (:mod:`aitasks.providers.line`)."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

import httpx2
import openai

from aitasks.providers import line
from aitasks.providers.openai import failures
from aitasks.providers.port import Access, Work

T = TypeVar("T")

BASE_URL = "https://api.openai.com/v1"
NO_KEY = "none"
"""Servers without keys take any; the SDK insists on one."""


@contextmanager
def open_client(access: Access) -> Iterator[openai.OpenAI]:
    """Open the SDK's client for a request that nobody leaves before it ends, closed with the block."""
    with line.open_http(access) as http:
        yield _make_client(access, http)


def stream(
    access: Access, begin: Callable[[openai.OpenAI], Iterator[T]], *, patience: float = 1, bytes_max: int = line.TEXT_BYTES_MAX
) -> Generator[T | None, None, None]:
    """Yield what the request that ``begin`` makes streams, and None whenever nothing came for a pulse; closing it hangs up.

    Raises the errors of :mod:`aitasks.providers.faults`.
    """
    yield from line.stream(
        access,
        lambda http: begin(_make_client(access, http)),
        translate=partial(failures.translate, secret=access.credential),
        patience=patience,
        bytes_max=bytes_max,
    )


def name_attempts(work: Work) -> dict[str, str]:
    """Return the header by which a server that knows it recognises another attempt at the same work."""
    return {"Idempotency-Key": work.key} if work.key else {}


def _make_client(access: Access, http: httpx2.Client) -> openai.OpenAI:
    return openai.OpenAI(
        api_key=access.credential or NO_KEY, base_url=access.base_url or BASE_URL, timeout=http.timeout, max_retries=0, http_client=http
    )
