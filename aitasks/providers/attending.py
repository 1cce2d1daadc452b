"""A call that blocks, made in a thread of its own, so that whoever waits for it may leave at any moment.

It stands beside :mod:`port` because every room that is not a stream waits in this way: for a request, for a file. What waits hears at least
every :data:`PULSE_SECONDS`, and passes that on, which is when the core looks whether the task is still wanted.

Invariants: no call outlasts ``seconds_max`` for who waits, however slowly its bytes come; a call that nobody waits for any more is hung up
on, unless its result has to be undone (``orphan``).
"""

import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future, wait
from contextlib import suppress
from time import monotonic
from typing import TypeVar

from aitasks.providers import faults
from aitasks.providers.line import Left, Line
from aitasks.providers.port import Event, Progress

T = TypeVar("T")

PULSE_SECONDS = 0.4


def attend(errand: Callable[[Line], T], *, seconds_max: float, orphan: Callable[[T], None] | None = None) -> Generator[None, None, T]:
    """Yield None whenever nothing happened for a pulse, and return what ``errand`` returns; raises what it raises, or ``TookTooLong``.

    Closed or late, it hangs up; with ``orphan``, the errand has as long again to end by itself, and ``orphan`` is called with what it
    returned, in the errand's thread.
    """
    line = Line()
    future: Future[T] = Future()
    threading.Thread(target=_do, args=(errand, line, future), name="attended", daemon=True).start()
    late_at = monotonic() + seconds_max
    while not wait([future], timeout=max(0.0, min(PULSE_SECONDS, late_at - monotonic()))).done:
        if monotonic() >= late_at:
            _let_go(line, future, seconds_max, orphan)
            raise faults.TookTooLong(faults.LATE)
        try:
            yield None
        except BaseException:
            _let_go(line, future, seconds_max, orphan)
            raise
    return future.result()


def tell(waiting: Generator[None, None, T], percent: float) -> Generator[Event, None, T]:
    """Return what is waited for, telling that we wait."""
    try:
        while True:
            try:
                next(waiting)
            except StopIteration as ended:
                result: T = ended.value
                return result
            yield Progress(percent)
    finally:
        waiting.close()


def finish(errand: Callable[[Line], T], *, seconds_max: float) -> T:
    """Return what ``errand`` returns, waiting for it; raises what it raises, or ``TookTooLong``."""
    waiting = attend(errand, seconds_max=seconds_max)
    while True:
        try:
            next(waiting)
        except StopIteration as ended:
            result: T = ended.value
            return result


def _do(errand: Callable[[Line], T], line: Line, future: "Future[T]") -> None:
    try:
        result = errand(line)
    except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
        future.set_exception(error)
    else:
        future.set_result(result)


def _let_go(line: Line, future: "Future[T]", seconds: float, orphan: Callable[[T], None] | None) -> None:
    if orphan is None:
        line.hang_up()
        return
    timer = threading.Timer(seconds, line.hang_up)
    timer.daemon = True
    timer.start()

    def undo(ended: "Future[T]") -> None:
        timer.cancel()
        with suppress(Left):
            if ended.exception() is None:
                orphan(ended.result())

    future.add_done_callback(undo)
