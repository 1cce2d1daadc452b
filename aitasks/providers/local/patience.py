"""Waiting with open eyes: runs a piece of work that cannot be interrupted in a thread, and lets the generator be closed meanwhile.

It stands by itself because a decoder, a blur of 25 megapixels and the reading of text each take longer than the fifth of a second within
which a provider must yield. Invariant: a closed generator does not wait for the thread; the thread ends by itself and its result is
dropped.
"""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import TypeVar

from aitasks.providers.port import Event, Progress

Result = TypeVar("Result")
POLL_SECONDS = 0.1


def wait_for(work: Callable[[], Result], *, percent: float, percent_max: float) -> Generator[Event, None, Result]:
    """Run ``work`` and return its result; meanwhile yield progress that creeps from ``percent`` towards ``percent_max``."""
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        future = pool.submit(work)
        while True:
            try:
                return future.result(timeout=POLL_SECONDS)
            except NotYet:
                if future.done():
                    raise
                percent += (percent_max - percent) * 0.06
                yield Progress(percent)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
