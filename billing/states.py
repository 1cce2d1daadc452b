"""Plain facts of billing: the ledger's buckets and kinds of transfer, plans, how units become credits. No Django."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Bucket(StrEnum):
    """Where an account's credits can be. Each transfer takes from one and gives to another, so their sum is always zero."""

    ISSUED = "issued"
    """The source: what has been granted stands here as a debt of the platform."""
    AVAILABLE = "available"
    RESERVED = "reserved"
    EARNED = "earned"
    EXPIRED = "expired"


class TransferKind(StrEnum):
    """Why credits moved."""

    GRANT = "grant"
    HOLD = "hold"
    CHARGE = "charge"
    RELEASE = "release"
    EXPIRE = "expire"
    REVOKE = "revoke"
    """Its payment was refunded or disputed: what is left of a grant goes back to where it came from."""


FLOWS: dict[TransferKind, tuple[Bucket, Bucket]] = {
    TransferKind.GRANT: (Bucket.ISSUED, Bucket.AVAILABLE),
    TransferKind.HOLD: (Bucket.AVAILABLE, Bucket.RESERVED),
    TransferKind.CHARGE: (Bucket.RESERVED, Bucket.EARNED),
    TransferKind.RELEASE: (Bucket.RESERVED, Bucket.AVAILABLE),
    TransferKind.EXPIRE: (Bucket.AVAILABLE, Bucket.EXPIRED),
    TransferKind.REVOKE: (Bucket.AVAILABLE, Bucket.ISSUED),
}


class GrantSource(StrEnum):
    """Where granted credits come from (A-4.2)."""

    WELCOME = "welcome"
    PLAN = "plan"
    PACK = "pack"
    STAFF = "staff"


class Plan(StrEnum):
    """What a user can subscribe to (G-3.1)."""

    FREE = "free"
    BASIC = "basic"
    PREMIUM = "premium"


PLANS = [(plan.value, plan.value) for plan in Plan]


class SubscriptionStatus(StrEnum):
    """How a subscription stands (G-3.1)."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    PENDING = "pending"
    CANCELLED = "cancelled"


SUBSCRIPTION_STATUSES = [(status.value, status.value) for status in SubscriptionStatus]
PROFILE_STATUSES = [pair for pair in SUBSCRIPTION_STATUSES if pair[0] != SubscriptionStatus.CANCELLED]
"""What the profile shows: a cancelled subscription reads ``inactive`` there (G-2.1)."""


ANY_API = "*"
"""In a quota: all APIs together."""


class Period(StrEnum):
    """What a quota counts in: each begins on the clock's own minute, hour, day or month, in UTC."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


def period_start(period: Period, at: datetime) -> datetime:
    """Return when the period that ``at`` lies in began."""
    minute = at.astimezone(UTC).replace(second=0, microsecond=0)
    if period is Period.MINUTE:
        return minute
    hour = minute.replace(minute=0)
    day = hour.replace(hour=0)
    return {Period.HOUR: hour, Period.DAY: day, Period.MONTH: day.replace(day=1)}[period]


def period_end(period: Period, at: datetime) -> datetime:
    """Return when the period that ``at`` lies in ends, and a quota begins anew."""
    start = period_start(period, at)
    if period is Period.MONTH:
        return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    return start + {Period.MINUTE: timedelta(minutes=1), Period.HOUR: timedelta(hours=1), Period.DAY: timedelta(days=1)}[period]


class OfferKind(StrEnum):
    """What is sold: a plan by the period, or credits once."""

    PLAN = "plan"
    PACK = "pack"


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """``credits`` for every ``per`` units or part of them: the price frozen when a call is made."""

    credits: int
    per: int

    def credits_for(self, units: int) -> int:
        """Return what ``units`` cost, rounded up to whole credits."""
        return -(-units * self.credits // self.per)
