"""``WEBHOOK_RETRY_SECONDS`` is checked at start, and means ever later times."""

import pytest
from pydantic import ValidationError

from config.environment import Environment, times_after


@pytest.mark.clause("P-2.7")
def test_the_usual_times_end_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEBHOOK_RETRY_SECONDS", raising=False)
    monkeypatch.setenv("DEMO", "1")
    times = times_after(Environment().webhook_retry_seconds)
    assert (times[0], times[-1], list(times)) == (5, 86_400, sorted(set(times)))


@pytest.mark.parametrize(
    ("given", "times"),
    [(",", ()), ("5", (5,)), ("1,2.5,9", (1, 2.5, 9)), ("60,60,60", (60, 120, 180)), ("10, 5 ,20", (10, 15, 20)), ("0.5,0.5", (0.5, 1))],
)
def test_times_grow(monkeypatch: pytest.MonkeyPatch, given: str, times: tuple[float, ...]) -> None:
    monkeypatch.setenv("DEMO", "1")
    monkeypatch.setenv("WEBHOOK_RETRY_SECONDS", given)
    assert times_after(Environment().webhook_retry_seconds) == times


@pytest.mark.parametrize("given", ["soon", "-1", "0", "1,,x", "1e9", "99999999", "nan", "1;2"])
def test_what_is_no_time_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("DEMO", "1")
    monkeypatch.setenv("WEBHOOK_RETRY_SECONDS", given)
    with pytest.raises(ValidationError, match="must look like 5,300,1800"):
        Environment()
