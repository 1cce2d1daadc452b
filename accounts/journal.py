"""How the admin writes the audit log, and the pages on which it is read; orders to erase somebody are looked at here too.

It stands by itself because it is what the admin of every floor writes to: ``common.admin`` knows only that there is such a thing.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from accounts import selectors
from accounts.identity import Staff
from accounts.models import AuditEntry, Erasure, User
from accounts.services import audit, erasing
from common.admin import MadeFilter, ReadOnlyAdmin, StaffAdmin, linked, shortened, url_of
from common.contracts.address import client_address


def staff_of(request: HttpRequest) -> Staff:
    """Return which member of staff is at work, and where from."""
    user: Any = request.user
    return Staff(user_id=user.pk, address=client_address(request), is_superuser=user.is_superuser)


def keep_journal(*, request: HttpRequest, row: Model, verb: str, details: Mapping[str, Any], change: Callable[[], Any]) -> Any:
    """Make a change of the admin's and record it in the audit log, both or neither."""
    action = f"{row._meta.model_name}.{verb}"  # noqa: SLF001 - Django's documented way to a model's names
    return audit.keep(staff=staff_of(request), action=action, on=row, details=details, change=change)


StaffAdmin.journal = staticmethod(keep_journal)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """What staff did, here and through the API, to look at."""

    list_display = ("at", "actor", "action", "object_type", "what", "address")
    list_filter = (MadeFilter,)
    ordering = ("-pk",)
    search_fields = ("=object_id", "=action", "=object_type")
    search_ids = ("pk", "actor_id", "object_id")
    fields = ("id", "at", "actor", "action", "object_type", "what", "facts", "address")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the entries with the address of whoever did it; a member of staff who was erased has none."""
        return selectors.list_audit()

    @admin.display(description="who")
    def actor(self, entry: Any) -> str:
        """Return a link to the member of staff."""
        if entry.actor_id is None:
            return "-"
        if entry.actor_email is None:
            return str(entry.actor_id)
        return format_html('<a href="{}">{}</a>', url_of(User, "change", entry.actor_id), entry.actor_email)

    @admin.display(description="object")
    def what(self, entry: AuditEntry) -> str:
        """Return a link to the row, where there is one."""
        words = entry.object_label or entry.object_id or "-"
        known = {model._meta.label_lower: model for model in admin.site._registry}  # noqa: SLF001 - Django has no public question for either
        model = known.get(entry.object_type)
        return (
            words
            if model is None or not entry.object_id
            else format_html('<a href="{}">{}</a>', url_of(model, "change", entry.object_id), words)
        )

    @admin.display(description="details")
    def facts(self, entry: AuditEntry) -> str:
        """Return what else is known about it."""
        return shortened(json.dumps(entry.details, indent=2, ensure_ascii=False))


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """Users who were deleted, and how far the erasure of what they left is. A healthy one is finished within minutes."""

    list_display = ("asked_at", "account_link", "attempts", "next_at", "finished_at", "problem")
    list_select_related = ("account__user",)
    list_filter = (("finished_at", admin.EmptyFieldListFilter),)
    ordering = ("-asked_at",)
    search_ids = ("account_id", "user_id")
    fields = ("account_link", "user_id", "asked_at", "attempts", "next_at", "finished_at", "problem")
    readonly_fields = fields
    actions = ("run_again",)
    account_link = linked("account")

    @admin.action(description="Try selected erasures again now", permissions=["act"])
    def run_again(self, request: HttpRequest, queryset: QuerySet[Erasure]) -> None:
        """Make the next attempt now."""
        waiting = list(queryset.filter(finished_at=None))
        for order in waiting:
            self.keep(request, order, "run_again", partial(erasing.run_again, account_id=order.pk))
        messages.info(request, f"{len(waiting)} erasures are tried again.")
