from typing import Literal

InspireCallNews = Literal["completed", "partial", "progress", "started"]

INSPIRE_CALL_NEWS_VALUES: set[InspireCallNews] = {
    "completed",
    "partial",
    "progress",
    "started",
}


def check_inspire_call_news(value: str) -> InspireCallNews:
    if value in INSPIRE_CALL_NEWS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {INSPIRE_CALL_NEWS_VALUES!r}")
