"""Staff's view of stored files and of what goes out. Tasks are on the floor above (``aitasks.admin``), which knows how to end one."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from common.admin import MadeFilter, NamedFilter, ReadOnlyAdmin, ReadOnlyInline, linked, shortened
from common.errors import TollgateError
from tasks import channels
from tasks.models import Delivery, DeliveryAttempt, DisabledReceiver, StoredFile, WebhookSecret
from tasks.services import delivering


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    """What callers sent and tasks made."""

    list_display = ("name", "content_type", "size_bytes", "account_link", "task_link", "created_at")
    list_select_related = ("account__user", "task")
    list_filter = (MadeFilter,)
    ordering = ("-pk",)
    search_fields = ("account__user__email",)
    search_ids = ("pk", "account_id", "task_id")
    fields = ("id", "name", "content_type", "size_bytes", "account_link", "task_link", "storage", "storage_key", "created_at")
    readonly_fields = fields
    account_link = linked("account")
    task_link = linked("task")


class ChannelFilter(NamedFilter):
    """Deliveries over a channel."""

    title, parameter_name, field = "channel", "channel", "channel"

    def names(self) -> list[str]:
        """Return all channels."""
        return channels.list_names()


class AttemptInline(ReadOnlyInline):
    """Every try, and what the receiver said."""

    model = DeliveryAttempt
    ordering = ("number",)
    fields = ("number", "status", "problem", "reply", "started_at", "duration_ms")
    readonly_fields = fields

    @admin.display(description="reply")
    def reply(self, attempt: DeliveryAttempt) -> str:
        """Return how the reply began."""
        return shortened(attempt.reply_head) if attempt.reply_head else "-"


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """News for receivers outside: webhooks, callbacks."""

    list_display = ("event", "state", "origin", "attempts", "next_at", "ended_at", "account_link", "channel", "created_at")
    list_select_related = ("account__user", "task")
    list_filter = ("state", ChannelFilter, MadeFilter)
    ordering = ("-pk",)
    search_fields = ("account__user__email",)
    search_ids = ("pk", "account_id", "task_id")
    actions = ("redeliver",)
    inlines = (AttemptInline,)
    fieldsets = (
        (None, {"fields": ("id", "event", "state", "problem", "account_link", "task_link", "channel", "url")}),
        ("When", {"fields": ("attempts", "created_at", "first_tried_at", "next_at", "leased_until", "ended_at")}),
        ("What", {"fields": ("lane", "payload")}),
    )
    readonly_fields = ("account_link", "task_link")
    account_link = linked("account")
    task_link = linked("task")

    @admin.action(description="Send selected deliveries again", permissions=["act"])
    def redeliver(self, request: HttpRequest, queryset: Any) -> None:
        """Send the deliveries once more, now; addresses that were disabled are enabled by this."""
        count = 0
        for delivery in queryset:
            try:
                self.keep(request, delivery, "redeliver", partial(delivering.redeliver, delivery_id=delivery.pk))
                count += 1
            except TollgateError as error:
                messages.error(request, error.message)
        messages.info(request, f"{count} deliveries go out again.")


@admin.register(DisabledReceiver)
class DisabledReceiverAdmin(ReadOnlyAdmin):
    """Addresses that said they are gone. Sending one of their deliveries again enables them."""

    list_display = ("url", "account_link", "since")
    list_select_related = ("account__user",)
    ordering = ("-pk",)
    search_fields = ("account__user__email",)
    search_ids = ("account_id",)
    fields = ("url", "account_link", "since")
    readonly_fields = fields
    account_link = linked("account")


@admin.register(WebhookSecret)
class WebhookSecretAdmin(ReadOnlyAdmin):
    """When secrets were made and how long they sign; the secrets themselves are for their owners."""

    list_display = ("account_link", "created_at", "expires_at")
    list_select_related = ("account__user",)
    ordering = ("-pk",)
    search_fields = ("account__user__email",)
    search_ids = ("account_id",)
    fields = list_display
    readonly_fields = fields
    account_link = linked("account")
