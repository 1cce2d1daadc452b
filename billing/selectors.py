"""Reads of billing: balances, history, the price that is valid now, the plan."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, QuerySet

from accounts.models import Account
from billing.models import Grant, Offer, Price, Quota, QuotaOverride, QuotaUse, StripeCustomer, Subscription, Transfer, Wallet
from billing.states import OfferKind, Period, Plan, SubscriptionStatus, UnitPrice, period_end, period_start
from common import clock, rows
from common.contracts.wire import timestamp

RENEWAL_GRACE = timedelta(days=1)
HELD = frozenset({SubscriptionStatus.ACTIVE, SubscriptionStatus.CANCELLED})
VALID_PRICE = """\
SELECT credits, per FROM billing_price WHERE feature = %s AND target = %s AND valid_from <= %s ORDER BY valid_from DESC LIMIT 1
"""
Limits = dict[tuple[str, str], int | None]
"""Quotas by API and period; None is no limit."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account can spend, and what open holds have reserved."""

    available: int
    reserved: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a subscription stands: ``plan`` is the one that may be used now, whatever is pending."""

    status: SubscriptionStatus
    plan: Plan
    expires_at: datetime | None


def find_price(*, feature: str, target: str) -> UnitPrice | None:
    """Return the price set for a feature's target that is valid now, or None where only the declaration's applies."""
    row = rows.fetch_one(VALID_PRICE, feature, target, clock.now())
    return None if row is None else UnitPrice(*row)


def list_prices() -> dict[tuple[str, str], UnitPrice]:
    """Return all prices valid now, by feature and target."""
    valid = Price.objects.filter(valid_from__lte=clock.now()).order_by("valid_from")
    return {(price.feature, price.target): UnitPrice(price.credits, price.per) for price in valid}


def get_balance(account_id: UUID) -> Balance:
    """Return the account's balance; without a wallet it is zero."""
    row = Wallet.objects.filter(account_id=account_id).values_list("available", "reserved").first()
    return Balance(*row) if row else Balance(0, 0)


def list_grants(account_id: UUID) -> QuerySet[Grant]:
    """Return the grants with something left, in the order in which they are spent."""
    return Grant.objects.filter(account_id=account_id, remaining__gt=0).order_by(F("expires_at").asc(nulls_last=True), "pk")


def list_transfers(account_id: UUID) -> QuerySet[Transfer]:
    """Return the account's movements of credits, newest first."""
    return Transfer.objects.filter(account_id=account_id).order_by("-pk")


def find_subscription(account_id: UUID) -> Subscription | None:
    """Return the account's subscription, if it ever had one."""
    return Subscription.objects.filter(account_id=account_id).first()


def get_standing(account_id: UUID) -> Standing:
    """Return how the account's subscription stands at this moment (G-3.1)."""
    return describe(find_subscription(account_id))


def describe(row: Subscription | None) -> Standing:
    """Return how a subscription stands: what has run out counts no more, and an unconfirmed checkout shows as pending."""
    now = clock.now()
    if row is None:
        return Standing(SubscriptionStatus.INACTIVE, Plan.FREE, None)
    status, is_pending = SubscriptionStatus(row.status), row.pending_until is not None and row.pending_until > now
    # A subscription that renews has its new end when Stripe says so, which may take a moment longer than the old one lasts.
    grace = RENEWAL_GRACE if row.stripe_id and status is SubscriptionStatus.ACTIVE else timedelta(0)
    is_held = status in HELD and (row.expires_at is None or row.expires_at + grace > now) and row.plan != Plan.FREE
    if is_pending or status is SubscriptionStatus.PENDING:
        shown = SubscriptionStatus.PENDING
    else:
        shown = status if is_held else SubscriptionStatus.INACTIVE
    return Standing(shown, Plan(row.plan), row.expires_at) if is_held else Standing(shown, Plan.FREE, None)


def get_plan(account_id: UUID) -> Plan:
    """Return the plan that is paid for now."""
    return get_standing(account_id).plan


def read_plans(account_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the plan that each account has now, for staff."""
    rows = {row.account_id: row for row in Subscription.objects.filter(account_id__in=account_ids)}
    return {account_id: describe(rows.get(account_id)).plan.value for account_id in account_ids}


def read_balances(account_ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """Return what each account has, as staff see it: whole credits as decimal strings (A-1.1)."""
    wallets = {row.pk: row for row in Wallet.objects.filter(pk__in=account_ids)}
    found = {pk: {"balance": str(row.available), "reserved": str(row.reserved)} for pk, row in wallets.items()}
    return {pk: found.get(pk, {"balance": "0", "reserved": "0"}) for pk in account_ids}


def list_price_versions(*, feature: str = "", target: str = "") -> QuerySet[Price]:
    """Return every price that was ever set, newest first."""
    wanted = {name: value for name, value in (("feature", feature), ("target", target)) if value}
    return Price.objects.filter(**wanted).order_by("-pk")


def get_profile_status(account_id: UUID) -> str:
    """Return the subscription's status as the profile shows it: a cancelled one reads ``inactive`` (G-2.1)."""
    status = get_standing(account_id).status
    return SubscriptionStatus.INACTIVE if status is SubscriptionStatus.CANCELLED else status


def list_offers(kind: OfferKind) -> QuerySet[Offer]:
    """Return what can be bought now, cheapest first."""
    return Offer.objects.filter(kind=kind.value, is_offered=True).exclude(price_id="").order_by("amount", "pk")


def find_offer(*, kind: OfferKind, name: str) -> Offer | None:
    """Return an offer that can be bought now, by its name."""
    return list_offers(kind).filter(name=name).first()


def find_any_offer(*, kind: OfferKind, name: str) -> Offer | None:
    """Return an offer by its name, one that is not sold any more too."""
    return Offer.objects.filter(kind=kind.value, name=name).first()


def find_account_id(customer_id: str) -> UUID | None:
    """Return the account that a customer of Stripe's is, if it is one of ours."""
    return StripeCustomer.objects.filter(customer_id=customer_id).values_list("account_id", flat=True).first()


def find_customer_id(account_id: UUID) -> str:
    """Return who the account is at Stripe, or nothing before its first checkout."""
    return StripeCustomer.objects.filter(account_id=account_id).values_list("customer_id", flat=True).first() or ""


def get_plan_open_holds_max(account_id: UUID) -> int:
    """Return how many unfinished tasks the account's plan allows at a time."""
    return int(settings.PLAN_SIMULTANEOUS_TASKS[get_plan(account_id).value])


def list_quotas() -> dict[str, Limits]:
    """Return the quotas of all plans that have any, by plan."""
    found: dict[str, Limits] = {}
    for plan, api, period, limit in Quota.objects.values_list("plan", "api", "period", "limit"):
        found.setdefault(plan, {})[api, period] = limit
    return found


def list_overrides(account_id: UUID) -> Limits:
    """Return the limits that the account has in place of its plan's."""
    own = QuotaOverride.objects.filter(account_id=account_id).values_list("api", "period", "limit")
    return {(api, period): limit for api, period, limit in own}


def describe_limits(account_id: UUID) -> dict[str, Any]:
    """Return what limits the account's calls now and how far it is used, in the words of the platform contract (P-5.4)."""
    is_person = Account.objects.filter(pk=account_id, kind=Account.Kind.PERSON).exists()
    limits = (list_quotas().get(get_plan(account_id), {}) if is_person else {}) | list_overrides(account_id)
    uses = {(use.api, use.period): use for use in QuotaUse.objects.filter(account_id=account_id)}
    now = clock.now()
    quotas = [
        {
            "api": api,
            "period": period,
            "limit": limit,
            "used": _used(uses.get((api, period)), now),
            "resetsAt": timestamp(period_end(Period(period), now)),
        }
        for (api, period), limit in sorted(limits.items())
        if limit is not None
    ]
    used, own = Wallet.objects.filter(account_id=account_id).values_list("open_holds", "open_holds_max").first() or (0, None)
    limit = get_plan_open_holds_max(account_id) if own is None and is_person else own
    return {"simultaneousTasks": {"limit": limit, "used": used}, "quotas": quotas}


def _used(use: QuotaUse | None, now: datetime) -> int:
    return use.used if use is not None and use.starts_at >= period_start(Period(use.period), now) else 0
