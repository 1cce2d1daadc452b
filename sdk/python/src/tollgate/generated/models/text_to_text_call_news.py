from typing import Literal

TextToTextCallNews = Literal["completed", "partial", "progress", "started"]

TEXT_TO_TEXT_CALL_NEWS_VALUES: set[TextToTextCallNews] = {
    "completed",
    "partial",
    "progress",
    "started",
}


def check_text_to_text_call_news(value: str) -> TextToTextCallNews:
    if value in TEXT_TO_TEXT_CALL_NEWS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {TEXT_TO_TEXT_CALL_NEWS_VALUES!r}")
