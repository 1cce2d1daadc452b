from typing import Literal

ImagineCallNews = Literal["completed", "partial", "progress", "started"]

IMAGINE_CALL_NEWS_VALUES: set[ImagineCallNews] = {
    "completed",
    "partial",
    "progress",
    "started",
}


def check_imagine_call_news(value: str) -> ImagineCallNews:
    if value in IMAGINE_CALL_NEWS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {IMAGINE_CALL_NEWS_VALUES!r}")
