"""What pages read: who is looking, and a person's credits as a statement that a person can follow."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Q

from accounts import selectors as accounts_selectors
from accounts.models import Account, Session
from aitasks import registry
from billing import selectors as billing_selectors
from billing.models import Grant, Hold, Transfer
from billing.states import TransferKind, UnitPrice
from common import clock
from common.charts import Chart, draw_bars
from metrics import selectors as metrics_selectors
from metrics.selectors import DayUsage, Span
from tasks.models import Task
from web.identity import Visitor

SESSION_KEY = "tollgate_session"
"""Where a page's cookie session keeps the id of its row in ``accounts.Session``."""
STATEMENT_LINES = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement. ``amount`` is what it changes about the balance; ``note`` says more in words."""

    id: int
    at: datetime
    title: str
    note: str
    amount: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A page of lines, newest first; ``next`` is the id to go on from, or None at the end."""

    lines: list[Line]
    next: int | None


@dataclass(frozen=True, slots=True)
class Need:
    """An API that an app needs: its name for people, and for programs."""

    title: str
    by: str


@dataclass(frozen=True, slots=True)
class AppCard:
    """An app as its page shows it."""

    slug: str
    title: str
    description: str
    is_enabled: bool
    needs: list[Need]


@dataclass(frozen=True, slots=True)
class ApiUsage:
    """What was called through which app, how often, and what it cost."""

    api: str
    app_id: str
    calls: int
    credits: int


@dataclass(frozen=True, slots=True)
class Usage:
    """The usage page's pictures and numbers."""

    calls: Chart
    credits: Chart
    apis: list[ApiUsage]


def find_visitor(session: SessionBase | None) -> Visitor | None:
    """Return who is signed in on this page, or None: a page is signed in only while its row in ``accounts.Session`` is alive."""
    found = _read_id(session)
    if found is None or not accounts_selectors.is_session_alive(found):
        return None
    account = find_account(found)
    if account is None or account.user is None:
        return None
    user = account.user
    name = user.first_name or user.email
    return Visitor(session_id=found, user_id=user.pk, account_id=account.pk, email=user.email, name=name, is_staff=user.is_staff)


def find_account(session_id: UUID) -> Account | None:
    """Return the account of a session's user, with the user; None for a user without one (``createsuperuser`` makes such)."""
    user_ids = Session.objects.filter(pk=session_id).values("user_id")
    return Account.objects.select_related("user").filter(user_id__in=user_ids).first()


def get_statement(*, account_id: UUID, before: int | None = None) -> Statement:
    """Return the lines before number ``before``: grants, charges, expiries, and what is reserved right now.

    The lines of all pages add up to the balance: a hold that was settled is left out, since its charge says what it came to.
    """
    open_holds = [str(pk) for pk in Hold.objects.filter(account_id=account_id, settled_at=None).values_list("pk", flat=True)]
    shown = Q(kind__in=[TransferKind.GRANT, TransferKind.CHARGE, TransferKind.EXPIRE, TransferKind.REVOKE]) | Q(
        kind=TransferKind.HOLD, ref__in=open_holds
    )
    rows = Transfer.objects.filter(shown, account_id=account_id).order_by("-pk")
    found = list((rows if before is None else rows.filter(pk__lt=before))[: STATEMENT_LINES + 1])
    lines = found[:STATEMENT_LINES]
    return Statement(_describe(lines), lines[-1].pk if len(found) > STATEMENT_LINES else None)


def list_apps(account_id: UUID) -> list[AppCard]:
    """Return the apps that are on, with what each needs in words."""
    return [
        AppCard(row.slug, row.title, row.description, bool(getattr(row, "is_enabled", False)), [_describe_need(api) for api in row.apis])
        for row in accounts_selectors.list_apps(account_id)
    ]


def get_usage(*, account_id: UUID, days: int) -> Usage:
    """Return the account's calls and credits of the last ``days`` days, today included (1 query)."""
    today = clock.now().date()
    span = Span(today - timedelta(days=days - 1), today)
    rows = metrics_selectors.list_usage(account_id=account_id, span=span)
    names = [span.first + timedelta(days=number) for number in range(days)]
    calls, spent = ({day: sum(getattr(row, fact) for row in rows if row.day == day) for day in names} for fact in ("calls", "credits"))
    return Usage(
        calls=draw_bars(title="Calls", unit="calls", values=[(f"{day.day} {day:%b}", calls[day]) for day in names]),
        credits=draw_bars(title="Credits", unit="credits", values=[(f"{day.day} {day:%b}", spent[day]) for day in names]),
        apis=_sum_by_api(rows),
    )


def get_chat_price() -> str:
    """Return in words what a message costs now."""
    price = registry.get_feature("chat").prices["text"]
    valid = billing_selectors.find_price(feature="chat", target="text") or UnitPrice(price.credits, price.per)
    amount = f"{valid.credits} credit{'' if valid.credits == 1 else 's'}"
    return f"{amount} for every {valid.per:,} characters, yours and the reply's."


def _describe_need(api: str) -> Need:
    declared = registry.all_features().get(api)
    return Need(declared.title if declared else api, f"/api/ai/{api}" if declared else "not installed")


def _sum_by_api(rows: list[DayUsage]) -> list[ApiUsage]:
    keys = sorted({(row.api, row.app_id) for row in rows})
    sums = [
        ApiUsage(api, app, sum(row.calls for row in mine), sum(row.credits for row in mine))
        for api, app in keys
        for mine in [[row for row in rows if (row.api, row.app_id) == (api, app)]]
    ]
    return sorted(sums, key=lambda row: -row.credits)


def _read_id(session: SessionBase | None) -> UUID | None:
    try:
        return UUID(session[SESSION_KEY]) if session is not None and SESSION_KEY in session else None
    except (ValueError, AttributeError, TypeError):
        return None


def _describe(rows: list[Transfer]) -> list[Line]:
    refs = [row.ref.partition(":")[0] for row in rows]
    holds = {str(hold.pk): hold for hold in Hold.objects.filter(pk__in=refs)}
    kinds = {str(pk): kind for pk, kind in Task.objects.filter(hold_id__in=holds).values_list("hold_id", "kind")}
    grants = {str(grant.pk): grant for grant in Grant.objects.filter(pk__in=refs)}
    return [_line(row, holds.get(row.ref), kinds.get(row.ref, ""), grants.get(row.ref.partition(":")[0])) for row in rows]


def _line(row: Transfer, hold: Hold | None, feature: str, grant: Grant | None) -> Line:
    declared = registry.all_features().get(feature)
    title = declared.title if declared else feature or "A call that was removed"
    given = (grant.reason or grant.source.capitalize()) if grant else "Credits"
    if row.kind == TransferKind.GRANT:
        return Line(row.pk, row.created_at, given, "Granted", row.amount)
    if row.kind == TransferKind.EXPIRE:
        return Line(row.pk, row.created_at, given, "Expired", -row.amount)
    if row.kind == TransferKind.REVOKE:
        return Line(row.pk, row.created_at, given, "Taken back: its payment was returned", -row.amount)
    if row.kind == TransferKind.HOLD:
        return Line(row.pk, row.created_at, title, "Reserved while it runs; what is not used comes back", -row.amount)
    returned = hold.amount - row.amount if hold else 0
    note = f"Charged; {hold.amount} were reserved, {returned} came back" if hold and returned else "Charged"
    return Line(row.pk, row.created_at, title, note, -row.amount)
