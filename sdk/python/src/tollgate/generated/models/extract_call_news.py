from typing import Literal

ExtractCallNews = Literal["completed", "partial", "progress", "started"]

EXTRACT_CALL_NEWS_VALUES: set[ExtractCallNews] = {
    "completed",
    "partial",
    "progress",
    "started",
}


def check_extract_call_news(value: str) -> ExtractCallNews:
    if value in EXTRACT_CALL_NEWS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EXTRACT_CALL_NEWS_VALUES!r}")
