"""Staff's front page (P-6.3): what waits now, and how the last day and the last month went, drawn as charts above the list of tables.

It stands in ``config`` because the figures come from several floors. The charts are SVG written by a template: no script, nothing from
elsewhere, and every figure is also in a table. Costs: a fixed number of queries, each over an indexed range of time or over what is
unfinished.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from accounts import selectors as accounts
from accounts.models import AuditEntry, Erasure
from aitasks import selectors as providers
from aitasks.models import ProviderHealth
from common import clock, queue
from common.admin import url_of
from common.models import Job
from metrics import selectors as metrics
from metrics.selectors import Totals
from tasks import selectors as tasks
from tasks.models import Delivery, Task

HOURS, DAYS = 24, 30
WIDTH, HEIGHT, GAP = 480, 96, 2
RECENT_MAX = 8
SLOW_SECONDS = 60
"""A task that has waited for longer is shown as a reason to look."""

admin.site.index_template = "desk/front.html"


@dataclass(frozen=True, slots=True)
class Number:
    """Something that is so now; ``is_bad`` asks for somebody's attention."""

    label: str
    value: str
    url: str
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour or day of a chart, in the units of its picture."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One figure over time: bars to look at, and the same in words. ``kind`` chooses the colour."""

    kind: str
    title: str
    summary: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Measure:
    """What a chart shows of the totals of an hour or a day, and how it is written and added up."""

    kind: str
    title: str
    read: Callable[[Totals], int]
    write: Callable[[int], str]
    is_sum: bool = True


def front(request: HttpRequest) -> HttpResponse:
    """Show the admin's front page, with figures for staff who may see usage."""
    context: dict[str, Any] = {}
    if request.user.has_perm("metrics.view_usagerecord"):
        context = {"numbers": read_numbers(), "periods": read_charts()}
    if request.user.has_perm("accounts.view_auditentry"):
        context |= {"recent": accounts.list_audit()[:RECENT_MAX], "audit_url": url_of(AuditEntry, "changelist")}
    return admin.site.index(request, extra_context=context)


def read_numbers() -> list[Number]:
    """Return what waits, runs, and is out of order now."""
    now = clock.now()
    queued, since = tasks.count_queued()
    waited = int((now - since).total_seconds()) if since else 0
    jobs, deliveries, erasures = queue.count_waiting(), tasks.count_waiting_deliveries(), accounts.count_unfinished_erasures()
    out = [state.name for state in providers.list_provider_health() if state.breaker != providers.CLOSED]
    of_task = url_of(Task, "changelist")
    return [
        Number("tasks wait for a worker", f"{queued:,}", f"{of_task}?state__exact=queued"),
        Number("the first of them since", write_seconds(waited) if since else "-", f"{of_task}?state__exact=queued", waited > SLOW_SECONDS),
        Number("tasks run", f"{tasks.count_running():,}", f"{of_task}?state__exact=running"),
        Number("jobs in the queue", f"{jobs:,}", url_of(Job, "changelist")),
        Number("webhooks wait to be sent", f"{deliveries:,}", url_of(Delivery, "changelist")),
        Number("providers kept out", ", ".join(out) or "none", url_of(ProviderHealth, "changelist"), bool(out)),
        Number("erasures not finished", f"{erasures:,}", url_of(Erasure, "changelist")),
    ]


def read_charts() -> dict[str, list[Chart]]:
    """Return the charts of the last day by hour and of the last month by day."""
    now = clock.now().astimezone(UTC)
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    hours = [this_hour - timedelta(hours=HOURS - 1 - number) for number in range(HOURS)]
    days = [now.date() - timedelta(days=DAYS - 1 - number) for number in range(DAYS)]
    by_hour = metrics.get_by_hour(begin=hours[0])
    by_day = metrics.get_by_day(begin=datetime.combine(days[0], time(), UTC))
    return {
        f"Last {HOURS} hours": draw([(f"{hour:%H:%M}", by_hour.get(hour)) for hour in hours]),
        f"Last {DAYS} days": draw([(f"{day:%b} {day.day}", by_day.get(day)) for day in days]),
    }


def draw(columns: Sequence[tuple[str, Totals | None]]) -> list[Chart]:
    """Return a chart of each measure over the same columns of time."""
    return [_draw(measure, columns) for measure in MEASURES]


def _draw(measure: Measure, columns: Sequence[tuple[str, Totals | None]]) -> Chart:
    values = [measure.read(totals) if totals else 0 for _, totals in columns]
    top, step = max(*values, 1), WIDTH / len(columns)
    bars = []
    for place, (label, _) in enumerate(columns):
        height, words = round(values[place] / top * HEIGHT, 1), measure.write(values[place])
        bars.append(Bar(round(place * step, 1), round(HEIGHT - height, 1), round(step - GAP, 1), height, label, words))
    highest = max(bars, key=lambda bar: bar.height)
    words = f"at most {highest.value} at {highest.label}"
    if measure.is_sum:
        words = f"{measure.write(sum(values))} in all, {words}"
    return Chart(measure.kind, measure.title, words if any(values) else "none", bars)


def write_seconds(seconds: float) -> str:
    """Return a duration as a person would say it."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}".replace(".0 ", " ")
    return f"{seconds:.1f} s".replace(".0 ", " ")


def _count(number: int) -> str:
    return f"{number:,}"


MEASURES = (
    Measure("calls", "Calls", lambda totals: totals.calls, _count),
    Measure("credits", "Credits", lambda totals: totals.credits, _count),
    Measure("errors", "Failed calls", lambda totals: totals.failed, _count),
    Measure("wait", "Longest wait for a worker", lambda totals: totals.wait_ms, lambda ms: write_seconds(ms / 1000), is_sum=False),
)
