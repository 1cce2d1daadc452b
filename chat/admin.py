"""Staff's view of chat: which conversations there are, whose, what they cost, and what is still to be deleted. What is said is not here."""

from typing import Any

from django.contrib import admin
from django.db.models.functions import Length
from django.http import HttpRequest

from chat.models import ChatMessage, ChatSession
from common.admin import ReadOnlyAdmin, ReadOnlyInline, linked


class MessageInline(ReadOnlyInline):
    """The messages: how long, not what."""

    model = ChatMessage
    fields = ("role", "status", "characters", "credits", "error_kind", "created_at", "settled_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the messages without their text."""
        return super().get_queryset(request).annotate(length=Length("content")).defer("content").order_by("pk")

    @admin.display(description="characters")
    def characters(self, message: Any) -> int:
        """Return the length."""
        return int(message.length)


@admin.register(ChatSession)
class ChatSessionAdmin(ReadOnlyAdmin):
    """Conversations."""

    list_display = ("thread_id", "provider", "account_link", "created_at", "updated_at", "closed_at", "forgotten_at", "forget_attempts")
    list_select_related = ("account__user",)
    list_filter = ("provider", ("closed_at", admin.EmptyFieldListFilter), ("forgotten_at", admin.EmptyFieldListFilter))
    ordering = ("-pk",)
    search_fields = ("account__user__email", "=thread_id")
    search_ids = ("account_id",)
    inlines = (MessageInline,)
    fieldsets = (
        (None, {"fields": ("thread_id", "provider", "account_link", "created_at", "updated_at")}),
        ("Deletion", {"fields": ("closed_at", "forgotten_at", "forget_attempts", "forget_problem")}),
    )
    readonly_fields = ("account_link",)
    account_link = linked("account")
