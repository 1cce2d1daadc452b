"""Staff's view of prices. It stands on this floor because a price belongs to a feature."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.http import HttpRequest

from accounts.journal import staff_of
from aitasks import registry
from aitasks.services import administering
from billing.models import Price
from common import clock
from common.admin import ModelForm, ReadOnlyAdmin, StaffAdmin


class PriceForm(ModelForm):
    """A new price for something that a feature makes."""

    what = forms.ChoiceField(help_text="A feature and what it makes.")
    credits = forms.IntegerField(min_value=0, max_value=10**12)
    per = forms.IntegerField(min_value=1, max_value=10**12, initial=1, help_text="Units, each so many or part of them cost these credits.")
    valid_from = forms.SplitDateTimeField(
        required=False, widget=AdminSplitDateTime, help_text="Empty: now. Calls made before keep the price of their time."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what = self.fields.get("what")
        if isinstance(what, forms.ChoiceField):
            what.choices = [
                (f"{feature.name}/{target}", f"{feature.name} → {target} (by the {price.unit}; {price.credits} for {price.per} if not set)")
                for feature in registry.all_features().values()
                for target, price in feature.prices.items()
            ]

    def clean_valid_from(self) -> Any:
        """Refuse the past: what was charged then stays charged."""
        valid_from = self.cleaned_data["valid_from"]
        if valid_from is not None and valid_from < clock.now():
            message = "Must be in the future, or empty for now."
            raise forms.ValidationError(message)
        return valid_from

    def clean(self) -> dict[str, Any]:
        """Refuse two prices from the same moment on."""
        feature, _, target = self.cleaned_data.get("what", "").partition("/")
        valid_from = self.cleaned_data.get("valid_from")
        if valid_from and Price.objects.filter(feature=feature, target=target, valid_from=valid_from).exists():
            message = "There is a price from this moment on already. Choose another moment."
            raise forms.ValidationError(message)
        return self.cleaned_data


@admin.register(Price)
class PriceAdmin(ReadOnlyAdmin):
    """Prices by version: a new price is a new row, and no row is ever changed."""

    list_display = ("feature", "target", "credits", "per", "valid_from", "created_by")
    list_select_related = ("created_by",)
    list_filter = ("feature",)
    ordering = ("feature", "target", "-valid_from")
    search_ids = ("created_by_id",)
    form = PriceForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is asked for a new price, or what is shown of one."""
        asked, shown = ("what", "credits", "per", "valid_from"), ("feature", "target", "credits", "per", "valid_from", "created_by")
        return ((None, {"fields": asked if obj is None else shown}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Lock a price: it is written once."""
        return () if obj is None else ("created_by",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Staff with the right to add prices may set one."""
        return StaffAdmin.has_add_permission(self, request)

    def save_model(self, request: HttpRequest, obj: Price, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Set the price through the service, which records it."""
        feature, _, target = form.cleaned_data["what"].partition("/")
        row = administering.set_price(
            staff=staff_of(request),
            feature=feature,
            target=target,
            credits=form.cleaned_data["credits"],
            per=form.cleaned_data["per"],
            valid_from=form.cleaned_data["valid_from"],
        )
        obj.__dict__.update(row.__dict__)

    def log_addition(self, request: HttpRequest, obj: Price, message: Any) -> Any:
        """Leave the record to the service."""
