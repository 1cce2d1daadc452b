"""Staff's view of tasks: what was asked, who was asked to do it and why, what came of it. Here because ending one moves credits."""

import json
from typing import Any

from django.contrib import admin, messages
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.html import format_html

from accounts.journal import staff_of
from aitasks import registry
from aitasks.admin.providers import asked_of, error_of, others_of, took_of
from aitasks.models import FinishedStep, ProviderCall
from aitasks.services import administering
from common.admin import (
    ContractFilter,
    MadeFilter,
    NamedFilter,
    ReadOnlyAdmin,
    ReadOnlyInline,
    link_to,
    linked,
    shortened,
    url_of,
)
from common.errors import TollgateError
from metrics.models import UsageRecord
from tasks import selectors
from tasks.models import Delivery, Output, StoredFile, Task, TaskEvent
from tasks.states import UNFINISHED

EVENTS_SHOWN = 100
LINK_SECONDS = 600


def is_private(task: Task) -> bool:
    """Return whether the task's texts are a conversation, which is nobody's but the person's."""
    feature = registry.all_features().get(task.kind)
    return feature is not None and not feature.public


class KindFilter(NamedFilter):
    """Tasks of a feature."""

    title, parameter_name, field = "feature", "kind", "kind"

    def names(self) -> list[str]:
        """Return all features."""
        return list(registry.all_features())


class OutputInline(ReadOnlyInline):
    """What the task made."""

    model = Output
    fields = ("index", "content_type", "what")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the results with their files."""
        return super().get_queryset(request).select_related("file", "task")

    @admin.display(description="result")
    def what(self, output: Output) -> str:
        """Return the text, or a link to the file."""
        if is_private(output.task):
            return f"{len(output.text or '')} characters"
        return shortened(output.text or "") if output.file is None else file_link(output.file)


class FileInline(ReadOnlyInline):
    """The files that belong to the task: its source, its results."""

    model = StoredFile
    fields = ("download", "content_type", "size_bytes", "created_at")
    readonly_fields = fields

    @admin.display(description="file")
    def download(self, file: StoredFile) -> str:
        """Return a link to the file."""
        return file_link(file)


class LastEvents(BaseInlineFormSet):  # type: ignore[type-arg]  # Django's class takes no parameters when it runs
    """The last events only: a task that streams text has thousands."""

    def get_queryset(self) -> Any:
        """Return the last events, newest first."""
        if not hasattr(self, "_last"):
            self._last = list(super().get_queryset().order_by("-seq")[:EVENTS_SHOWN])
        return self._last


class EventInline(ReadOnlyInline):
    """What happened to the task."""

    model = TaskEvent
    formset = LastEvents
    verbose_name_plural = f"last {EVENTS_SHOWN} events"
    fields = ("seq", "kind", "what", "created_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the events with their task."""
        return super().get_queryset(request).select_related("task")

    @admin.display(description="data")
    def what(self, event: TaskEvent) -> str:
        """Return what the event tells."""
        if is_private(event.task) and "text" in event.data:
            return f"{len(event.data['text'])} characters"
        return json.dumps(event.data, ensure_ascii=False)


class DecisionInline(ReadOnlyInline):
    """Each try at the task: which provider was asked, why not the others, and how it went."""

    model = ProviderCall
    ordering = ("pk",)
    verbose_name_plural = "providers that were asked"
    fields = ("step", "attempt", "asked", "outcome", "started_at", "took", "error", "left_out")
    readonly_fields = fields

    @admin.display(description="provider")
    def asked(self, call: ProviderCall) -> str:
        """Return who was asked, with the model, or that nobody could be."""
        return asked_of(call)

    @admin.display(description="took")
    def took(self, call: ProviderCall) -> str:
        """Return how long it took."""
        return took_of(call)

    @admin.display(description="error")
    def error(self, call: ProviderCall) -> str:
        """Return what went wrong."""
        return error_of(call)

    @admin.display(description="the others")
    def left_out(self, call: ProviderCall) -> str:
        """Return why each of the others was not asked."""
        return others_of(call)


class StepInline(ReadOnlyInline):
    """Steps of a pipeline that are done, whatever happens to the task."""

    model = FinishedStep
    ordering = ("number",)
    fields = ("number", "step", "units", "ended_at")
    readonly_fields = fields


class DeliveryInline(ReadOnlyInline):
    """What was sent out about the task, or waits to be."""

    model = Delivery
    show_change_link = True
    ordering = ("pk",)
    fields = ("event", "channel", "state", "attempts", "next_at", "ended_at", "problem")
    readonly_fields = fields


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin):
    """What callers asked for."""

    list_display = ("short_id", "kind", "state", "progress", "account_link", "contract", "provider", "attempt", "charged", "created_at")
    list_select_related = ("account__user", "hold")
    list_filter = ("state", KindFilter, ContractFilter, MadeFilter)
    ordering = ("-pk",)
    search_fields = ("account__user__email",)
    search_ids = ("pk", "account_id", "hold_id")
    actions = ("cancel", "retry")
    inlines = (DecisionInline, StepInline, OutputInline, FileInline, DeliveryInline, EventInline)
    fieldsets = (
        (None, {"fields": ("id", "kind", "state", "progress", "error", "account_link", "contract", "app_id")}),
        ("Work", {"fields": ("asked", "provider", "model", "attempt", "lease_until")}),
        ("Credits", {"fields": ("hold_link", "used_units", "usage")}),
        ("When", {"fields": ("created_at", "queued_at", "started_at", "finished_at", "idempotency_key")}),
    )
    readonly_fields = ("account_link", "asked", "error", "hold_link", "usage")
    account_link = linked("account")
    hold_link = linked("hold")

    @admin.display(description="id", ordering="pk")
    def short_id(self, task: Task) -> str:
        """Return the end of the id, which is the part that differs."""
        return task.pk.hex[-12:]

    @admin.display(description="charged")
    def charged(self, task: Task) -> str:
        """Return what the task cost, or what is reserved for it."""
        return f"{task.hold.amount} reserved" if task.hold.charged is None else str(task.hold.charged)

    @admin.display(description="call")
    def asked(self, task: Task) -> str:
        """Return the call as it is kept."""
        if is_private(task):
            return "Part of a conversation, which staff do not read."
        return shortened(json.dumps(task.payload, indent=2, ensure_ascii=False))

    @admin.display(description="error")
    def error(self, task: Task) -> str:
        """Return why it failed."""
        return f"{task.error_kind}: {task.error_message}" if task.error_kind else "-"

    @admin.display(description="usage record")
    def usage(self, task: Task) -> str:
        """Return a link to the record that the task's end wrote."""
        if not task.is_finished:
            return "-"
        return format_html('<a href="{}">Usage of this call</a>', url_of(UsageRecord, "change", task.pk))

    @admin.action(description="Cancel selected tasks", permissions=["act"])
    def cancel(self, request: HttpRequest, queryset: Any) -> None:
        """Cancel the tasks that have not ended; their owners pay for what was delivered."""
        unfinished = queryset.filter(state__in=[state.value for state in UNFINISHED])
        cancelled = sum(administering.cancel(task_id=task.pk, staff=staff_of(request)) for task in unfinished)
        messages.info(request, f"{cancelled} tasks cancelled; the others had ended.")

    @admin.action(description="Try selected failed tasks again", permissions=["act"])
    def retry(self, request: HttpRequest, queryset: Any) -> None:
        """Make the calls that failed again, in their owners' names."""
        for task in queryset:
            try:
                again = administering.retry(task_id=task.pk, staff=staff_of(request))
                messages.info(request, format_html("{}: {}", task.pk.hex[-12:], link_to(again)))
            except TollgateError as error:
                messages.warning(request, f"{task.pk.hex[-12:]}: {error.message}")


def file_link(file: StoredFile) -> str:
    """Return a link that serves the file for a few minutes."""
    try:
        url = selectors.make_link(file=file, expires_seconds=LINK_SECONDS)
    except TollgateError:
        return f"{file.name} (its storage does not answer)"
    return format_html('<a href="{}">{}</a>', url, file.name)
