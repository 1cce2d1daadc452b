"""What a user's profile shows besides accounts' own fields.

``GET /api/v1/users/me`` (G-2.1) is one reply made of parts that live on higher floors: the subscription, the chat sessions. Each part is
contributed by its own app at start (``AppConfig.ready``), so that accounts needs to know none of them.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

Part = Callable[[UUID], Any]
_parts: dict[str, Part] = {}


def contribute(field: str, part: Part) -> None:
    """Register ``part`` (account id to JSON) as the profile's ``field``."""
    _parts[field] = part


def collect(account_id: UUID) -> dict[str, Any]:
    """Return all contributed fields for an account."""
    return {field: part(account_id) for field, part in _parts.items()}
