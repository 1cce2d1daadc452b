"""Who is calling: what every contract's authentication ends in, and all that the core ever learns about it."""

from dataclasses import dataclass, field
from uuid import UUID

from accounts.errors import OutOfScope


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """An authenticated account, by a session (``session_id``) or an API key (``key_id``)."""

    account_id: UUID
    user_id: UUID | None = None
    session_id: UUID | None = None
    key_id: UUID | None = None
    key_apis: tuple[str, ...] = field(default=())
    key_has_limit: bool = False
    app_id: str = ""

    def check_can_use(self, *, api: str, contract: str) -> None:
        """Raise :class:`OutOfScope` unless the key (if one is used) covers the API or the whole contract."""
        if self.key_apis and api not in self.key_apis and contract not in self.key_apis:
            raise OutOfScope(api)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A member of staff who is about to change something, and the address that they do it from: what the audit log remembers."""

    user_id: UUID
    address: str
    is_superuser: bool = False
