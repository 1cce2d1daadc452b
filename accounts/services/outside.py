"""Accounts of people who are known elsewhere: users of a marketplace's service, by the id that they have there."""

from uuid import UUID

from accounts.models import Account


def ensure_account(*, kind: Account.Kind, service: str, outside_id: str) -> tuple[UUID, bool]:
    """Return the id of the account of an outside user, made when there is none yet, and whether this call made it.

    Safe when several do it at once: one of them makes it.
    """
    # The condition is that of the unique index, without which SQLite would not use it.
    account, is_new = Account.objects.exclude(outside_id="").get_or_create(service=service, outside_id=outside_id, defaults={"kind": kind})
    return account.pk, is_new
