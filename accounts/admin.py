"""Staff's view of accounts: people are made and disabled here, sessions and keys looked at and revoked. No secret is shown, hashed or not.

Staff sign in by the same check as everybody, so that the limits on guessing hold here too.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from accounts import selectors
from accounts.above import answers
from accounts.emails import normalise
from accounts.errors import WrongCredentials
from accounts.journal import staff_of
from accounts.models import Account, ApiKey, App, EnabledApp, Session, User
from accounts.services import audit, erasing, keys, sessions, users
from common import clock
from common.admin import MadeFilter, ModelAdmin, ModelForm, ReadOnlyAdmin, StaffAdmin, linked, links_to_related, url_of
from common.contracts.address import client_address
from common.errors import TollgateError
from common.limits import RateExceeded

SESSIONS_SHOWN = 10


class StaffSignInForm(AdminAuthenticationForm):
    """Signing in to the admin, within the limits of ``LOGIN_RATE`` and ``LOGIN_FAILURE_RATE``."""

    def clean(self) -> dict[str, Any]:
        """Check the password as every other door does."""
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not email or not password or self.request is None:
            return self.cleaned_data
        try:
            self.user_cache = sessions.check_password(email=email, password=password, address=client_address(self.request))
        except WrongCredentials:
            raise self.get_invalid_login_error() from None
        except RateExceeded as error:
            raise ValidationError(error.message) from None
        self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data


admin.site.login_form = StaffSignInForm


class UserForm(ModelForm):
    """A user as staff change them."""

    def clean_email(self) -> str:
        """Return the address as it is compared."""
        return normalise(self.cleaned_data["email"])


class NewUserForm(UserForm):
    """A user as staff make them."""

    password = forms.CharField(
        min_length=8, max_length=256, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_password(self) -> str:
        """Refuse what the password's rules refuse."""
        names = ("email", "first_name", "last_name")
        password = str(self.cleaned_data["password"])
        validate_password(password, User(**{name: self.cleaned_data[name] for name in names if name in self.cleaned_data}))
        return password


class NewPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # Django's class takes no parameters when it runs
    """A password that staff set: who was signed in with the old one is not any more."""

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Set the password and end the user's sessions."""
        user = super().save(commit)
        sessions.end_others(user_id=user.pk, session_id=None)
        return user


class VerifiedFilter(admin.SimpleListFilter):
    """Users whose mail address is known to be theirs, or not."""

    title = "verified"
    parameter_name = "verified"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """Return both."""
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the users who are, or are not."""
        return queryset.filter(verified_at__isnull=self.value() == "no") if self.value() in {"yes", "no"} else queryset


@admin.register(User)
class UserAdmin(StaffAdmin, DjangoUserAdmin):  # type: ignore[type-arg]  # Django's class takes no parameters when it runs
    """People. A disabled user is refused at every door at once; a deleted one is erased, and only the ledger stays."""

    list_display = ("email", "first_name", "last_name", "is_verified", "is_active", "is_staff", "created_at", "last_login")
    list_filter = (VerifiedFilter, "is_active", "is_staff", MadeFilter)
    ordering = ("-pk",)
    search_fields = ("email", "first_name", "last_name")
    filter_horizontal = ()
    actions = ("disable", "enable", "end_sessions")
    form = UserForm
    add_form = NewUserForm
    change_password_form = NewPasswordForm
    readonly_fields = ("id", "verified_at", "created_at", "updated_at", "last_login", "password_page", "signed_in", "related")
    fieldsets = (
        (None, {"fields": ("id", "email", "verified_at", "first_name", "last_name", "password_page")}),
        ("May", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Known", {"fields": ("created_at", "updated_at", "last_login", "signed_in", "related")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "first_name", "last_name", "password", "is_staff")}),)

    @admin.display(description="password")
    def password_page(self, user: User) -> str:
        """Return a link to where a new password is set; the old one is nowhere."""
        return format_html('<a href="{}">Set a new password</a>', reverse("admin:auth_user_password_change", args=[user.pk]))

    @admin.display(description="verified", boolean=True)
    def is_verified(self, user: User) -> bool:
        """Return whether the mail address is known to be the user's."""
        return user.verified_at is not None

    @admin.display(description="signed in")
    def signed_in(self, user: User) -> str:
        """Return the user's sessions that are alive, newest first."""
        alive = selectors.list_sessions(user.pk)
        rows = [(url_of(Session, "change", row.pk), row.client or "A program", str(row)) for row in alive[:SESSIONS_SHOWN]]
        return format_html_join(" · ", '<a href="{}">{}, since {}</a>', rows) or "-"

    @admin.display(description="belongs to this user")
    def related(self, user: User) -> str:
        """Return links to the user's account, sessions and log."""
        return links_to_related(user)

    @admin.action(description="End all sessions of selected users", permissions=["change"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Sign these users out everywhere."""
        ended = 0
        for user in queryset:
            if self.has_change_permission(request, user):
                ended += self.keep(request, user, "end_sessions", partial(sessions.end_others, user_id=user.pk, session_id=None))
        messages.info(request, f"{ended} sessions ended.")

    @admin.action(description="Disable selected users", permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Refuse these users everywhere from now on, and end their sessions."""
        self._set_active(request, queryset, is_active=False)

    @admin.action(description="Enable selected users", permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let these users in again; they sign in anew."""
        self._set_active(request, queryset, is_active=True)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Make a user with an account through the service, or change one."""
        if not change:
            given = {name: form.cleaned_data[name] for name in ("email", "first_name", "last_name", "password")}
            obj.__dict__.update(users.create_user(**given, is_staff=form.cleaned_data.get("is_staff", False)).__dict__)
            return
        obj.updated_at, wanted = clock.now(), obj.is_active
        if "email" in form.changed_data:
            # It was the old address that had been verified.
            obj.verified_at = None
        if "is_active" in form.changed_data:
            users.set_active(user_id=obj.pk, is_active=wanted, staff=staff_of(request))
        super().save_model(request, obj, form, change)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only superusers say who is staff, and nobody locks themselves out."""
        rights = ("is_staff", "is_superuser", "groups")
        if obj is not None and obj.pk == request.user.pk:
            return (*self.readonly_fields, "is_active", *rights)
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *rights)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers are changed by superusers only."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not above and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers are deleted by superusers only, and nobody deletes themselves."""
        is_possible = obj is None or (obj.pk != request.user.pk and (request.user.is_superuser or not obj.is_superuser))
        return is_possible and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> Any:
        """Offer no deletion of many: each is confirmed on a page of its own."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Say what goes: not rows that point at the user, which is what Django would list, but everything."""
        words = "all that is known about them: sessions, keys, chats, tasks with their files, letters, the customer at Stripe"
        return [f"{user}, and {words}. The ledger and the usage records stay, without a name." for user in objs], {}, set(), []

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Ask, and delete; what the service refuses is said on the page."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except TollgateError as error:
            return self.refuse(request, error)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Delete the user and have everything erased."""
        erasing.delete_user(user_id=obj.pk, staff=staff_of(request))

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Any]) -> Any:
        """Leave the record to the service."""

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """Set a password and record that it was set, both or neither."""
        return audit.together(change=lambda: super(UserAdmin, self).user_change_password(request, id, form_url))

    def _set_active(self, request: HttpRequest, queryset: QuerySet[User], *, is_active: bool) -> None:
        changed = 0
        for user in queryset.exclude(is_active=is_active):
            try:
                users.set_active(user_id=user.pk, is_active=is_active, staff=staff_of(request))
                changed += 1
            except TollgateError as error:
                messages.warning(request, f"{user}: {error.message}")
        messages.info(request, f"{changed} users {'enabled' if is_active else 'disabled'}.")


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    """Who owns work and credits; from here to all of it."""

    list_display = ("__str__", "kind", "user_link", "service", "outside_id", "created_at")
    list_select_related = ("user",)
    list_filter = ("kind", MadeFilter)
    ordering = ("-pk",)
    search_fields = ("user__email", "=outside_id")
    search_ids = ("pk", "user_id")
    fields = ("id", "kind", "user_link", "service", "outside_id", "created_at", "related")
    readonly_fields = fields
    user_link = linked("user")

    @admin.display(description="belongs to this account")
    def related(self, account: Account) -> str:
        """Return links to its keys, credits, tasks and files."""
        return links_to_related(account)


class AliveFilter(admin.SimpleListFilter):
    """Sessions and keys that are good now, or not any more."""

    title = "alive"
    parameter_name = "alive"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """Return both."""
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that are, or are not."""
        alive = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=clock.now()))
        return queryset.filter(alive) if self.value() == "yes" else queryset.exclude(alive) if self.value() == "no" else queryset


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """Who is signed in. Revoking ends the session's tokens at once."""

    list_display = ("created_at", "user_link", "client", "refreshed_at", "expires_at", "revoked_at")
    list_select_related = ("user",)
    list_filter = (AliveFilter, MadeFilter)
    ordering = ("-pk",)
    search_fields = ("user__email",)
    search_ids = ("pk", "user_id")
    fields = ("id", "user_link", "client", "created_at", "refreshed_at", "expires_at", "revoked_at")
    readonly_fields = fields
    actions = ("revoke",)
    user_link = linked("user")

    @admin.action(description="Revoke selected sessions", permissions=["act"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        """End the selected sessions."""
        alive = list(queryset.filter(revoked_at=None))
        for session in alive:
            self.keep(request, session, "revoke", partial(sessions.sign_out, session_id=session.pk))
        messages.info(request, f"{len(alive)} sessions revoked.")


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys of programs. The key itself was shown once, to its owner; nobody can read it here."""

    list_display = (
        "name",
        "prefix",
        "account_link",
        "used_credits",
        "credit_limit",
        "created_at",
        "last_used_at",
        "expires_at",
        "revoked_at",
    )
    list_select_related = ("account__user",)
    list_filter = (AliveFilter, MadeFilter)
    ordering = ("-pk",)
    search_fields = ("account__user__email", "=prefix", "name")
    search_ids = ("pk", "account_id")
    fields = (
        "id", "name", "prefix", "account_link", "apis", "app_id", "used_credits", "credit_limit", "created_at", "last_used_at",
        "expires_at", "revoked_at",
    )  # fmt: skip
    readonly_fields = fields
    actions = ("revoke",)
    account_link = linked("account")

    @admin.action(description="Revoke selected keys", permissions=["act"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Refuse the selected keys from now on."""
        alive = list(queryset.filter(revoked_at=None))
        for key in alive:
            self.keep(request, key, "revoke", partial(keys.revoke_key, account_id=key.account_id, key_id=key.pk))
        messages.info(request, f"{len(alive)} keys revoked.")


class AppForm(ModelForm):
    """An app as staff describe it: the APIs it needs are chosen among those there are."""

    apis = forms.MultipleChoiceField(
        label="needs",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(api, api) for api in answers.list_apis()],
        help_text="Enabling the app enables all of these.",
    )


@admin.register(App)
class AppAdmin(StaffAdmin):
    """Apps. One that is off is closed at once: nobody calls through it, and what it gave its users is gone until it is on again."""

    list_display = ("title", "slug", "needs", "is_on", "created_at")
    list_filter = ("is_on",)
    ordering = ("-pk",)
    search_fields = ("slug", "title")
    search_ids = ()
    form = AppForm
    fields = ("slug", "title", "description", "apis", "is_on")

    @admin.display
    def needs(self, app: App) -> str:
        """Return the APIs that the app needs."""
        return ", ".join(app.apis)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the id that keys and headers name."""
        return () if obj is None else ("slug",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: keys and records name it. An app that is not wanted any more is switched off."""
        return False


@admin.register(EnabledApp)
class EnabledAppAdmin(ReadOnlyAdmin):
    """Who has enabled which app."""

    list_display = ("account_link", "app_link", "enabled_at")
    list_select_related = ("account__user", "app")
    ordering = ("-pk",)
    search_fields = ("account__user__email", "app__slug")
    search_ids = ("account_id",)
    fields = ("account_link", "app_link", "enabled_at")
    readonly_fields = fields
    account_link = linked("account")
    app_link = linked("app")


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(StaffAdmin, DjangoGroupAdmin):
    """Rights that several members of staff share."""

    search_ids = ()
