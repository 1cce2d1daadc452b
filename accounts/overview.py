"""What staff see about users in a list besides accounts' own fields: a plan, a balance.

As with ``accounts.profile``, each part is contributed by the app that owns it (``AppConfig.ready``). A part answers for many accounts at
once, so that a page of a list costs as many queries as there are parts, however long it is.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

Part = Callable[[Collection[UUID]], Mapping[UUID, Any]]
_parts: dict[str, Part] = {}


def contribute(field: str, part: Part) -> None:
    """Register ``part``, from account ids to JSON for each of them, as the list's ``field``."""
    _parts[field] = part


def collect(account_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return all contributed fields for each account."""
    found = {field: part(account_ids) for field, part in _parts.items()}
    return {account_id: {field: values[account_id] for field, values in found.items()} for account_id in account_ids}
