from typing import Literal

WriteAndTellCallNews = Literal["completed", "partial", "progress", "started"]

WRITE_AND_TELL_CALL_NEWS_VALUES: set[WriteAndTellCallNews] = {
    "completed",
    "partial",
    "progress",
    "started",
}


def check_write_and_tell_call_news(value: str) -> WriteAndTellCallNews:
    if value in WRITE_AND_TELL_CALL_NEWS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WRITE_AND_TELL_CALL_NEWS_VALUES!r}")
