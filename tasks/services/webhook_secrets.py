"""Secrets that sign an account's webhooks (P-2.7): made when first needed, replaced on request; the one before signs for another day.

Stands alone because signing needs them on the way of every delivery, and showing them is a right of their owner alone.
"""

import base64
import secrets
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import Account
from common import clock, sealing
from common.sealing import SealBroken
from tasks.models import WebhookSecret

log = structlog.get_logger(__name__)
PREFIX = "whsec_"  # Standard Webhooks 1.0.0: this, and the base64 of 24 to 64 random bytes.
SECRET_BYTES = 32
FORMER_SIGN = timedelta(hours=24)
SIGNERS_MAX = 4
"""Each signer is a signature in a header; whoever replaces a secret more often within a day loses the oldest."""
PURPOSE = "webhook-secret"


def ensure_secret(*, account_id: UUID) -> str:
    """Return the account's current secret, made at the first call."""
    return list_signing_secrets(account_id=account_id)[0]


def rotate_secret(*, account_id: UUID) -> str:
    """Replace the account's secret and return the new one; the former signs too for another 24 hours."""
    now = clock.now()
    with transaction.atomic():
        # Of two who rotate at the same time, the second replaces what the first has made.
        Account.objects.select_for_update(no_key=True).get(pk=account_id)
        own = WebhookSecret.objects.filter(account_id=account_id)
        own.filter(expires_at=None).update(expires_at=now + FORMER_SIGN)
        text = _make(account_id)
        kept = list(own.order_by("-pk").values_list("pk", flat=True)[:SIGNERS_MAX])
        own.filter(Q(expires_at__lte=now) | ~Q(pk__in=kept)).delete()
    return text


def list_signing_secrets(*, account_id: UUID) -> list[str]:
    """Return the secrets that sign now, the current one first; 1 query, more only where there was none."""
    alive = Q(expires_at=None) | Q(expires_at__gt=clock.now())
    rows = list(WebhookSecret.objects.filter(alive, account_id=account_id).order_by("-pk")[:SIGNERS_MAX])
    opened = {row.pk: _open(row) for row in rows}
    if not rows or rows[0].expires_at is not None:
        return [_make_first(account_id)]
    if opened[rows[0].pk] is None:
        # SECRET_KEY is another one: nobody can know the secret any more, its owner has to read the new one.
        log.warning("webhook.secret_lost", key_id=str(account_id))
        return [rotate_secret(account_id=account_id)]
    return [text for text in opened.values() if text is not None]


def _make_first(account_id: UUID) -> str:
    """Make the account's first secret, unless another process has just done so."""
    try:
        with transaction.atomic():
            return _make(account_id)
    except IntegrityError:
        return list_signing_secrets(account_id=account_id)[0]


def _make(account_id: UUID) -> str:
    text = PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    WebhookSecret.objects.create(account_id=account_id, sealed=sealing.seal(text, purpose=PURPOSE))
    return text


def _open(row: WebhookSecret) -> str | None:
    try:
        return sealing.unseal(row.sealed, purpose=PURPOSE)
    except SealBroken:
        return None
