"""Staff's view of stored files. Tasks themselves are on the floor above (``aitasks.admin``), which knows how to end one."""

from django.contrib import admin

from common.admin import MadeFilter, ReadOnlyAdmin, linked
from tasks.models import StoredFile


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    """What callers sent and tasks made."""

    list_display = ("name", "content_type", "size_bytes", "account_link", "task_link", "created_at")
    list_select_related = ("account__user", "task")
    list_filter = (MadeFilter,)
    ordering = ("-pk",)
    search_fields = ("account__user__email",)
    search_ids = ("pk", "account_id", "task_id")
    fields = ("id", "name", "content_type", "size_bytes", "account_link", "task_link", "storage_key", "created_at")
    readonly_fields = fields
    account_link = linked("account")
    task_link = linked("task")
