"""Stand-ins for values that differ from run to run, so that tests can compare whole bodies."""

import re
from collections.abc import Mapping
from datetime import datetime


class Matching:
    """Equal to every text that fits a pattern."""

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and self._pattern.fullmatch(other) is not None

    def __hash__(self) -> int:
        return hash(self._pattern)

    def __repr__(self) -> str:
        return f"<{self._pattern.pattern}>"


UUID = Matching(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIMESTAMP = Matching(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
JWT = Matching(r"[\w-]+\.[\w-]+\.[\w-]+")
REFRESH_TOKEN = Matching(r"[0-9a-f]{32}\.[\w-]{43}")
API_KEY = Matching(r"tg_[0-9a-f]{8}_[\w-]{43}")
TEXT = Matching(r"(?s).+")
LINK = Matching(r"http://127\.0\.0\.1:\d+/files/[\w.-]+")


def rfc3339(moment: datetime) -> str:
    """Return a moment as the contracts write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def platform_error(code: int, message: object = TEXT) -> Mapping[str, object]:
    """Return the body of an error of the platform contract (A-2.1)."""
    return {"code": code, "message": message}
