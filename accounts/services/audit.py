"""The audit log: what staff did, written with what they did, both or neither (P-6.1).

It stands by itself because every floor's administration leaves entries here. Entries are only ever added. They say who, what and to which
row; not whose it was: names and addresses of users are in no entry, so that an erased user leaves none behind.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Model

from accounts.identity import Staff
from accounts.models import Account, AuditEntry

Result = TypeVar("Result")
PERSONAL_FIELDS = {"account", "account_id", "user", "user_id", "email", "to"}
"""A row that has one of these belongs to a person, and its own name may be the person's."""
LABEL_CHARACTERS_MAX = 200


def record(*, staff: Staff | None, action: str, on: Model | None = None, kind: str = "", details: Mapping[str, Any] | None = None) -> None:
    """Add an entry, in the caller's transaction. ``on`` is the row that was changed; ``kind`` says what was, where there is no row.

    ``staff`` is None for what a command or the platform itself did.
    """
    AuditEntry.objects.create(
        actor_id=staff.user_id if staff else None,
        address=staff.address if staff else "",
        action=action,
        object_type=on._meta.label_lower if on is not None else kind,  # noqa: SLF001 - Django's documented way to a model's names
        object_id="" if on is None else str(on.pk),
        object_label="" if on is None or is_personal(on) else str(on)[:LABEL_CHARACTERS_MAX],
        details=dict(details or {}),
    )


def keep(
    *, staff: Staff | None, action: str, change: Callable[[], Result], on: Model | None = None, details: Mapping[str, Any] | None = None
) -> Result:
    """Make a change that needs nothing outside of the database, record it, both or neither, and return what ``change`` returned.

    One that returns False or 0 says that it has changed nothing, and nothing is recorded.
    """
    with transaction.atomic():
        result = change()
        if result is None or result:
            record(staff=staff, action=action, on=on, details=details)
    return result


def together(*, change: Callable[[], Result]) -> Result:
    """Make a change that records itself, all of it or nothing, and return what ``change`` returned."""
    with transaction.atomic():
        return change()


def is_personal(row: Model) -> bool:
    """Return whether a row is, or belongs to, a person."""
    names = {field.name for field in row._meta.concrete_fields}  # noqa: SLF001 - Django's documented way to a model's fields
    return isinstance(row, (get_user_model(), Account)) or bool(names & PERSONAL_FIELDS)
