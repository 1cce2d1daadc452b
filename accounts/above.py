"""What accounts ask of the floors above (a user's plan, the names of the APIs): imports go down, so the answers are handed in.

Each answer is given by its own app at start (``AppConfig.ready``). The values here are what holds where nobody answers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from common import errors


def _no_upload(_account_id: UUID, _file_id: UUID, _into: Path) -> None:
    raise errors.NotFound("There is no such file.")


@dataclass(slots=True)
class Answers:
    """Who answers what.

    ``find_plan``: the plan that an account may use now. ``list_apis``: the names of all public APIs. ``describe_limits``: the quotas and
    the limit on simultaneous tasks of an account, as JSON. ``copy_upload``: an account's uploaded file, copied to a local path; raises
    ``errors.NotFound``.
    """

    find_plan: Callable[[UUID], str] = lambda _account_id: "free"
    list_apis: Callable[[], Sequence[str]] = tuple
    describe_limits: Callable[[UUID], dict[str, Any]] = lambda _account_id: {}
    copy_upload: Callable[[UUID, UUID, Path], None] = _no_upload


answers = Answers()
