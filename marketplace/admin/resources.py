"""Staff's view of the other side (M-9): publishers, whose keys are shown once, and what they keep here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from common import errors
from common.admin import MadeFilter, ModelForm, ReadOnlyAdmin, StaffAdmin, linked, links_to_related
from marketplace.models import Publisher, Resource
from marketplace.services import resources

PLACES = [("", "Where the platform keeps its files"), ("local", "Local disk"), ("s3", "The platform's S3 bucket")]
LINK_SECONDS = 300
FIELDS = ("name", "storage", "is_on")


class PublisherForm(ModelForm):
    """A publisher as staff write it."""

    storage = forms.ChoiceField(
        choices=PLACES, required=False, help_text="For objects from now on; those that are there stay where they are."
    )


@admin.register(Publisher)
class PublisherAdmin(StaffAdmin):
    """Whose services keep their objects here."""

    list_display = ("name", "is_on", "storage", "created_at")
    search_fields = ("name",)
    ordering = ("name",)
    form = PublisherForm
    actions = ("change_keys",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is asked, and for a publisher that exists what it has."""
        return FIELDS if obj is None else (*FIELDS, "created_at", "related")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Lock what is written once."""
        return () if obj is None else ("created_at", "related")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a publisher is switched off, since objects are its own."""
        return False

    def save_model(self, request: HttpRequest, obj: Publisher, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Save the publisher through the service; the key of a new one is shown on the next page and never again."""
        facts = {name: form.cleaned_data[name] for name in FIELDS}
        if change:
            resources.save_publisher(publisher=obj, **facts)
            return
        row, key = resources.create_publisher(**facts)
        obj.__dict__.update(row.__dict__)
        show_key(request, row, key)

    @admin.action(description="Give selected publishers a new key; the old one is void at once", permissions=["act"])
    def change_keys(self, request: HttpRequest, queryset: QuerySet[Publisher]) -> None:
        """Change the keys, and show the new ones once."""
        for row in queryset:
            show_key(request, row, resources.change_key(publisher=row))
            self.log_change(request, row, "Changed the key.")

    @admin.display(description="has")
    def related(self, row: Publisher) -> str:
        """Return links to the publisher's objects."""
        return links_to_related(row)


@admin.register(Resource)
class ResourceAdmin(ReadOnlyAdmin):
    """What publishers keep here."""

    list_display = ("name", "publisher_link", "content_type", "storage", "created_at", "found_at")
    list_select_related = ("publisher",)
    list_filter = (MadeFilter, "publisher")
    ordering = ("-pk",)
    search_ids = ("pk", "publisher_id")
    search_fields = ("=key",)
    fields = ("id", "publisher_link", "name", "content_type", "storage", "key", "created_at", "found_at", "download")
    readonly_fields = fields
    actions = ("delete_objects",)
    publisher_link = linked("publisher")

    @admin.display(description="file")
    def download(self, row: Resource) -> str:
        """Return a link that serves the object for a few minutes."""
        try:
            url = resources.make_link_of(row=row, expires_seconds=LINK_SECONDS)
        except errors.TollgateError as error:
            return error.message
        return format_html('<a href="{}">{}</a>', url, row.name)

    @admin.action(description="Remove selected objects, bytes and all", permissions=["act"])
    def delete_objects(self, request: HttpRequest, queryset: QuerySet[Resource]) -> None:
        """Delete the objects through the service."""
        for row in queryset.select_related("publisher"):
            try:
                resources.delete_resource(publisher=row.publisher, key=row.key)
            except errors.TollgateError as error:
                messages.error(request, f"{row.name}: {error.message}")
            else:
                self.log_change(request, row.publisher, f"Removed the object {row.key}.")


def show_key(request: HttpRequest, row: Publisher, key: str) -> None:
    """Show a key on the next page."""
    messages.success(request, format_html("The key of {} is <code>{}</code>. It is shown this once.", row.name, key))
