"""Rate limits: exact, also on the edge, and forgetful at the right moment."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from common import limits
from common.models import RateLimit

FIVE_A_MINUTE = limits.Rate(5, 60)


@pytest.mark.parametrize(
    ("text", "rate"),
    [("30/m", (30, 60)), ("5/5m", (5, 300)), ("1/s", (1, 1)), ("100/h", (100, 3600)), ("0/m", (0, 60)), ("2/24h", (2, 86_400))],
)
def test_rates_are_read(text: str, rate: tuple[int, int]) -> None:
    assert limits.parse_rate(text) == limits.Rate(*rate)


@pytest.mark.parametrize("text", ["", "5", "5/", "5/d", "m/5", "-1/m", "5 / m", "5/m ", "5/mm", "1.5/m"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        limits.parse_rate(text)


@pytest.mark.django_db
class TestTake:
    def test_all_at_once_if_they_like_and_no_more(self, travel: Callable[[timedelta], None]) -> None:
        for _ in range(5):
            limits.take(key="k", rate=FIVE_A_MINUTE)
        for _ in range(3):
            with pytest.raises(limits.RateExceeded) as refused:
                limits.take(key="k", rate=FIVE_A_MINUTE)
            assert (refused.value.retry_after_seconds, refused.value.message) == (12, "Too many attempts. Try again in 12 seconds.")

    def test_room_comes_back_at_its_rate(self, travel: Callable[[timedelta], None]) -> None:
        for _ in range(5):
            limits.take(key="k", rate=FIVE_A_MINUTE)
        travel(timedelta(seconds=12, microseconds=-1))
        with pytest.raises(limits.RateExceeded) as refused:
            limits.take(key="k", rate=FIVE_A_MINUTE)
        assert refused.value.retry_after_seconds == 1
        travel(timedelta(microseconds=1))
        limits.take(key="k", rate=FIVE_A_MINUTE)
        with pytest.raises(limits.RateExceeded):
            limits.take(key="k", rate=FIVE_A_MINUTE)
        travel(timedelta(hours=1))
        for _ in range(5):
            limits.take(key="k", rate=FIVE_A_MINUTE)

    def test_keys_do_not_know_each_other(self) -> None:
        limits.take(key="a", rate=limits.Rate(1, 60))
        limits.take(key="b", rate=limits.Rate(1, 60))
        with pytest.raises(limits.RateExceeded):
            limits.take(key="a", rate=limits.Rate(1, 60))

    def test_a_rate_of_nothing_lets_nothing_pass(self) -> None:
        with pytest.raises(limits.RateExceeded):
            limits.take(key="k", rate=limits.Rate(0, 60))

    def test_given_back_is_not_used(self, travel: Callable[[timedelta], None]) -> None:
        rate = limits.Rate(1, 60)
        for _ in range(5):
            limits.take(key="k", rate=rate)
            limits.give_back(key="k", rate=rate)
        limits.take(key="k", rate=rate)
        with pytest.raises(limits.RateExceeded):
            limits.take(key="k", rate=rate)

    def test_empty_limits_are_forgotten(self, travel: Callable[[timedelta], None]) -> None:
        limits.take(key="old", rate=FIVE_A_MINUTE)
        travel(timedelta(hours=2))
        limits.take(key="new", rate=FIVE_A_MINUTE)
        assert limits.forget_empty() == 1
        assert [row.key for row in RateLimit.objects.all()] == ["new"]
