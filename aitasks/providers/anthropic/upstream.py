"""The SDK's client, made for one request, and that request read in a thread (:mod:`aitasks.providers.line`)."""

from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import TypeVar

import anthropic
import httpx2

from aitasks.providers import line
from aitasks.providers.anthropic import failures
from aitasks.providers.port import Access

T = TypeVar("T")

BASE_URL = "https://api.anthropic.com"
NO_KEY = "none"
"""Servers without keys take any; without one the SDK would look for others in the environment."""


def stream(access: Access, begin: Callable[[anthropic.Anthropic], Iterator[T]]) -> Generator[T | None, None, None]:
    """Yield what the request that ``begin`` makes streams, and None whenever nothing came for a pulse; closing it hangs up.

    Raises the errors of :mod:`aitasks.providers.faults`.
    """
    yield from line.stream(
        access, lambda http: begin(_make_client(access, http)), translate=partial(failures.translate, secret=access.credential)
    )


def _make_client(access: Access, http: httpx2.Client) -> anthropic.Anthropic:
    return anthropic.Anthropic(
        api_key=access.credential or NO_KEY, base_url=access.base_url or BASE_URL, timeout=http.timeout, max_retries=0, http_client=http
    )
