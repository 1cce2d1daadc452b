"""Who looks at a page. Plain facts, no Django."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A person who is signed in on a page; ``session_id`` is the row that keeps them so."""

    session_id: UUID
    user_id: UUID
    account_id: UUID
    email: str
    name: str
    is_staff: bool
