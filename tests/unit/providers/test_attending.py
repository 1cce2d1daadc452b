"""Waiting for what blocks: heard of twice a second, left at any moment, never longer than allowed."""

import threading
from collections.abc import Callable
from time import monotonic

import pytest

from aitasks.providers import faults
from aitasks.providers.attending import PULSE_SECONDS, attend, finish
from aitasks.providers.line import Line


def hold(release: threading.Event) -> Callable[[Line], str]:
    """Return an errand that ends when it is released."""

    def errand(_line: Line) -> str:
        assert release.wait(5)
        return "done"

    return errand


def test_result_and_errors_come_through() -> None:
    assert finish(lambda _line: 7, seconds_max=1) == 7
    with pytest.raises(ZeroDivisionError):
        finish(lambda _line: 1 // 0, seconds_max=1)


def test_waiting_is_told_within_half_a_second() -> None:
    release = threading.Event()
    waiting = attend(hold(release), seconds_max=5)
    begun_at = monotonic()
    next(waiting)
    assert PULSE_SECONDS <= 0.5
    assert monotonic() - begun_at < 2
    release.set()
    assert list(waiting) == []


def test_late_is_late_whatever_the_errand_does() -> None:
    release = threading.Event()
    with pytest.raises(faults.TookTooLong):
        finish(hold(release), seconds_max=0.1)
    release.set()


def test_who_leaves_hangs_up() -> None:
    release, lines = threading.Event(), []

    def errand(line: Line) -> None:
        lines.append(line)
        assert release.wait(5)

    waiting = attend(errand, seconds_max=5)
    next(waiting)
    waiting.close()
    assert lines[0].is_left is True
    release.set()


@pytest.mark.parametrize("moment", ["leaving", "late"])
def test_what_comes_for_nobody_is_undone(moment: str) -> None:
    release, undone, results = threading.Event(), threading.Event(), []

    def undo(result: str) -> None:
        results.append(result)
        undone.set()

    waiting = attend(hold(release), seconds_max=5 if moment == "leaving" else 0.5, orphan=undo)
    next(waiting)
    if moment == "leaving":
        waiting.close()
    else:
        with pytest.raises(faults.TookTooLong):
            list(waiting)
    release.set()
    assert undone.wait(5)
    assert results == ["done"]


def test_what_came_in_the_moment_of_leaving_is_undone_too() -> None:
    release, undone = threading.Event(), threading.Event()
    waiting = attend(hold(release), seconds_max=5, orphan=lambda _result: undone.set())
    next(waiting)
    release.set()
    waiting.close()
    assert undone.wait(5)
