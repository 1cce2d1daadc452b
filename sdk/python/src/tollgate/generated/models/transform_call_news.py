from typing import Literal

TransformCallNews = Literal["completed", "partial", "progress", "started"]

TRANSFORM_CALL_NEWS_VALUES: set[TransformCallNews] = {
    "completed",
    "partial",
    "progress",
    "started",
}


def check_transform_call_news(value: str) -> TransformCallNews:
    if value in TRANSFORM_CALL_NEWS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TRANSFORM_CALL_NEWS_VALUES!r}")
