"""Every page of the admin: staff see it, nobody else does, and what is to be read only cannot be written."""

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import ApiKey, App, Session, User
from aitasks.models import Provider, ProviderCall
from billing.models import Grant, Hold, Offer, Price, Quota, QuotaOverride, StripeEvent, Subscription, Transfer, Wallet
from common.models import Job, RateLimit
from marketplace.models import Method, Publisher, Service
from metrics.models import UsageRecord
from tasks.models import Delivery, StoredFile, Task, WebhookSecret
from tasks.services import webhook_secrets
from tests.unit.admin.conftest import Person, our_models, page, submit_picture

MODELS = our_models()
CHANGEABLE = {User, Subscription, Offer, Provider, App, Wallet, Quota, QuotaOverride, Publisher, Service, Method}
ADDABLE = {User, Subscription, Grant, Price, Offer, Provider, App, Quota, QuotaOverride, Publisher, Service, Method}
DELETABLE = {User, Quota, QuotaOverride}


def name_of(model: object) -> str:
    return str(getattr(model, "_meta", model))


def test_every_model_of_ours_is_here() -> None:
    names = """
        aitasks.provider aitasks.providercall aitasks.providerhealth aitasks.provideranswer
        accounts.user accounts.account accounts.session accounts.apikey accounts.auditentry accounts.erasure accounts.app
        accounts.enabledapp billing.quota billing.quotaoverride billing.quotause billing.wallet billing.grant billing.hold
        billing.transfer billing.price billing.subscription billing.offer billing.stripecustomer billing.stripeevent chat.chatsession
        common.job common.outgoingmail common.ratelimit metrics.usagerecord metrics.deprecatedcall metrics.deprecationnotice
        marketplace.service marketplace.method marketplace.call marketplace.taskreport marketplace.daycount marketplace.publisher
        marketplace.resource
        tasks.delivery tasks.disabledreceiver tasks.storedfile tasks.task tasks.webhooksecret
    """
    assert {name_of(model) for model in MODELS} == set(names.split())


@pytest.mark.clause("P-6.3")
@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_staff_see_the_list_and_each_row(desk: Client, model: type[Model]) -> None:
    assert desk.get(page(model, "changelist")).status_code == 200
    rows = list(model._default_manager.all())
    assert rows != []
    for row in rows:
        assert desk.get(page(model, "change", row.pk)).status_code == 200
    assert desk.get(page(model, "changelist"), {"q": "ada@example.com"}).status_code == 200
    assert desk.get(page(model, "changelist"), {"q": "018f0000-0000-7000-8000-000000000000"}).status_code == 200


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=name_of), ids=name_of)
def test_others_are_sent_to_sign_in(person: Person, model: type[Model]) -> None:
    stranger, user = Client(), Client()
    user.force_login(person.user)
    for client in (stranger, user):
        for path in (page(model, "changelist"), page(model, "change", "1"), page(model, "add")):
            reply = client.get(path)
            assert reply.status_code == 302
            assert reply["Location"].startswith("/admin/login/")


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("model", sorted(set(MODELS) - CHANGEABLE, key=name_of), ids=name_of)
def test_a_read_only_row_refuses_to_be_written(desk: Client, model: type[Model]) -> None:
    row = model._default_manager.all()[0]
    before = list(model._default_manager.order_by("pk").values())
    assert desk.post(page(model, "change", row.pk), {"amount": "1"}).status_code == 403
    assert desk.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert list(model._default_manager.order_by("pk").values()) == before


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("model", sorted(set(MODELS) - DELETABLE, key=name_of), ids=name_of)
def test_nothing_else_of_ours_can_be_deleted(desk: Client, model: type[Model]) -> None:
    path = page(model, "delete", model._default_manager.order_by("pk")[0].pk)
    assert desk.post(path, {"post": "yes"}).status_code == 403
    assert "Delete selected" not in desk.get(page(model, "changelist")).content.decode()


@pytest.mark.parametrize("model", sorted(set(MODELS) - ADDABLE, key=name_of), ids=name_of)
def test_services_alone_make_the_rest(desk: Client, model: type[Model]) -> None:
    assert desk.get(page(model, "add")).status_code == 403
    assert desk.post(page(model, "add"), {}).status_code == 403


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize(
    "model", [Task, ProviderCall, Session, ApiKey, Hold, Transfer, Grant, Wallet, UsageRecord, StoredFile, Subscription], ids=name_of
)
def test_a_longer_list_costs_no_more_queries(desk: Client, person: Person, make_person: object, model: type[Model]) -> None:
    desk.get(page(model, "changelist"))  # Content types are read once and remembered.
    before = queries(desk, model)
    for number in range(3):
        other = make_person(f"other{number}@example.com")  # type: ignore[operator]  # the fixture is a maker
        submit_picture(other)
        submit_picture(person)
        Subscription.objects.create(account=other.account)
    assert queries(desk, model) == before


def queries(client: Client, model: type[Model]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(page(model, "changelist")).status_code == 200
    return len(captured)


@pytest.mark.clause("A-3.1")
@pytest.mark.usefixtures("everything")
def test_no_page_shows_a_secret(desk: Client, person: Person) -> None:
    signing = webhook_secrets.ensure_secret(account_id=person.account.pk)
    secrets = [
        signing,
        WebhookSecret.objects.get().sealed,
        person.key_text,
        person.key.key_hash,
        person.session.refresh_hash,
        person.tokens.refresh,
        person.user.password,
    ]
    for model in (User, Session, ApiKey, WebhookSecret):
        for row in model._default_manager.all():
            text = desk.get(page(model, "change", row.pk)).content.decode() + desk.get(page(model, "changelist")).content.decode()
            assert [secret for secret in secrets if secret in text] == []


@pytest.mark.usefixtures("everything")
def test_a_task_leads_to_its_hold_its_files_and_its_record(desk: Client) -> None:
    ended, running = Task.objects.get(state="cancelled"), Task.objects.get(state="running")
    text = desk.get(page(Task, "change", ended.pk)).content.decode()
    for path in (page(Hold, "change", ended.hold_id), page(UsageRecord, "change", ended.pk)):
        assert path in text
    delivery = Delivery.objects.get(task=ended)
    assert page(Delivery, "change", delivery.pk) in text
    text = desk.get(page(Delivery, "change", delivery.pk)).content.decode()
    assert page(Task, "change", ended.pk) in text
    assert "&lt;b&gt;no&lt;/b&gt;" in text
    text = desk.get(page(Task, "change", running.pk)).content.decode()
    assert text.count("/files/") == 2  # once as a result, once as a file of the task
    assert "A calm sea" in text


@pytest.mark.usefixtures("everything")
def test_an_account_leads_to_all_that_is_its_own(desk: Client, person: Person) -> None:
    text = desk.get(page(type(person.account), "change", person.account.pk)).content.decode()
    for model in (Wallet, Grant, Hold, Transfer, Subscription, Task, StoredFile, ApiKey):
        path = f"{page(model, 'changelist')}?account__id__exact={person.account.pk}"
        assert path in text
        assert desk.get(path).status_code == 200


@pytest.mark.usefixtures("everything")
def test_what_callers_name_is_shown_as_text(desk: Client) -> None:
    text = desk.get(page(StoredFile, "changelist")).content.decode()
    assert "&lt;b&gt;sea&lt;/b&gt;.png" in text
    assert "<b>sea</b>" not in text


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("query", ["state__exact=queued", "kind=imagine", "contract=platform", "made=hour"])
def test_tasks_are_filtered(desk: Client, query: str) -> None:
    reply = desk.get(f"{page(Task, 'changelist')}?{query}")
    found = reply.context["cl"].result_count
    assert (reply.status_code, found) == (200, {"state__exact=queued": 1, "made=hour": 4}.get(query, 3))
    assert desk.get(f"{page(Task, 'changelist')}?kind=nothing").context["cl"].result_count == 0


@pytest.mark.usefixtures("everything")
def test_a_task_is_found_by_its_id_and_its_owner(desk: Client, person: Person) -> None:
    task = Task.objects.all()[0]
    counts = [
        desk.get(page(Task, "changelist"), {"q": words}).context["cl"].result_count
        for words in (str(task.pk), str(person.account.pk), str(task.hold_id), "ada@example", "nobody@example")
    ]
    assert counts == [1, 3, 1, 3, 0]


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize("model", [Job, RateLimit], ids=name_of)
def test_rows_of_no_domain_are_searched(desk: Client, model: type[Model]) -> None:
    row = model._default_manager.all()[0]
    wanted = row.key  # type: ignore[attr-defined]  # both have one
    assert desk.get(page(model, "changelist"), {"q": wanted}).context["cl"].result_count == 1


@pytest.mark.clause("G-3.3")
@pytest.mark.usefixtures("everything")
def test_an_event_that_failed_is_shown_with_its_error_and_run_again(desk: Client, viewer: Client) -> None:
    assert "StripeFailed: no answer" in desk.get(f"{page(StripeEvent, 'changelist')}?handled=failed").content.decode()
    action = {"action": "run_again", "_selected_action": ["evt_1"]}
    viewer.post(page(StripeEvent, "changelist"), action)
    jobs = Job.objects.filter(name="billing.handle_stripe_event")
    assert jobs.count() == 0
    desk.post(page(StripeEvent, "changelist"), action)
    assert list(jobs.values_list("key", flat=True)) == ["evt_1"]
    StripeEvent.objects.update(handled_at="2026-01-01T00:00:00Z")
    desk.post(page(StripeEvent, "changelist"), action)
    assert jobs.count() == 1
