"""Staff's view of the ledger: everything can be followed, nothing can be touched. Credits are given by a grant with a reason.

Prices are set on the floor of the features (``aitasks.admin``), where it is known what can have one.
"""

import json
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from accounts.above import answers
from billing.models import (
    Grant,
    Hold,
    Offer,
    Quota,
    QuotaOverride,
    QuotaUse,
    StripeCustomer,
    StripeEvent,
    Subscription,
    Transfer,
    Wallet,
)
from billing.services import catalogue, inbox, ledger, quotas, subscriptions
from billing.states import ANY_API, GrantSource, Plan, SubscriptionStatus
from common import clock, ids
from common.admin import MadeFilter, ModelForm, ReadOnlyAdmin, StaffAdmin, linked, shortened
from common.errors import Conflict, TollgateError

CHAT_API = "chat"
"""The one API that has a quota and no route of its own."""
BY_ACCOUNT = ("account__user__email",)


class AlreadyGranted(Conflict):
    """The form was sent twice."""

    def __init__(self) -> None:
        super().__init__("These credits have been granted already: the form was sent twice. Look at the account's grants.")


@admin.register(Wallet)
class WalletAdmin(StaffAdmin):
    """What accounts have, to look at; how many tasks an account may have unfinished at a time can be set here, whatever its plan says."""

    list_display = ("available", "reserved", "open_holds", "open_holds_max", "account_link", "next_expiry_at")
    list_select_related = ("account__user",)
    search_fields = BY_ACCOUNT
    ordering = ("-pk",)
    fields = ("account_link", "available", "reserved", "open_holds", "open_holds_max", "next_expiry_at")
    readonly_fields = ("account_link", "available", "reserved", "open_holds", "next_expiry_at")
    account_link = linked("account")

    def save_model(self, request: HttpRequest, obj: Wallet, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Set the limit through the ledger, which leaves the credits that move meanwhile alone."""
        ledger.limit_open_holds(account_id=obj.account_id, limit=obj.open_holds_max)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: the ledger opens wallets."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: the ledger mentions it."""
        return False


class GrantForm(ModelForm):
    """Credits given by staff. ``once`` is made when the form is shown, so that sending it twice grants once."""

    amount = forms.IntegerField(min_value=1, max_value=10**12, help_text="Credits.")
    reason = forms.CharField(max_length=300, help_text="Kept with the grant; the account's owner sees it too.")
    once = forms.UUIDField(initial=ids.new_id, widget=forms.HiddenInput)

    def clean_expires_at(self) -> Any:
        """Refuse credits that nobody could spend."""
        expires_at = self.cleaned_data["expires_at"]
        if expires_at is not None and expires_at <= clock.now():
            message = "Must be in the future, or empty for credits that do not expire."
            raise forms.ValidationError(message)
        return expires_at


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin):
    """Credits that were given, and the form to give some."""

    list_display = ("amount", "remaining", "source", "account_link", "reason", "expires_at", "created_at")
    list_select_related = ("account__user",)
    list_filter = ("source", MadeFilter)
    ordering = ("-pk",)
    search_fields = BY_ACCOUNT
    search_ids = ("pk", "account_id")
    autocomplete_fields = ("account",)
    logged = ("account_id", "source", "amount", "expires_at")
    form = GrantForm
    account_link = linked("account")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is asked for a new grant, or what is shown of one."""
        asked = ("account", "amount", "reason", "expires_at", "once")
        shown = ("id", "account", "source", "amount", "remaining", "revoked", "revoke_due", "reason", "ref", "expires_at", "created_at")
        return ((None, {"fields": asked if obj is None else shown}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Lock a grant: it is written once."""
        return () if obj is None else ("id", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Staff with the right to add grants may give credits."""
        return StaffAdmin.has_add_permission(self, request)

    def save_model(self, request: HttpRequest, obj: Grant, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Give the credits through the ledger."""
        ref = f"staff:{form.cleaned_data['once']}"
        ledger.open_wallet(account_id=obj.account_id)
        if not ledger.grant(
            account_id=obj.account_id, source=GrantSource.STAFF, amount=obj.amount, ref=ref, reason=obj.reason, expires_at=obj.expires_at
        ):
            raise AlreadyGranted
        obj.__dict__.update(Grant.objects.get(ref=ref).__dict__)


class OpenFilter(admin.SimpleListFilter):
    """Holds that reserve credits now, or were settled."""

    title = "open"
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return both."""
        return [("yes", "Yes"), ("no", "Settled")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the holds that are, or are not."""
        return queryset.filter(settled_at__isnull=self.value() == "yes") if self.value() in {"yes", "no"} else queryset


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    """What was reserved for a piece of work, and what of it was charged."""

    list_display = ("amount", "charged", "account_link", "price", "created_at", "settled_at")
    list_select_related = ("account__user",)
    list_filter = (OpenFilter, MadeFilter)
    ordering = ("-pk",)
    search_fields = (*BY_ACCOUNT, "=ref")
    search_ids = ("pk", "account_id", "key_id")
    fields = ("id", "account_link", "ref", "key_id", "amount", "charged", "price", "created_at", "settled_at", "transfers")
    readonly_fields = fields
    account_link = linked("account")

    @admin.display(description="price then")
    def price(self, hold: Hold) -> str:
        """Return the price that was frozen with the hold."""
        return f"{hold.price_credits} for {hold.price_per}"

    @admin.display(description="movements")
    def transfers(self, hold: Hold) -> str:
        """Return what moved because of this hold."""
        rows = Transfer.objects.filter(ref=str(hold.pk)).order_by("pk")
        return ", ".join(f"{row.kind} {row.amount}" for row in rows) or "none: nothing was reserved"


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    """Every movement of credits."""

    list_display = ("id", "kind", "amount", "debit", "credit", "account_link", "ref", "created_at")
    list_select_related = ("account__user",)
    list_filter = ("kind",)
    ordering = ("-pk",)
    search_fields = (*BY_ACCOUNT, "=ref")
    search_ids = ("account_id", "ref")
    fields = ("id", "account_link", "kind", "debit", "credit", "amount", "ref", "created_at")
    readonly_fields = fields
    account_link = linked("account")


class QuotaForm(ModelForm):
    """A limit for an API that there is."""

    def clean_api(self) -> str:
        """Refuse names that would limit nothing."""
        api = str(self.cleaned_data["api"])
        known = [ANY_API, CHAT_API, *answers.list_apis()]
        if api not in known:
            message = f"Must be one of {', '.join(known)}."
            raise forms.ValidationError(message)
        return api


class QuotaRowAdmin(StaffAdmin):
    """Limits on calls. They hold in every process within a second."""

    form = QuotaForm
    search_ids: tuple[str, ...] = ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Save, and let this process look again."""
        super().save_model(request, obj, form, change)
        quotas.forget()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Remove the limit, and let this process look again."""
        super().delete_model(request, obj)
        quotas.forget()


@admin.register(Quota)
class QuotaAdmin(QuotaRowAdmin):
    """What the users of a plan may call in a period."""

    list_display = ("plan", "api", "period", "limit")
    list_filter = ("plan", "period")
    ordering = ("plan", "api", "period")
    search_fields = ("=api",)
    fields = ("plan", "api", "period", "limit")


@admin.register(QuotaOverride)
class QuotaOverrideAdmin(QuotaRowAdmin):
    """What one account may call in a period instead; delete the row and the plan's limit holds again."""

    list_display = ("account_link", "api", "period", "limit")
    list_select_related = ("account__user",)
    list_filter = ("period",)
    ordering = ("-pk",)
    search_fields = (*BY_ACCOUNT, "=api")
    search_ids = ("account_id",)
    autocomplete_fields = ("account",)
    fields = ("account", "api", "period", "limit")
    account_link = linked("account")


@admin.register(QuotaUse)
class QuotaUseAdmin(ReadOnlyAdmin):
    """How far quotas are used."""

    list_display = ("account_link", "api", "period", "used", "starts_at")
    list_select_related = ("account__user",)
    list_filter = ("period",)
    ordering = ("-pk",)
    search_fields = (*BY_ACCOUNT, "=api")
    search_ids = ("account_id",)
    fields = ("account_link", "api", "period", "used", "starts_at")
    readonly_fields = fields
    account_link = linked("account")


FROM_STRIPE = ("stripe_id", "stripe_status", "pending_plan", "pending_session", "pending_until", "synced_at")


@admin.register(Subscription)
class SubscriptionAdmin(StaffAdmin):
    """Plans. Staff may give one by hand; to take it back, set the status to inactive. What Stripe says later replaces it."""

    list_display = ("plan", "status", "account_link", "expires_at", "stripe_status", "pending_plan", "synced_at")
    list_select_related = ("account__user",)
    list_filter = ("plan", "status", "stripe_status")
    ordering = ("-pk",)
    search_fields = (*BY_ACCOUNT, "=stripe_id")
    autocomplete_fields = ("account",)
    actions = ("ask_stripe",)
    logged = ("plan", "status", "expires_at")
    fields = ("account", "plan", "status", "expires_at", *FROM_STRIPE)
    account_link = linked("account")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep a subscription with its account."""
        return FROM_STRIPE if obj is None else ("account", *FROM_STRIPE)

    @admin.action(description="Ask Stripe about selected subscriptions", permissions=["change"])
    def ask_stripe(self, request: HttpRequest, queryset: Any) -> None:
        """Bring the rows up to date with Stripe."""
        try:
            for row in queryset:
                subscriptions.refresh(account_id=row.account_id)
                self.keep(request, row, "ask_stripe")
        except TollgateError as error:
            messages.error(request, inbox.describe_failure(error))

    def save_model(self, request: HttpRequest, obj: Subscription, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Save, and let whoever asked Stripe before this know that the row has changed."""
        obj.version += 1
        super().save_model(request, obj, form, change)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return what staff most likely want to give."""
        return {"plan": Plan.BASIC.value, "status": SubscriptionStatus.ACTIVE.value} | super().get_changeform_initial_data(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a plan that ended is set inactive, so that what was stays known."""
        return False


@admin.register(Offer)
class OfferAdmin(StaffAdmin):
    """Plans and packs. After a change of the amount, bring the offer to Stripe: prices never change there, so it makes another one."""

    list_display = ("name", "kind", "title", "credits", "amount", "currency", "is_offered", "price_id")
    list_filter = ("kind", "is_offered")
    ordering = ("kind", "amount")
    search_fields = ("name", "title", "=price_id")
    search_ids = ()
    actions = ("bring_to_stripe",)
    logged = ("credits", "amount", "currency", "is_offered")
    fields = ("name", "kind", "title", "credits", "amount", "currency", "is_offered", "price_id")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep what Stripe's objects carry."""
        return ("price_id",) if obj is None else ("name", "kind", "price_id")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: subscriptions may run on it. What is not sold any more is not offered."""
        return False

    @admin.action(description="Bring all offers to Stripe", permissions=["change"])
    def bring_to_stripe(self, request: HttpRequest, queryset: Any) -> None:
        """Make or match products and prices, as ``manage.py sync_stripe`` does."""
        try:
            changed = catalogue.sync()
        except TollgateError as error:
            messages.error(request, inbox.describe_failure(error))
        else:
            for offer in queryset:
                self.keep(request, offer, "bring_to_stripe", details={"changed": list(changed)})
            messages.info(request, "; ".join(changed) or "Nothing had to be changed.")


@admin.register(StripeCustomer)
class StripeCustomerAdmin(ReadOnlyAdmin):
    """Who accounts are at Stripe."""

    list_display = ("customer_id", "account_link", "created_at")
    list_select_related = ("account__user",)
    ordering = ("-pk",)
    search_fields = (*BY_ACCOUNT, "=customer_id")
    fields = ("customer_id", "account_link", "created_at")
    readonly_fields = fields
    account_link = linked("account")


class HandledFilter(admin.SimpleListFilter):
    """Events that were handled, wait, or failed."""

    title = "handled"
    parameter_name = "handled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the three."""
        return [("yes", "Yes"), ("no", "Not yet"), ("failed", "Failed")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the events that are so."""
        if self.value() == "failed":
            return queryset.filter(handled_at=None, attempts__gt=0)
        return queryset.filter(handled_at__isnull=self.value() == "no") if self.value() in {"yes", "no"} else queryset


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnlyAdmin):
    """The inbox: what Stripe sent, and what went wrong with it."""

    list_display = ("id", "type", "received_at", "handled_at", "attempts", "error")
    list_filter = (HandledFilter, "type")
    ordering = ("-received_at",)
    search_fields = ("=id", "=type")
    search_ids = ()
    actions = ("run_again",)
    fields = ("id", "type", "received_at", "handled_at", "attempts", "error", "content")
    readonly_fields = ("content",)

    @admin.display(description="payload")
    def content(self, event: StripeEvent) -> str:
        """Return what was sent."""
        return shortened(json.dumps(event.payload, indent=2, ensure_ascii=False))

    @admin.action(description="Run selected events again", permissions=["act"])
    def run_again(self, request: HttpRequest, queryset: Any) -> None:
        """Have the selected events handled that were not yet."""
        waiting = queryset.filter(handled_at=None)
        count = sum(self.keep(request, event, "run_again", partial(inbox.run_again, event_ids=[event.pk])) for event in waiting)
        messages.info(request, f"{count} events will be handled again; the others were handled already.")
