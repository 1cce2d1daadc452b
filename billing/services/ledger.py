"""The ledger: every movement of credits in the product happens in this file.

Invariants, held by constraints and proved by ``manage.py audit_ledger``:

* a wallet's ``available`` and ``reserved`` are the sums of its transfers, and never negative;
* ``available + reserved`` is what its grants have left: reserved credits stay with their grants until they are charged;
* ``reserved`` is the sum of its open holds, and ``open_holds`` their number, which the limit on simultaneous tasks goes by (P-5.4);
* a hold is settled once, for no more than it reserved;
* what was issued is what was granted and not taken back.

A movement begins with one conditional ``UPDATE`` of the wallet, which decides and, on PostgreSQL, locks it; everything after that in the
same transaction is alone with the account. Callers open the transaction when credits move together with work.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Min, Q

from accounts.identity import Caller
from accounts.services import keys
from billing import selectors
from billing.errors import CreditsTooLow, TooManyOpen
from billing.models import Grant, Hold, Transfer, Wallet
from billing.states import FLOWS, GrantSource, TransferKind, UnitPrice
from common import clock, rows

RESERVE = """\
UPDATE billing_wallet SET available = available - %s, reserved = reserved + %s, open_holds = open_holds + 1
WHERE account_id = %s AND available >= %s AND (next_expiry_at IS NULL OR next_expiry_at > %s) AND open_holds < COALESCE(open_holds_max, %s)
"""
SETTLE = "UPDATE billing_hold SET charged = %s, settled_at = %s WHERE id = %s AND settled_at IS NULL"
RETURN = """\
UPDATE billing_wallet SET reserved = reserved - %s, available = available + %s,
open_holds = CASE WHEN open_holds > 0 THEN open_holds - 1 ELSE 0 END WHERE account_id = %s
"""
"""Never below zero: while a deployment rolls, an older process may have placed the hold without counting it; the audit shows that."""
UNLIMITED = 2**31 - 1
SPEND = "UPDATE billing_grant SET remaining = remaining - %s WHERE id = %s"


def open_wallet(*, account_id: UUID, with_welcome: bool = True) -> None:
    """Make sure the account has a wallet; a new one starts with the welcome grant, unless whoever opens it gives other credits."""
    with transaction.atomic():
        _, is_new = Wallet.objects.get_or_create(account_id=account_id)
        if is_new and with_welcome and settings.WELCOME_CREDITS:
            grant(
                account_id=account_id,
                source=GrantSource.WELCOME,
                amount=settings.WELCOME_CREDITS,
                ref=f"welcome:{account_id}",
                reason="Welcome",
            )


def grant(*, account_id: UUID, source: GrantSource, amount: int, ref: str, reason: str, expires_at: datetime | None = None) -> bool:
    """Give credits to an account once for each ``ref``, and return whether this call did."""
    with transaction.atomic():
        Wallet.objects.get_or_create(account_id=account_id)
        try:
            with transaction.atomic():
                row = Grant.objects.create(
                    account_id=account_id,
                    source=source.value,
                    amount=amount,
                    remaining=amount,
                    ref=ref,
                    reason=reason,
                    expires_at=expires_at,
                )
        except IntegrityError:
            if Grant.objects.filter(ref=ref).exists():
                return False
            raise
        Wallet.objects.filter(account_id=account_id).update(available=F("available") + amount)
        if expires_at is not None:
            sooner = Q(next_expiry_at__isnull=True) | Q(next_expiry_at__gt=expires_at)
            Wallet.objects.filter(sooner, account_id=account_id).update(next_expiry_at=expires_at)
        _record(account_id, [(TransferKind.GRANT, amount, str(row.pk))])
    return True


def place_hold(*, caller: Caller, ref: str, price: UnitPrice, units_max: int) -> Hold:
    """Reserve the highest price of a call, and return the hold; inside the transaction that makes the work.

    People have no more holds open at a time than their plan allows; other accounts any number, unless their wallet says otherwise.

    Raises :class:`CreditsTooLow`, :class:`TooManyOpen` or ``accounts.errors.KeyLimitReached``; the caller's transaction then rolls back.
    """
    amount = price.credits_for(units_max)
    keys.reserve_credits(caller=caller, amount=amount)
    # The cheapest plan's limit is everybody's, so which plan it is has to be asked only beyond it.
    limit = min(settings.PLAN_SIMULTANEOUS_TASKS.values()) if caller.user_id else UNLIMITED
    if not _reserve(caller.account_id, amount, limit):
        _reserve_or_refuse(caller, amount)
    hold = Hold(account_id=caller.account_id, ref=ref, amount=amount, price_credits=price.credits, price_per=price.per)
    if caller.key_has_limit:
        hold.key_id = caller.key_id
    rows.insert(hold)
    _record(caller.account_id, [(TransferKind.HOLD, amount, str(hold.pk))])
    return hold


def settle_hold(*, hold: Hold, units: int) -> int:
    """Charge ``units`` at the hold's own price, return the rest, and return what was charged. A settled hold stays as it is."""
    charge = min(UnitPrice(hold.price_credits, hold.price_per).credits_for(units), hold.amount)
    rest = hold.amount - charge
    with transaction.atomic(savepoint=False):
        if not rows.execute(SETTLE, charge, clock.now(), hold.pk):
            return Hold.objects.values_list("charged", flat=True).get(pk=hold.pk) or 0
        if hold.key_id is not None:
            keys.return_credits(key_id=hold.key_id, amount=rest)
        rows.execute(RETURN, hold.amount, rest, hold.account_id)
        _record(hold.account_id, [(TransferKind.CHARGE, charge, str(hold.pk)), (TransferKind.RELEASE, rest, str(hold.pk))])
        _spend(hold.account_id, charge)
    return charge


def limit_open_holds(*, account_id: UUID, limit: int | None) -> None:
    """Let the account have ``limit`` holds open at a time whatever its plan says; None leaves it to the plan again."""
    open_wallet(account_id=account_id)
    Wallet.objects.filter(account_id=account_id).update(open_holds_max=limit)


def recount_open_holds() -> int:
    """Set right the number of open holds of wallets where it is not, and return how many there were.

    Only processes of an older version, which do not count, leave such wallets behind.
    """
    counted = Count("account__holds", filter=Q(account__holds__settled_at=None))
    wrong = list(Wallet.objects.annotate(counted=counted).exclude(counted=F("open_holds")).values_list("account_id", flat=True))
    for account_id in wrong:
        with transaction.atomic():
            Wallet.objects.select_for_update().get(account_id=account_id)
            is_open = Hold.objects.filter(account_id=account_id, settled_at=None).count()
            Wallet.objects.filter(account_id=account_id).update(open_holds=is_open)
    return len(wrong)


def expire_grants(*, account_id: UUID) -> int:
    """Take back what is left of expired grants and is not reserved, and return how much."""
    with transaction.atomic():
        if Wallet.objects.select_for_update().filter(account_id=account_id).first() is None:
            return 0
        expired = _expire(account_id, list(_unspent(account_id)))
        soonest = Grant.objects.filter(account_id=account_id, remaining__gt=0, expires_at__gt=clock.now()).aggregate(at=Min("expires_at"))[
            "at"
        ]
        Wallet.objects.filter(account_id=account_id).update(next_expiry_at=soonest)
    return expired


def revoke(*, ref: str, amount: int) -> int:
    """Take back credits whose payment was returned: of the grant ``ref``, ``amount`` in total, at most what is left and not reserved.

    Returns how much this call took. ``amount`` counts from the grant's beginning, so saying the same twice takes nothing more; what was
    not left stays due, and a later call takes it if it came back meanwhile. An unknown grant is no error: there is nothing to take.
    """
    with transaction.atomic():
        account_id = Grant.objects.filter(ref=ref).values_list("account_id", flat=True).first()
        if account_id is None:
            return 0
        wallet = Wallet.objects.select_for_update().get(account_id=account_id)
        row = Grant.objects.get(ref=ref)
        due = min(max(row.revoke_due, amount), row.amount)
        part = min(due - row.revoked, row.remaining, wallet.available)
        Grant.objects.filter(pk=row.pk).update(revoke_due=due, revoked=F("revoked") + part, remaining=F("remaining") - part)
        Wallet.objects.filter(account_id=account_id).update(available=F("available") - part)
        # The ref says from where on: each credit of a grant is taken back once.
        _record(account_id, [(TransferKind.REVOKE, part, f"{row.pk}:{row.revoked}")])
    return part


def expire_due(*, limit: int = 500) -> int:
    """Expire the grants of accounts where some are due, and return how many accounts were looked at; the scheduler calls this."""
    due = list(Wallet.objects.filter(next_expiry_at__lte=clock.now()).values_list("account_id", flat=True)[:limit])
    for account_id in due:
        expire_grants(account_id=account_id)
    return len(due)


def _reserve(account_id: UUID, amount: int, open_holds_max: int) -> bool:
    return bool(rows.execute(RESERVE, amount, amount, account_id, amount, clock.now(), open_holds_max))


def _reserve_or_refuse(caller: Caller, amount: int) -> None:
    """Reserve within the plan's own limit, then after opening the wallet or letting grants expire: all reasons besides poverty."""
    account_id = caller.account_id
    limit = selectors.get_plan_open_holds_max(account_id) if caller.user_id else UNLIMITED
    wallet = Wallet.objects.filter(account_id=account_id).first()
    if wallet is not None:
        limit = limit if wallet.open_holds_max is None else wallet.open_holds_max
        if wallet.open_holds >= limit:
            raise TooManyOpen(limit)
        if _reserve(account_id, amount, limit):
            return
    open_wallet(account_id=account_id)
    expire_grants(account_id=account_id)
    if not _reserve(account_id, amount, limit):
        wallet = Wallet.objects.get(account_id=account_id)
        if wallet.open_holds >= limit:
            raise TooManyOpen(limit)
        raise CreditsTooLow(needed=amount, available=wallet.available)


def _spend(account_id: UUID, charge: int) -> None:
    """Take ``charge`` from the grants, soonest to expire first, then let go of expired ones that were kept for this hold."""
    grants = list(_unspent(account_id))
    left = charge
    for row in grants:
        part = min(row.remaining, left)
        if part:
            rows.execute(SPEND, part, row.pk)
            row.remaining -= part
            left -= part
    now = clock.now()
    if any(row.expires_at and row.expires_at <= now and row.remaining for row in grants):
        _expire(account_id, grants)


def _expire(account_id: UUID, grants: Iterable[Grant]) -> int:
    """Expire what is left of expired ``grants``, except as much as open holds have reserved: reserved credits are the soonest to expire."""
    now = clock.now()
    kept = Wallet.objects.values_list("reserved", flat=True).get(account_id=account_id)
    total = 0
    for row in grants:
        if row.expires_at is None or row.expires_at > now:
            break
        part = max(0, row.remaining - kept)
        kept = max(0, kept - row.remaining)
        if part:
            Grant.objects.filter(pk=row.pk).update(remaining=F("remaining") - part)
            _record(account_id, [(TransferKind.EXPIRE, part, f"{row.pk}:{row.remaining}")])
            total += part
    if total:
        Wallet.objects.filter(account_id=account_id).update(available=F("available") - total)
    return total


def _unspent(account_id: UUID) -> "Iterable[Grant]":
    return Grant.objects.filter(account_id=account_id, remaining__gt=0).order_by(F("expires_at").asc(nulls_last=True), "pk")


def _record(account_id: UUID, movements: Iterable[tuple[TransferKind, int, str]]) -> None:
    for kind, amount, ref in movements:
        debit, credit = FLOWS[kind]
        if amount:
            rows.insert(Transfer(account_id=account_id, kind=kind.value, debit=debit.value, credit=credit.value, amount=amount, ref=ref))
