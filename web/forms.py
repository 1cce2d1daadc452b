"""The pages' forms. They check the shape; what a value means is the services' business, whose refusals :func:`refuse` puts into words."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.fields import InvalidJSONInput

from common.contracts.parsing import parse_json
from common.contracts.wire import INT64_MAX
from common.errors import Malformed, TollgateError

FIELDS = {"firstName": "first_name", "lastName": "last_name", "creditLimit": "credit_limit", "newPassword": "new_password"}
"""Our forms' names for fields that services name as on the wire."""


def _email() -> dict[str, Any]:
    return {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "inputmode": "email"}


def _password(autocomplete: str) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": autocomplete})


def _new_password(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        min_length=8,
        max_length=256,
        strip=False,
        help_text="At least 8 characters. A few words in a row are easy to remember and hard to guess.",
        widget=_password("new-password"),
    )


class SignInForm(forms.Form):
    """An address and a password."""

    email = forms.CharField(label="E-mail", max_length=254, widget=forms.EmailInput(attrs=_email()))
    password = forms.CharField(label="Password", max_length=256, strip=False, widget=_password("current-password"))


class NamesForm(forms.Form):
    """A person's names."""

    first_name = forms.CharField(label="First name", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"}))
    last_name = forms.CharField(label="Last name", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))


class SignUpForm(NamesForm):
    """What an account begins with."""

    email = forms.EmailField(label="E-mail", max_length=254, widget=forms.EmailInput(attrs=_email()))
    password = _new_password("Password")


class ForgottenForm(forms.Form):
    """Where to send a link."""

    email = forms.EmailField(label="E-mail", max_length=254, widget=forms.EmailInput(attrs=_email()))


class ResetForm(forms.Form):
    """A new password for who came by a link."""

    new_password = _new_password("New password")


class PasswordForm(forms.Form):
    """The password as it is and as it shall be."""

    current_password = forms.CharField(label="Current password", max_length=256, strip=False, widget=_password("current-password"))
    new_password = _new_password("New password")


class KeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(label="Name", max_length=100, help_text="What the key is for, such as “photo import”.")
    credit_limit = forms.IntegerField(
        label="Credit limit",
        required=False,
        min_value=1,
        max_value=INT64_MAX,
        help_text="The most credits that this key may spend. Empty: no limit of its own.",
    )
    app_id = forms.ChoiceField(
        label="App", required=False, help_text="Calls with the key count as calls through this app.", choices=[("", "No app")]
    )

    def __init__(self, data: Any = None, *, apps: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(data)
        field = self.fields["app_id"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "No app"), *apps]


class ReadableJSON(forms.JSONField):
    """JSON over several lines, as strict as the APIs' own."""

    def to_python(self, value: Any) -> Any:
        """Return what was typed as Python values."""
        try:
            return None if value in self.empty_values else parse_json(value.encode())
        except Malformed as error:
            raise forms.ValidationError(error.message) from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Return what was typed, as it was typed."""
        return InvalidJSONInput(data or "")

    def prepare_value(self, value: Any) -> Any:
        """Return what the field shows: what was typed as it was typed."""
        return value if isinstance(value, InvalidJSONInput) else json.dumps(value, indent=2, ensure_ascii=False)


class SettingsForm(forms.Form):
    """The account's settings as text."""

    settings = ReadableJSON(
        label="Settings",
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "autocapitalize": "none", "class": "mono"}),
        help_text="A JSON object of at most 64 KiB.",
    )

    def clean_settings(self) -> dict[str, Any]:
        """Return the object; anything else that is JSON is refused."""
        value = self.cleaned_data["settings"]
        if not isinstance(value, dict):
            raise forms.ValidationError("Must be a JSON object: { … }.")
        return value


def refuse(form: forms.Form, error: TollgateError) -> None:
    """Show a service's refusal in the form: at the fields that it names, else above them."""
    for name, messages in error.details.items():
        field = FIELDS.get(name, name)
        form.add_error(field if field in form.fields else None, list(messages))
    if not error.details:
        form.add_error(None, error.message)
