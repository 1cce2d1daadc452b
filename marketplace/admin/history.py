"""Calls with what became of them, the reporting table, and statistics by day, method and user. Nothing here can be changed by hand."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.html import format_html_join

from common import clock
from common.admin import MadeFilter, ReadOnlyAdmin, linked
from common.errors import TollgateError
from marketplace import selectors
from marketplace.models import Call, DayCount, TaskReport
from marketplace.services.callbacks import CREATED
from marketplace.states import CONTRACT
from tasks.models import Delivery, DeliveryAttempt
from tasks.services import delivering

DAYS_SHOWN = 30


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    """What marketplaces called."""

    list_display = ("request_id", "service_link", "method_link", "user", "role", "task_link", "state", "created_at")
    list_select_related = ("service", "method", "account__user", "task")
    list_filter = ("service", MadeFilter)
    ordering = ("-pk",)
    search_fields = ("=request_id", "=account__outside_id")
    search_ids = ("pk", "task_id", "trace_id", "account_id")
    actions = ("send_again",)
    fields = (
        "request_id", "trace_id", "service_link", "method_link", "account_link", "role", "task_link", "state", "created_at", "callbacks",
    )  # fmt: skip
    readonly_fields = fields
    service_link = linked("service")
    method_link = linked("method")
    account_link = linked("account")
    task_link = linked("task")

    @admin.display(description="user", ordering="account")
    def user(self, call: Call) -> str:
        """Return the marketplace's id of the user."""
        return call.account.outside_id

    @admin.display(description="state")
    def state(self, call: Call) -> str:
        """Return where the task is, and what it failed of."""
        return f"{call.task.state}: {call.task.error_message}" if call.task.error_kind else call.task.state

    @admin.display(description="callbacks")
    def callbacks(self, call: Call) -> str:
        """Return every attempt to tell the marketplace, with what it answered."""
        lines: list[tuple[str]] = []
        for delivery in call.task.deliveries.filter(channel=CONTRACT).prefetch_related("tries").order_by("pk"):
            until = "" if delivery.ended_at else f", next at {delivery.next_at:%Y-%m-%d %H:%M:%S} UTC"
            lines.append((f"{delivery.state}{until}",))
            tries = sorted(delivery.tries.all(), key=lambda attempt: attempt.pk)
            lines += [(f"{each.started_at:%Y-%m-%d %H:%M:%S} UTC, {each.duration_ms} ms: {_heard(each)}",) for each in tries]
        return format_html_join("", "<div>{}</div>", lines) or "none"

    @admin.action(description="Send the callback again", permissions=["act"])
    def send_again(self, request: HttpRequest, queryset: Any) -> None:
        """Have the callbacks of these calls delivered once more, now."""
        count = 0
        for delivery in Delivery.objects.filter(task__marketplace_call__in=queryset, channel=CONTRACT):
            try:
                self.keep(request, delivery, "redeliver", partial(delivering.redeliver, delivery_id=delivery.pk))
                count += 1
            except TollgateError as error:
                messages.error(request, error.message)
        messages.info(request, f"{count} callbacks are sent again.")


@admin.register(TaskReport)
class TaskReportAdmin(ReadOnlyAdmin):
    """The reporting table."""

    list_display = ("datetime", "service_id", "user_id", "task_id", "status", "processing_duration")
    fields = list_display
    ordering = ("-datetime",)
    search_fields = ("=user_id",)
    search_ids = ("task_id",)


@admin.register(DayCount)
class DayCountAdmin(ReadOnlyAdmin):
    """Statistics by day, method and user."""

    list_display = ("day", "service_link", "method", "user_id", "succeeded", "failed", "milliseconds")
    list_select_related = ("service",)
    list_filter = ("service",)
    ordering = ("-day", "method", "user_id")
    search_fields = ("=user_id", "=method")
    search_ids = ()
    fields = ("day", "service_link", "method", "user_id", "succeeded", "failed", "milliseconds")
    readonly_fields = fields
    service_link = linked("service")
    change_list_template = "admin/marketplace/statistics.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the last days' sums over the list."""
        since = (clock.now() - timedelta(days=DAYS_SHOWN - 1)).date()
        shown = {
            "bars": selectors.sum_days(since=since, count=DAYS_SHOWN),
            "by_method": selectors.sum_by("method", since=since),
            "by_user": selectors.sum_by("user_id", since=since),
            "days_shown": DAYS_SHOWN,
            "title": "Statistics",
        }
        reply: TemplateResponse = super().changelist_view(request, (extra_context or {}) | shown)  # type: ignore[assignment]  # it is one
        return reply


def _heard(attempt: DeliveryAttempt) -> str:
    """Return what a receiver said, in a line."""
    if attempt.status is None:
        return str(attempt.problem)
    counts_anyway = attempt.status != CREATED and attempt.status in range(200, 300)
    note = " (counts, although 201 was expected)" if counts_anyway else ""
    return f"{attempt.status}{note} {attempt.reply_head[:200]}".strip()
