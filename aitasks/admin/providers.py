"""Staff's view of providers: the rows that may be changed, how each is doing, every call. A credential goes in and never comes out."""

from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from aitasks import registry
from aitasks.models import Provider, ProviderAnswer, ProviderCall, ProviderHealth
from aitasks.routing import list_offers
from aitasks.selectors import ProviderState, find_provider_health, list_provider_health
from aitasks.services import providers
from aitasks.services.providers import Facts, ProviderInvalid
from common.admin import MadeFilter, ModelForm, NamedFilter, ReadOnlyAdmin, StaffAdmin, linked, url_of

FACTS = ("base_url", "credential_variable", "model_list", "priority", "weight", "concurrency_max", "is_on")
MODELS_HELP = (
    'A list such as [{"name": "gpt-5.4-mini", "steps": ["chat"], "targets": ["text"], "limits": {"count": 1}, "cost": 40}]: the first that '
    "fits is used. No steps or targets: whatever the kind can do. Limits: the most that a parameter may ask. Cost: a unit, in millionths "
    'of a dollar. Inputs, for a marketplace service: {"duration": "seconds"} sends our seconds as its duration. An empty list: the kind\'s '
    "usual models."
)


class ProviderForm(ModelForm):
    """A provider as staff write it. The credential is written only: the page never holds it."""

    kind = forms.ChoiceField(help_text="What it speaks. Written once.")
    credential = forms.CharField(
        required=False,
        strip=True,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
        help_text="Sealed and never shown again. Empty: what there is stays.",
    )
    forget_credential = forms.BooleanField(required=False, help_text="Remove the sealed credential.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, model_list = self.fields.get("kind"), self.fields.get("model_list")
        if isinstance(kind, forms.ChoiceField):
            kind.choices = [(each.name, f"{each.title} ({each.name})") for each in registry.all_kinds().values()]
        if model_list is not None:
            model_list.help_text = MODELS_HELP

    def clean_model_list(self) -> Any:
        """Return the models, an empty list for nothing."""
        return self.cleaned_data["model_list"] or []

    def clean(self) -> dict[str, Any]:
        """Say at each field what the service would refuse."""
        given = self.cleaned_data
        seals = bool(given.get("credential"))
        if seals and given.get("credential_variable"):
            self.add_error("credential", "Give a variable or a credential, not both.")
        row = Provider(
            kind=given.get("kind") or self.instance.kind,
            base_url=given.get("base_url", ""),
            credential_variable=given.get("credential_variable", ""),
            model_list=given.get("model_list", []),
        )
        try:
            providers.check_provider(row)
        except ProviderInvalid as problem:
            for field, said in problem.details.items():
                self.add_error(field, list(said))
        return given


class OnFilter(admin.BooleanFieldListFilter):
    """Providers that are asked, or not."""


@admin.register(Provider)
class ProviderAdmin(StaffAdmin):
    """Who does the work."""

    list_display = ("name", "is_on", "breaker", "errors", "latency", "running", "kind", "priority", "weight", "concurrency_max")
    list_filter = (("is_on", OnFilter), "kind")
    search_fields = ("name", "kind", "base_url")
    search_ids = ()
    ordering = ("priority", "name")
    form = ProviderForm
    actions = ("switch_on", "switch_off", "close_breaker")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return what is asked, and for a provider that exists how it does."""
        access = ("base_url", "credential_variable", "credential", *(("kept", "forget_credential") if obj is not None else ()))
        if not self.has_change_permission(request, obj):
            access = ("base_url", "credential_variable", "kept")
        asked = [
            (None, {"fields": ("name", "kind", "is_on")}),
            ("Access", {"fields": access}),
            ("Choice", {"fields": ("model_list", "priority", "weight", "concurrency_max")}),
        ]
        if obj is None:
            return asked
        return [*asked, ("How it does", {"fields": ("problem", "breaker", "errors", "latency", "running", "last_error", "calls")})]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list with how each provider does, read once for all of them."""
        page = super().get_changelist_instance(request)
        states = {state.name: state for state in list_provider_health()}
        for row in page.result_list:
            row._state_of = states.get(row.name)  # noqa: SLF001 - kept with the row, see state_of
        return page

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Lock what is written once, and what calls write."""
        shown = ("problem", "breaker", "errors", "latency", "running", "last_error", "calls")
        return shown if obj is None else ("name", "kind", "kept", *shown)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a provider is switched off, since its name stands in the record of what it did."""
        return False

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Save the provider through the service."""
        given = form.cleaned_data
        facts = {name: given[name] for name in FACTS}
        if not change:
            facts["kind"] = given["kind"]
        credential = "" if given.get("forget_credential") else given.get("credential") or None
        row = providers.save_provider(name=obj.name, facts=cast(Facts, facts), credential=credential)
        obj.__dict__.update(row.__dict__)

    @admin.display(description="kept")
    def kept(self, row: Provider) -> str:
        """Return whether a credential is kept, and nothing of it."""
        return "A sealed credential" if row.credential_sealed else "None"

    @admin.display(description="breaker")
    def breaker(self, row: Provider) -> str:
        """Return whether it is asked now."""
        state = state_of(row)
        until = f" until {state.kept_out_until:%H:%M:%S} UTC" if state and state.kept_out_until else ""
        return f"{state.breaker}{until}" if state else "-"

    @admin.display(description="errors")
    def errors(self, row: Provider) -> str:
        """Return how many of the recent calls failed."""
        state = state_of(row)
        return f"{state.error_rate:.0%}" if state and state.calls else "-"

    @admin.display(description="latency")
    def latency(self, row: Provider) -> str:
        """Return how long its recent calls took."""
        state = state_of(row)
        return f"{state.latency_ms} ms" if state and state.latency_ms is not None else "-"

    @admin.display(description="running")
    def running(self, row: Provider) -> str:
        """Return how many calls it works on."""
        state = state_of(row)
        return str(state.running) if state else "-"

    @admin.display(description="can be asked")
    def problem(self, row: Provider) -> str:
        """Return whether anything in the row itself keeps it out."""
        state = state_of(row)
        return f"No: {state.problem}" if state and state.problem else "Yes"

    @admin.display(description="last error")
    def last_error(self, row: Provider) -> str:
        """Return what went wrong last, and when."""
        state = state_of(row)
        return f"{state.last_error_at:%Y-%m-%d %H:%M:%S} {state.last_error}" if state and state.last_error_at else "-"

    @admin.display(description="calls")
    def calls(self, row: Provider) -> str:
        """Return a link to what was asked of it."""
        return format_html('<a href="{}?provider={}">Recent calls</a>', url_of(ProviderCall, "changelist"), row.name)

    @admin.action(description="Switch selected providers on", permissions=["act"])
    def switch_on(self, request: HttpRequest, queryset: Any) -> None:
        """Ask them again."""
        self._switch(request, queryset, on=True)

    @admin.action(description="Switch selected providers off", permissions=["act"])
    def switch_off(self, request: HttpRequest, queryset: Any) -> None:
        """Ask them no more."""
        self._switch(request, queryset, on=False)

    @admin.action(description="Close the breaker of selected providers", permissions=["act"])
    def close_breaker(self, request: HttpRequest, queryset: Any) -> None:
        """Ask them at once, whatever they did lately."""
        closed = sum(self.keep(request, row, "close_breaker", partial(providers.close_breaker, name=row.name)) for row in queryset)
        messages.info(request, f"{closed} breakers closed; the others were closed.")

    def _switch(self, request: HttpRequest, queryset: Any, *, on: bool) -> None:
        verb = f"switch_{'on' if on else 'off'}"
        changed = sum(self.keep(request, row, verb, partial(providers.switch_provider, name=row.name, on=on)) for row in queryset)
        messages.info(request, f"{changed} providers switched {'on' if on else 'off'}.")


class OfferFilter(NamedFilter):
    """Calls of a provider."""

    title, parameter_name, field = "provider", "provider", "provider"

    def names(self) -> list[str]:
        """Return all providers that there are."""
        return sorted({offer.name for offer in list_offers()})


@admin.register(ProviderCall)
class ProviderCallAdmin(ReadOnlyAdmin):
    """What was asked of providers, and how it went."""

    list_display = ("started_at", "asked", "step", "outcome", "took", "error", "task_link")
    list_select_related = ("task",)
    list_filter = ("outcome", OfferFilter, MadeFilter)
    ordering = ("-pk",)
    search_fields = ("=provider", "=model", "=job_reference")
    search_ids = ("pk", "task_id")
    fields = (
        "id", "task_link", "step", "attempt", "provider", "kind", "model", "outcome", "is_trial", "job_reference", "is_resumed",
        "started_at", "ended_at", "took", "error", "left_out",
    )  # fmt: skip
    readonly_fields = ("task_link", "took", "error", "left_out")
    task_link = linked("task")

    @admin.display(description="provider", ordering="provider")
    def asked(self, call: ProviderCall) -> str:
        """Return who was asked, with the model."""
        return asked_of(call)

    @admin.display(description="took")
    def took(self, call: ProviderCall) -> str:
        """Return how long it took."""
        return took_of(call)

    @admin.display(description="error")
    def error(self, call: ProviderCall) -> str:
        """Return what went wrong."""
        return error_of(call)

    @admin.display(description="the others")
    def left_out(self, call: ProviderCall) -> str:
        """Return why each of the others was not asked."""
        return others_of(call)


@admin.register(ProviderHealth)
class ProviderHealthAdmin(ReadOnlyAdmin):
    """How remote providers do, those too that have no row."""

    list_display = (
        "name", "failures_in_row", "opened_at", "trial_at", "kept_out_until", "calls", "error_rate", "latency_ms", "last_error_kind",
        "last_error_at",
    )  # fmt: skip
    ordering = ("name",)
    search_fields = ("name",)
    search_ids = ()
    fields = (*list_display, "last_error")


@admin.register(ProviderAnswer)
class ProviderAnswerAdmin(ReadOnlyAdmin):
    """That vendors have pushed something about a job; what it says is the caller's business."""

    list_display = ("received_at", "provider", "reference")
    fields = list_display
    ordering = ("-received_at",)
    search_fields = ("=reference", "=provider")
    search_ids = ()


def state_of(row: Provider) -> ProviderState | None:
    """Return how a row's provider does, read once for a page."""
    if not hasattr(row, "_state_of"):
        row._state_of = find_provider_health(row.name)  # type: ignore[attr-defined]  # noqa: SLF001 - kept with the row that the page is made of
    return cast("ProviderState | None", row._state_of)  # type: ignore[attr-defined]  # noqa: SLF001 - as above


def asked_of(call: ProviderCall) -> str:
    """Return who was asked, with the model, or that nobody could be."""
    trial = ", a trial" if call.is_trial else ""
    resumed = ", going on with its job" if call.is_resumed else ""
    return f"{call.provider} ({call.model}{trial}{resumed})" if call.provider else "nobody: all were busy or kept out"


def took_of(call: ProviderCall) -> str:
    """Return how long a call took, or that it has not ended."""
    return f"{(call.ended_at - call.started_at).total_seconds():.2f} s" if call.ended_at else "-"


def error_of(call: ProviderCall) -> str:
    """Return what went wrong, or a dash."""
    return f"{call.error_kind}: {call.error_message}" if call.error_kind else "-"


def others_of(call: ProviderCall) -> str:
    """Return why each of the others was not asked, a line each."""
    return format_html_join("", "<div><b>{}</b>: {}</div>", ((each["provider"], each["reason"]) for each in call.considered)) or "-"
