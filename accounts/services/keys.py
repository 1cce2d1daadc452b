"""API keys: made, counted against, revoked (A-3.1). The key itself exists only in the reply that makes it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from accounts import selectors
from accounts.errors import KeyLimitReached
from accounts.identity import Caller
from accounts.models import ApiKey
from accounts.tokens import hash_secret, make_api_key
from common import clock, errors


def create_key(
    *,
    account_id: UUID,
    name: str,
    apis: Sequence[str] = (),
    app_id: str = "",
    expires_at: datetime | None = None,
    credit_limit: int | None = None,
) -> tuple[ApiKey, str]:
    """Create a key and return its row and the key itself, which nobody can read again."""
    if expires_at is not None and expires_at <= clock.now():
        raise errors.Invalid("Invalid input data.", details={"expiresAt": ["Must be in the future."]})
    if app_id and not selectors.has_app(app_id):
        raise errors.Invalid("Invalid input data.", details={"appId": ["There is no such app. GET /api/apps lists them."]})
    text, prefix = make_api_key()
    row = ApiKey.objects.create(
        account_id=account_id,
        name=name,
        prefix=prefix,
        key_hash=hash_secret(text),
        apis=list(apis),
        app_id=app_id,
        expires_at=expires_at,
        credit_limit=credit_limit,
    )
    return row, text


def ensure_key(*, account_id: UUID, name: str, text: str, prefix: str) -> None:
    """Make a key whose text is known beforehand, unless it exists: for the demo, which prints the same key at every start."""
    ApiKey.objects.get_or_create(key_hash=hash_secret(text), defaults={"account_id": account_id, "name": name, "prefix": prefix})


def revoke_key(*, account_id: UUID, key_id: UUID) -> None:
    """Revoke a key at once; raises ``errors.NotFound`` if the account has no such key."""
    if not ApiKey.objects.filter(pk=key_id, account_id=account_id, revoked_at=None).update(revoked_at=clock.now()):
        raise errors.NotFound("There is no such API key.")


def record_use(*, key_id: UUID) -> None:
    """Record that a key was used now (sampled by the caller, once a minute)."""
    ApiKey.objects.filter(pk=key_id).update(last_used_at=clock.now())


def reserve_credits(*, caller: Caller, amount: int) -> None:
    """Count ``amount`` against the key's own limit, or raise :class:`KeyLimitReached`; keys without a limit are not touched."""
    if not caller.key_has_limit or caller.key_id is None:
        return
    room = Q(credit_limit__isnull=True) | Q(credit_limit__gte=F("used_credits") + amount)
    if not ApiKey.objects.filter(room, pk=caller.key_id).update(used_credits=F("used_credits") + amount):
        raise KeyLimitReached(ApiKey.objects.values_list("credit_limit", flat=True).get(pk=caller.key_id) or 0)


def return_credits(*, key_id: UUID, amount: int) -> None:
    """Take ``amount`` off what the key has used: it was held and not charged."""
    if amount:
        ApiKey.objects.filter(pk=key_id, used_credits__gte=amount).update(used_credits=F("used_credits") - amount)
