"""Services and methods, as staff write them. A token is shown once, when it is made; a publisher key is never shown again."""

import re
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest

from aitasks import registry
from aitasks.calls import parse_call
from common import errors
from common.admin import ModelForm, ReadOnlyInline, StaffAdmin, linked
from common.fetch import UrlRefused, parse
from marketplace.models import Method, PayloadField, Service
from marketplace.services import hosting, payloads
from marketplace.states import FieldType, Place, Role, StoragePlace

TOKEN = re.compile(r"[\x21-\x7e]*")
SAMPLES = {
    FieldType.TEXT: "text",
    FieldType.WHOLE: 1,
    FieldType.NUMBER: 1,
    FieldType.BOOLEAN: True,
    FieldType.LINK: "https://example.com/a",
}


class ServiceForm(ModelForm):
    """A service; secrets go in and never come out."""

    new_token = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="The token that the marketplace will send, if it gave you one. Empty: one is made for a new service, and shown once.",
    )
    publisher_key = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Opens the marketplace's storage (x-publisher-key). Empty: as it is.",
    )

    def clean_new_token(self) -> str:
        """Refuse a token that could be guessed, or could not be sent in a header."""
        token = str(self.cleaned_data["new_token"])
        if token and (len(token) < hosting.TOKEN_CHARACTERS_MIN or not TOKEN.fullmatch(token)):
            message = f"Must be at least {hosting.TOKEN_CHARACTERS_MIN} printable ASCII characters, without spaces."
            raise forms.ValidationError(message)
        return token

    def clean_callback_url(self) -> str:
        """Refuse what is no address."""
        return _checked_url(str(self.cleaned_data["callback_url"]))

    def clean_storage_url(self) -> str:
        """Refuse what is no address."""
        return _checked_url(str(self.cleaned_data["storage_url"])).rstrip("/")

    def clean(self) -> dict[str, Any]:
        """Refuse the marketplace's storage without its address and key, and a second default service."""
        super().clean()
        if self.cleaned_data.get("storage") == StoragePlace.MARKETPLACE:
            if not self.cleaned_data.get("storage_url"):
                self.add_error("storage_url", "The marketplace's storage needs its address.")
            if not (self.cleaned_data.get("publisher_key") or self.instance.publisher_key_sealed):
                self.add_error("publisher_key", "The marketplace's storage needs the key that opens it.")
        others = Service.objects.filter(is_default=True).exclude(pk=self.instance.pk)
        if self.cleaned_data.get("is_default") and (other := others.first()):
            self.add_error("is_default", f"{other.name} is the default service. Take that from it first.")
        return self.cleaned_data


class MethodInline(ReadOnlyInline):
    """The service's methods, each with a link to its own page, where its fields are."""

    model = Method
    fields = ("name", "feature", "target", "data_type", "extra_type", "is_on")
    readonly_fields = fields
    show_change_link = True


@admin.register(Service)
class ServiceAdmin(StaffAdmin):
    """Services that marketplaces call."""

    list_display = ("name", "code", "slug", "api_version", "is_default", "is_on", "callback_url", "storage")
    list_filter = ("is_on",)
    ordering = ("name",)
    search_fields = ("name", "slug", "code")
    search_ids = ()
    form = ServiceForm
    inlines = (MethodInline,)
    actions = ("make_token",)
    fieldsets = (
        (None, {"fields": ("name", "slug", "code", "api_version", "is_default", "is_on")}),
        ("Calls", {"fields": ("new_token", "callback_url", "user_credits")}),
        ("Results", {"fields": ("storage", "storage_url", "publisher_key")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Lock the slug of a service: addresses and accounts carry it."""
        return () if obj is None else ("slug",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Services are switched off; their calls and accounts stay."""
        return False

    def save_model(self, request: HttpRequest, obj: Service, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Save through the service, and show a token that was made, once."""
        token, key = form.cleaned_data["new_token"], form.cleaned_data["publisher_key"]
        if change:
            hosting.save_service(service=obj, publisher_key=key)
            if token:
                hosting.set_token(service=obj, token=token)
            return
        facts = {name: form.cleaned_data[name] for name in form.cleaned_data if name not in {"new_token", "publisher_key"}}
        row, made = hosting.create_service(facts=facts, token=token, publisher_key=key)
        obj.__dict__.update(row.__dict__)
        if not token:
            _show_once(request, row, made)

    @admin.action(description="Make a new token; the one before stops working at once", permissions=["act"])
    def make_token(self, request: HttpRequest, queryset: Any) -> None:
        """Make a new token for each service, and show it once."""
        for service in queryset:
            _show_once(request, service, hosting.set_token(service=service))
            self.log_change(request, service, "New token.")


class MethodForm(ModelForm):
    """A method: what it does has to be something that the features can."""

    feature = forms.ChoiceField()
    roles = forms.MultipleChoiceField(
        required=False,
        choices=[(role.value, role.value) for role in Role],
        widget=forms.CheckboxSelectMultiple,
        help_text="Who may use it. None chosen: every role.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("feature")
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (feature.name, f"{feature.name} → {', '.join(feature.prices)}: {feature.summary}")
                for feature in registry.all_features().values()
            ]

    def clean_fixed(self) -> dict[str, Any]:
        """Refuse what is no object."""
        fixed = self.cleaned_data["fixed"] or {}
        if not isinstance(fixed, dict):
            message = 'Must be an object, such as {"prompts": {"negative": "drums"}}.'
            raise forms.ValidationError(message)
        return fixed

    def clean_users(self) -> list[str]:
        """Refuse what is no list of texts."""
        users = self.cleaned_data["users"] or []
        if not isinstance(users, list) or not all(isinstance(user, str) for user in users):
            message = 'Must be a list of ids, such as ["user-1", "user-2"].'
            raise forms.ValidationError(message)
        return users

    def clean(self) -> dict[str, Any]:
        """Refuse a target that the feature does not make."""
        super().clean()
        feature = registry.all_features().get(self.cleaned_data.get("feature", ""))
        target = self.cleaned_data.get("target")
        if feature is not None and target and target not in feature.prices:
            self.add_error("target", f"{feature.name} makes {', '.join(feature.prices)}.")
        return self.cleaned_data


class FieldForm(ModelForm):
    """A field of a payload."""

    def clean_choices(self) -> list[Any]:
        """Refuse what is no list."""
        choices = self.cleaned_data["choices"] or []
        if not isinstance(choices, list):
            message = 'Must be a list, such as ["low", "high"].'
            raise forms.ValidationError(message)
        return choices

    def clean(self) -> dict[str, Any]:
        """Refuse a parameter without a name, a name where there is no parameter, and a link in a place that takes none."""
        super().clean()
        place, parameter = self.cleaned_data.get("place"), self.cleaned_data.get("parameter")
        if (place == Place.PARAMETER) != bool(parameter):
            self.add_error("parameter", "Name the parameter where the place is one, and only there.")
        if (place == Place.SOURCE_LINK) != (self.cleaned_data.get("type") == FieldType.LINK):
            self.add_error("type", "A link goes to the place source_link, and nothing else does.")
        return self.cleaned_data


class FieldFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # Django's class takes no parameters when it runs
    """The fields together with the method: a payload that keeps the rules has to become a call that the feature takes."""

    def clean(self) -> None:
        """Try a payload made of samples, and say what the feature has against it."""
        super().clean()
        if any(self.errors) or self.instance.feature not in registry.all_features():
            return
        fields = [form.instance for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        payload = {field.name: _sample(field) for field in fields}
        try:
            body = payloads.build_body(method=self.instance, fields=fields, payload=payload)
            parse_call(registry.get_feature(self.instance.feature), body, type_of=lambda _: "")
        except errors.TollgateError as error:
            problems = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.details.items())
            message = f"A payload of these fields would be refused: {error.message} {problems}".strip()
            raise forms.ValidationError(message) from None


class FieldInline(admin.StackedInline):  # type: ignore[type-arg]  # Django's class takes no parameters when it runs
    """The fields of a method's payload."""

    model = PayloadField
    form = FieldForm
    formset = FieldFormSet
    extra = 1
    formfield_overrides = {models.JSONField: {"widget": forms.Textarea(attrs={"rows": 2})}}
    fieldsets = (
        (None, {"fields": (("name", "type", "is_required"), ("place", "parameter"), ("minimum", "maximum", "is_allowance"), "choices")}),
    )


@admin.register(Method)
class MethodAdmin(StaffAdmin):
    """What services can be asked to do."""

    list_display = ("name", "service_link", "feature", "target", "data_type", "extra_type", "is_on")
    list_select_related = ("service",)
    list_filter = ("service", "is_on")
    ordering = ("service__name", "name")
    search_fields = ("name", "service__name")
    search_ids = ()
    form = MethodForm
    inlines = (FieldInline,)
    formfield_overrides = {models.JSONField: {"widget": forms.Textarea(attrs={"rows": 3})}}
    fieldsets = (
        (None, {"fields": ("service", "name", "is_on")}),
        ("What it does", {"fields": ("feature", "target", "fixed", "data_type", "extra_type")}),
        ("Who may use it", {"fields": ("roles", "users")}),
    )
    service_link = linked("service")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Lock the service of a method: what was called of it belongs to that one."""
        return () if obj is None else ("service",)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Save the fields, and have the method read again by whoever serves it."""
        super().save_related(request, form, formsets, change)
        hosting.announce_change(service=form.instance.service)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Methods are switched off; their calls stay."""
        return False


def _sample(field: PayloadField) -> Any:
    """Return a value that keeps a field's rules."""
    if field.choices:
        return field.choices[0]
    sample = SAMPLES[FieldType(field.type)]
    if isinstance(sample, str) and field.type == FieldType.TEXT:
        return "x" * max(int(field.minimum or 1), 1)
    return sample if field.minimum is None or isinstance(sample, str) else field.minimum


def _checked_url(url: str) -> str:
    if url:
        try:
            parse(url)
        except UrlRefused as error:
            raise forms.ValidationError(error.message) from None
    return url


def _show_once(request: HttpRequest, service: Service, token: str) -> None:
    messages.warning(request, f"The token of {service.name} is {token} and is shown only now. Give it to the marketplace.")
