"""What the staff admin's pages have in common, and the pages of the rows that no domain owns.

It stands by itself so that every app's ``admin.py`` is a list of columns and actions. Invariants: rows that a service writes are read-only
here, a staff action calls that service and leaves an entry in the audit log; no page runs a query for each row; no column shows a secret.

The audit log is kept on the floor above (``accounts``), which hands in its :class:`Journal`. Django's own log of what staff do is not
written: one log, in which no names of users are.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.contrib.auth import get_permission_codename
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator

from common import clock
from common.contracts.registry import DIALECTS
from common.errors import TollgateError
from common.models import Job, OutgoingMail, RateLimit

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:  # Django's own classes take no type parameters when they run.
    ModelAdmin, ModelForm, TabularInline = admin.ModelAdmin, forms.ModelForm, admin.TabularInline

admin.site.site_title = admin.site.site_header = "Tollgate"
admin.site.index_title = "Staff"
TEXT_CHARACTERS_MAX = 4_000


def _nothing_more() -> None:
    """Change nothing: what is to be recorded has been done."""


class Journal(Protocol):
    """Makes a change and writes down what staff did, in one transaction; returns what ``change`` returned."""

    def __call__(self, *, request: HttpRequest, row: Model, verb: str, details: Mapping[str, Any], change: Callable[[], Any]) -> Any:
        """Do both or neither."""


class StaffAdmin(ModelAdmin):
    """A page of the admin. ``search_ids`` are looked up by index when the search is an id, so that no text search runs over all rows.

    ``logged`` are fields of a row that the audit log keeps when the row is added or changed; none that says who somebody is.
    """

    list_per_page = 50
    show_full_result_count = False
    search_ids: tuple[str, ...] = ("pk",)
    logged: tuple[str, ...] = ()
    journal: ClassVar[Journal]

    def keep(
        self,
        request: HttpRequest,
        row: Model,
        verb: str,
        change: Callable[[], Any] = _nothing_more,
        details: Mapping[str, Any] | None = None,
    ) -> Any:
        """Make a change to a row and record it, both or neither, and return what ``change`` returned.

        One that returns False or 0 has changed nothing and is not recorded. Without ``change``, what has been done is recorded.
        """
        return type(self).journal(request=request, row=row, verb=verb, details=details or {}, change=change)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Record that a row was added."""
        self.keep(request, obj, "add", details=self.logged_facts(obj))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Record that a row was changed: the names of the fields, or the words of an action."""
        if isinstance(message, str):
            self.keep(request, obj, "change", details={"words": message})
            return
        fields = [name for part in message for name in part.get("changed", {}).get("fields", ())]
        self.keep(request, obj, "change", details={"fields": fields, **self.logged_facts(obj)})

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Any]) -> Any:
        """Record that rows were deleted."""
        for row in queryset:
            self.keep(request, row, "delete")

    def logged_facts(self, row: Any) -> dict[str, str]:
        """Return the values of ``logged``."""
        return {name: str(getattr(row, name)) for name in self.logged}

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Show what staff did to this row: the audit log has it."""
        return redirect(f"{reverse('admin:accounts_auditentry_changelist')}?{urlencode({'q': unquote(object_id)})}")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:
        """Return the rows with this id, or those whose ``search_fields`` hold the text."""
        try:
            wanted = UUID(search_term.strip())
        except ValueError:
            wanted = None
        if wanted is None or not self.search_ids:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(Q(*((name, wanted) for name in self.search_ids), _connector=Q.OR)), False

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Show or save the form; what a service refuses is said on the page, and nothing is saved."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except TollgateError as error:
            return self.refuse(request, error)

    def refuse(self, request: HttpRequest, error: TollgateError) -> HttpResponseBase:
        """Say why a service refused, and show the page again."""
        problems = " ".join(text for texts in error.details.values() for text in texts)
        messages.error(request, f"{error.message} {problems}".strip())
        return redirect(request.get_full_path())

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Return whether actions are offered: to staff with the right to change such rows, read-only though the form is."""
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('change', self.opts)}")


class ReadOnlyAdmin(StaffAdmin):
    """A page to look at: no form adds, changes or deletes. What may be done is an action."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Services make these rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Services change these rows."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing here may go by hand."""
        return False


class ReadOnlyInline(TabularInline):
    """Rows of another model on a page, to look at."""

    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Services change these rows."""
        return False


class MadeFilter(admin.SimpleListFilter):
    """Rows made lately, by the time in their ids: the primary key's index answers, whatever the size of the table."""

    title = "made"
    parameter_name = "made"
    PERIODS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """Return the periods."""
        return [(name, f"In the last {name}") for name in self.PERIODS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the period."""
        period = self.PERIODS.get(self.value() or "")
        if period is None:
            return queryset
        milliseconds = int((clock.now() - period).timestamp() * 1000)
        return queryset.filter(pk__gte=UUID(int=milliseconds << 80))


class NamedFilter(admin.SimpleListFilter, ABC):
    """A filter over names that the code knows, so that no query has to collect them."""

    field = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the names."""
        return [(name, name) for name in self.names()]

    @abstractmethod
    def names(self) -> list[str]:
        """Return the names to choose from."""

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the rows with the chosen name."""
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset


class ContractFilter(NamedFilter):
    """Rows of calls that came through a contract."""

    title, parameter_name, field = "contract", "contract", "contract"

    def names(self) -> list[str]:
        """Return all contracts."""
        return [dialect.name for dialect in DIALECTS]


def link_to(row: Model | None) -> str:
    """Return a link to a row's own page, its name where it has none, or a dash for no row."""
    if row is None:
        return "-"
    if type(row) not in admin.site._registry:  # noqa: SLF001 - Django has no public question for what is registered
        return str(row)
    return format_html('<a href="{}">{}</a>', url_of(type(row), "change", quote(row.pk)), row)


def url_of(model: type[Model], page: str, *arguments: object) -> str:
    """Return the path of a model's page: ``changelist``, ``add``, or ``change`` with a key."""
    meta = model._meta  # noqa: SLF001 - Django's documented way to a model's names
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=arguments)


def linked(name: str) -> Callable[[Any, Any], str]:
    """Return a column that links to the row in the field ``name``; name the field in ``list_select_related`` too."""

    @admin.display(description=name.replace("_", " "), ordering=name)
    def column(_admin: Any, row: Any) -> str:
        return link_to(getattr(row, name))

    return column


def links_to_related(row: Model) -> str:
    """Return links to the lists of all rows that point at this one, whichever app they are of: no floor has to know the ones above."""
    found = sorted((title.lower(), title, url) for title, url in _related_lists(row))
    return format_html_join(" · ", '<a href="{}">{}</a>', ((url, title) for _, title, url in found))


def shortened(text: str) -> str:
    """Return a text for a read-only field: its line breaks kept, its end cut off where it is too long to read anyway."""
    return format_html('<pre class="readonly">{}</pre>', Truncator(text).chars(TEXT_CHARACTERS_MAX))


def _related_lists(row: Model) -> Iterator[tuple[str, str]]:
    for relation in row._meta.related_objects:  # noqa: SLF001 - Django's documented way to a model's fields
        model, field = relation.related_model, relation.field
        if model in admin.site._registry:  # noqa: SLF001 - as above
            name = str(model._meta.verbose_name_plural).capitalize()  # noqa: SLF001 - as above
            query = urlencode({f"{field.name}__{field.target_field.name}__exact": row.pk})
            yield name, f"{url_of(model, 'changelist')}?{query}"


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Jobs that no worker has finished yet. A healthy list is short."""

    list_display = ("name", "key", "queue", "run_at", "claimed_until", "deliveries")
    fields = list_display
    ordering = ("run_at", "id")
    search_fields = ("=name", "=key")
    # A job's key is an id in its usual form, with hyphens; this is how it is kept.
    search_ids = ("key",)


@admin.register(RateLimit)
class RateLimitAdmin(ReadOnlyAdmin):
    """How far the limits of addresses and mail addresses are used: free again at ``empty_at``."""

    list_display = ("key", "empty_at")
    fields = list_display
    ordering = ("-empty_at",)
    date_hierarchy = "empty_at"
    search_fields = ("key__startswith",)
    search_ids = ()


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin):
    """Letters that were sent, wait, or were given up. What they say is nobody's business: it may open an account."""

    list_display = ("created_at", "to", "subject", "attempts", "next_at", "sent_at", "failed_at", "problem")
    fields = list_display
    list_filter = (MadeFilter,)
    ordering = ("-pk",)
    search_fields = ("to",)
