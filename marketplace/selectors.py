"""Reads of the marketplace contract: who is called, who calls, what was called, what is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import F, Sum

from accounts.tokens import hash_secret
from common import rows
from marketplace.errors import BodyInvalid, TaskUnknown, UnknownMethod, UnknownResource, UnknownService, WrongPublisherKey
from marketplace.models import Call, DayCount, Method, Publisher, Resource, Service, Token
from marketplace.states import Role

FIND_DEFAULT, FIND_SERVICE = (
    "SELECT s.id, s.version FROM marketplace_service s WHERE s.is_on AND s.is_default",
    "SELECT s.id, s.version FROM marketplace_service s WHERE s.is_on AND s.slug = %s",
)
# An outside user is found by a partial index: its condition has to stand in the statement, word by word, for SQLite to use it.
FIND_KNOWN = """\
SELECT a.id, c.task_id, c.digest FROM accounts_account a
LEFT JOIN marketplace_call c ON c.account_id = a.id AND c.request_id = %s
WHERE a.service = %s AND a.outside_id = %s AND NOT (a.outside_id = '')
"""
COUNT_ENDED = """\
SELECT u.succeeded, u.failed FROM accounts_account a JOIN marketplace_usercount u ON u.account_id = a.id
WHERE a.service = %s AND a.outside_id = %s AND NOT (a.outside_id = '')
"""
BAR_UNITS = 20
SUMS_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What there is of a user of a service, and of the call with a request id: ``task_id`` is None when it has not been made."""

    account_id: UUID
    task_id: UUID | None
    digest: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosted:
    """A service as it is called: with its token in use and its methods, each with its fields. Not changed after it was read."""

    service: Service
    token: Token
    methods: Mapping[str, Method]


def get_hosted(*, slug: str | None) -> Hosted:
    """Return a service that is on; None means the default one. Raises :class:`UnknownService`.

    One written statement asks for its version; what this process has read of that version is not read again. Not for use in a transaction
    that changes a service: what it reads might be rolled back, and its version given to something else.
    """
    row = rows.fetch_one(FIND_DEFAULT) if slug is None else rows.fetch_one(FIND_SERVICE, slug)
    if row is None:
        raise UnknownService
    return read_hosted(*row)


@lru_cache(maxsize=128)
def read_hosted(service_id: int, version: int) -> Hosted:
    """Return a service as it is now, which is as new as ``version`` at least."""
    service = Service.objects.get(pk=service_id)
    methods = Method.objects.filter(service=service, is_on=True).prefetch_related("fields")
    token = Token.objects.get(service=service, retired_at=None)
    return Hosted(service=service, token=token, methods={method.name: method for method in methods})


def get_method(*, hosted: Hosted, name: str | None) -> Method:
    """Return a method of the service; None means its only one (M-2.1). Raises :class:`UnknownMethod`, :class:`BodyInvalid`."""
    if name is None:
        if len(hosted.methods) != 1:
            raise BodyInvalid("method: must not be missing, since this service has several.")
        return next(iter(hosted.methods.values()))
    try:
        return hosted.methods[name]
    except KeyError:
        raise UnknownMethod(name) from None


def find_known(*, service: Service, user_id: str, request_id: str) -> Known | None:
    """Return what is known of a user and of their request, or None for somebody who has not called yet; one written statement."""
    row = rows.fetch_one(FIND_KNOWN, request_id, service.slug, user_id)
    return None if row is None else Known(account_id=_uuid(row[0]), task_id=row[1] and _uuid(row[1]), digest=row[2])


def _uuid(value: Any) -> UUID:
    """Return an id as the driver gave it: SQLite has no type for one."""
    return value if isinstance(value, UUID) else UUID(value)


def get_call(*, service: Service, task_id: str, user_id: str, role: Role) -> Call:
    """Return a call of this user, or anybody's for an admin, with its task (M-4.3); raises :class:`TaskUnknown`."""
    try:
        wanted = UUID(task_id)
    except ValueError:
        raise TaskUnknown(task_id) from None
    calls = Call.objects.select_related("task", "method", "account").filter(service=service, task_id=wanted)
    call = calls.first()
    if call is None or (role is not Role.ADMIN and call.account.outside_id != user_id):
        raise TaskUnknown(task_id)
    return call


def count_ended(*, service: Service, user_id: str) -> tuple[int, int]:
    """Return how many tasks of a user of the service ended well, and how many badly; reads one row (M-5.2)."""
    row = rows.fetch_one(COUNT_ENDED, service.slug, user_id)
    return (0, 0) if row is None else (row[0], row[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One day of the chart, in its units: ``good`` stands on the floor, ``bad`` on top of it."""

    day: date
    succeeded: int
    failed: int
    x: int
    good_y: float
    good_height: float
    bad_y: float
    bad_height: float
    label: str


def sum_days(*, since: date, count: int) -> dict[str, Any]:
    """Return the ended tasks of ``count`` days from ``since`` on as bars for a chart of 100 units' height."""
    rows = DayCount.objects.filter(day__gte=since).values("day").annotate(good=Sum("succeeded"), bad=Sum("failed"))
    found = {row["day"]: (row["good"], row["bad"]) for row in rows}
    highest = max([good + bad for good, bad in found.values()], default=0)
    days = []
    for number in range(count):
        day = since + timedelta(days=number)
        good, bad = found.get(day, (0, 0))
        good_height, bad_height = (round(100 * part / highest, 2) if highest else 0.0 for part in (good, bad))
        days.append(
            Bar(
                day=day, succeeded=good, failed=bad, x=number * BAR_UNITS, good_y=100 - good_height, good_height=good_height,
                bad_y=100 - good_height - bad_height, bad_height=bad_height, label=f"{day:%d %b}" if number % 7 == 0 else "",
            )
        )  # fmt: skip
    return {"days": days, "highest": highest, "width": count * BAR_UNITS}


def sum_by(column: str, *, since: date) -> list[dict[str, Any]]:
    """Return the sums of the busiest methods or users (``method``, ``user_id``) since a day."""
    rows = DayCount.objects.filter(day__gte=since).values(column)
    sums = rows.annotate(succeeded=Sum("succeeded"), failed=Sum("failed"), took=Sum("milliseconds"), all=F("succeeded") + F("failed"))
    return [
        {"name": row[column], "succeeded": row["succeeded"], "failed": row["failed"], "seconds": row["took"] / 1000}
        for row in sums.order_by("-all", column)[:SUMS_SHOWN]
    ]


def get_publisher(key: str) -> Publisher:
    """Return the publisher who has this key; raises :class:`WrongPublisherKey`."""
    row = Publisher.objects.filter(key_hash=hash_secret(key), is_on=True).first() if key else None
    if row is None:
        raise WrongPublisherKey
    return row


def get_resource(*, publisher: Publisher, key: str) -> Resource:
    """Return one of the publisher's objects; raises :class:`UnknownResource`."""
    row = Resource.objects.filter(publisher=publisher, key=key).first()
    if row is None:
        raise UnknownResource
    return row
