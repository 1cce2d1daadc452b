"""Quotas (P-5.4): how many calls a user may make of an API in a minute, an hour, a day, a month.

Exact under concurrency: a call is counted by one conditional statement in the transaction that makes its task, so of simultaneous calls no
more pass than the limit allows, and what is rolled back was not counted. Periods are the clock's own, in UTC.

Limits come from the plan (``Quota``), an account's own replace them (``QuotaOverride``). Each process remembers the plans' limits for a
second, so that a product without quotas spends nothing on them.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from accounts.identity import Caller
from billing import selectors
from billing.errors import QuotaUsedUp
from billing.models import Quota, QuotaOverride
from billing.states import ANY_API, Period, period_end, period_start
from common import clock, rows

REMEMBERED_SECONDS = 1.0
COUNT = """\
INSERT INTO billing_quotause (account_id, api, period, starts_at, used) VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (account_id, api, period) DO UPDATE SET
used = CASE WHEN billing_quotause.starts_at >= excluded.starts_at THEN billing_quotause.used + 1 ELSE 1 END,
starts_at = CASE WHEN billing_quotause.starts_at >= excluded.starts_at THEN billing_quotause.starts_at ELSE excluded.starts_at END
WHERE billing_quotause.starts_at < excluded.starts_at OR billing_quotause.used < %s
"""
"""A process whose clock is behind counts in the period that another has begun."""


@dataclass(slots=True)
class Memory:
    """The plans' limits as this process last read them, and whether any account has its own."""

    read_at: float = float("-inf")
    by_plan: dict[str, selectors.Limits] = field(default_factory=dict)
    has_overrides: bool = False

    def refresh(self) -> None:
        """Read the limits again if they are old."""
        now = time.monotonic()
        if now - self.read_at < REMEMBERED_SECONDS:
            return
        self.by_plan, self.has_overrides = selectors.list_quotas(), QuotaOverride.objects.exists()
        self.read_at = now


remembered = Memory()


def forget() -> None:
    """Make this process read the limits again at the next call: after a change of them."""
    remembered.read_at = float("-inf")


def take(*, caller: Caller, api: str) -> None:
    """Count one call of ``api`` against the caller's quotas, inside the transaction that makes its task.

    Raises :class:`QuotaUsedUp`; the transaction then rolls back. Plans concern people: other accounts have their own limits only.
    """
    remembered.refresh()
    if not remembered.has_overrides and not remembered.by_plan:
        return
    limits = find_limits(account_id=caller.account_id, has_plan=caller.user_id is not None)
    for limited, period in sorted(limits):
        limit = limits[limited, period]
        if limited in {api, ANY_API} and limit is not None:
            _count(caller.account_id, limited, Period(period), limit)


def find_limits(*, account_id: UUID, has_plan: bool) -> selectors.Limits:
    """Return the account's limits by API and period: its plan's, replaced by its own."""
    limits: selectors.Limits = {}
    if has_plan and remembered.by_plan:
        limits |= remembered.by_plan.get(selectors.get_plan(account_id), {})
    if remembered.has_overrides:
        limits |= selectors.list_overrides(account_id)
    return limits


def set_quota(*, plan: str, api: str, period: str, limit: int) -> None:
    """Set how many calls of ``api`` the plan's users may make in a period."""
    Quota.objects.update_or_create(plan=plan, api=api, period=Period(period).value, defaults={"limit": limit})
    forget()


def set_override(*, account_id: UUID, api: str, period: str, limit: int | None) -> None:
    """Set the account's own limit in place of its plan's; None for no limit."""
    QuotaOverride.objects.update_or_create(account_id=account_id, api=api, period=Period(period).value, defaults={"limit": limit})
    forget()


def remove_override(*, account_id: UUID, api: str, period: str) -> None:
    """Let the plan's limit hold for the account again."""
    QuotaOverride.objects.filter(account_id=account_id, api=api, period=period).delete()
    forget()


def _count(account_id: UUID, api: str, period: Period, limit: int) -> None:
    now: datetime = clock.now()
    if limit and rows.execute(COUNT, account_id, api, period.value, period_start(period, now), limit):
        return
    raise QuotaUsedUp(api=api, limit=limit, period=period.value, resets_at=period_end(period, now), now=now)
