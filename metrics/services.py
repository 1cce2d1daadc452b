"""Recording usage: the one way in for the platform's own records (A-7.1, A-7.2), and for calls to deprecated endpoints (G-7.2)."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction

from common import clock, mail, rows
from common.contracts.endpoints import DeprecatedEndpoint
from metrics.models import DeprecatedCall, UsageRecord
from metrics.selectors import CALLED_WITHIN, Developer

log = structlog.get_logger(__name__)
REMEMBERED_MAX = 10_000
INSERT_CALL = """\
INSERT INTO metrics_deprecatedcall (endpoint, account_id, day) VALUES (%s, %s, %s) ON CONFLICT (endpoint, account_id, day) DO NOTHING
"""
INSERT_NOTICE = """\
INSERT INTO metrics_deprecationnotice (endpoint, account_id, sent_at) VALUES (%s, %s, %s) ON CONFLICT (endpoint, account_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """One ended call."""

    id: UUID
    account_id: UUID
    app_id: str
    api: str
    contract: str
    provider: str
    model: str
    units: int
    credits: int
    latency_ms: int
    outcome: str
    wait_ms: int = 0


def record_usage(*, usage: Usage) -> None:
    """Write one usage record, in the caller's transaction."""
    rows.insert(UsageRecord(**{name: getattr(usage, name) for name in Usage.__dataclass_fields__}))


@dataclass(slots=True)
class Memory:
    """What this process has written today, so that it writes each call once a day; forgotten at midnight, or when it grows too large."""

    day: date = date.min
    calls: set[tuple[UUID, str]] = field(default_factory=set)

    def has(self, call: tuple[UUID, str], *, day: date) -> bool:
        """Return whether ``call`` was written on ``day``."""
        if day != self.day or len(self.calls) >= REMEMBERED_MAX:
            self.day, self.calls = day, set()
        return call in self.calls


remembered = Memory()


def record_deprecated_call(*, account_id: UUID, endpoint: str) -> None:
    """Note that an account called a deprecated endpoint today: at most one statement a day, account and process.

    A database that refuses is logged and the call goes on: the next one is noted instead.
    """
    day, call = clock.now().date(), (account_id, endpoint)
    if remembered.has(call, day=day):
        return
    try:
        rows.execute(INSERT_CALL, endpoint, account_id, day.isoformat())
    except DatabaseError as error:
        log.warning("deprecation.not_recorded", problem=type(error).__name__)
        return
    remembered.calls.add(call)


def notify_of_deprecation(*, developer: Developer, endpoint: DeprecatedEndpoint) -> bool:
    """Tell a developer by mail that an endpoint they call is deprecated, once; return whether this was the time.

    The row that remembers it is committed together with the letter, which the queue then sends.
    """
    with transaction.atomic():
        is_news = bool(rows.execute(INSERT_NOTICE, endpoint.name, developer.account_id, clock.now()))
        if is_news:
            send_notice(developer=developer, endpoint=endpoint)
    return is_news


def send_notice(*, developer: Developer, endpoint: DeprecatedEndpoint) -> None:
    """Post the mail, in the transaction that remembers it."""
    sunset = endpoint.deprecation.sunset
    facts: dict[str, object] = {"developer": developer, "endpoint": endpoint.name, "deprecation": endpoint.deprecation}
    subject = f"{endpoint.name} is deprecated and works until {sunset}"
    mail.post(to=developer.email, subject=subject, template="deprecation", context=facts)


def forget_deprecated_calls() -> int:
    """Delete records of calls that are too old to concern anybody, and return how many."""
    return DeprecatedCall.objects.filter(day__lt=(clock.now() - CALLED_WITHIN).date()).delete()[0]
