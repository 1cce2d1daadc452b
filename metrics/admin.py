"""Staff's view of usage: one line for every ended call, and who calls what is deprecated.

Records hold ids only, so the person is looked up with the list, not per row.
"""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html

from accounts.models import Account, User
from common.admin import ContractFilter, MadeFilter, NamedFilter, ReadOnlyAdmin, url_of
from common.contracts.endpoints import list_deprecated
from metrics.models import DeprecatedCall, DeprecationNotice, UsageRecord


class OutcomeFilter(NamedFilter):
    """Calls that ended in one way."""

    title, parameter_name, field = "outcome", "outcome", "outcome"

    def names(self) -> list[str]:
        """Return the ways to end, as ``tasks.states`` calls them on the floor above."""
        return ["succeeded", "failed", "cancelled"]


class AccountRecordAdmin(ReadOnlyAdmin):
    """A record that belongs to an account: its page shows whose it is."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the records with the address of the person they belong to."""
        emails = User.objects.filter(account__id=OuterRef("account_id")).values("email")[:1]
        records: QuerySet[Any] = super().get_queryset(request)
        annotated: QuerySet[Any] = records.annotate(email=Subquery(emails))
        return annotated

    @admin.display
    def account(self, record: Any) -> str:
        """Return a link to the account."""
        return format_html('<a href="{}">{}</a>', url_of(Account, "change", record.account_id), record.email or record.account_id)


@admin.register(UsageRecord)
class UsageRecordAdmin(AccountRecordAdmin):
    """Calls that ended."""

    list_display = ("api", "outcome", "account", "contract", "provider", "model", "units", "credits", "latency_ms", "created_at")
    list_filter = (MadeFilter, OutcomeFilter, ContractFilter)
    ordering = ("-pk",)
    search_fields = ("=api", "=app_id")
    search_ids = ("pk", "account_id")
    fields = (
        "id", "account", "app_id", "api", "contract", "provider", "model", "units", "credits", "latency_ms", "wait_ms",
        "outcome", "created_at",
    )  # fmt: skip
    readonly_fields = fields


class EndpointFilter(NamedFilter):
    """Rows of one deprecated endpoint."""

    title, parameter_name, field = "endpoint", "endpoint", "endpoint"

    def names(self) -> list[str]:
        """Return what is deprecated now."""
        return [endpoint.name for endpoint in list_deprecated()]


@admin.register(DeprecatedCall)
class DeprecatedCallAdmin(AccountRecordAdmin):
    """Who still calls what is deprecated (G-7.2)."""

    list_display = ("endpoint", "account", "day")
    list_filter = (EndpointFilter,)
    ordering = ("-day", "-pk")
    search_fields = ("=endpoint",)
    search_ids = ("account_id",)
    fields = ("endpoint", "account", "day")
    readonly_fields = fields


@admin.register(DeprecationNotice)
class DeprecationNoticeAdmin(AccountRecordAdmin):
    """Who was told that an endpoint is deprecated (G-7.2)."""

    list_display = ("endpoint", "account", "sent_at")
    list_filter = (EndpointFilter,)
    ordering = ("-pk",)
    search_fields = ("=endpoint",)
    search_ids = ("account_id",)
    fields = ("endpoint", "account", "sent_at")
    readonly_fields = fields
