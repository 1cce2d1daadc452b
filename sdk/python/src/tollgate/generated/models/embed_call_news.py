from typing import Literal

EmbedCallNews = Literal["completed", "partial", "progress", "started"]

EMBED_CALL_NEWS_VALUES: set[EmbedCallNews] = {
    "completed",
    "partial",
    "progress",
    "started",
}


def check_embed_call_news(value: str) -> EmbedCallNews:
    if value in EMBED_CALL_NEWS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EMBED_CALL_NEWS_VALUES!r}")
