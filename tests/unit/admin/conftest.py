"""What the tests of the admin share: members of staff who are signed in, and a row of everything."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.identity import Caller, Staff
from accounts.models import Account, ApiKey, Session, User
from accounts.services import access, erasing, letters
from accounts.services.sessions import Tokens
from aitasks import registry
from aitasks.models import ProviderCall
from aitasks.services import admitting, answers, ending, providers, submitting
from billing.models import Offer, StripeCustomer, StripeEvent, Subscription
from billing.services import ledger, prices, quotas
from chat.services import sessions as chat
from common import limits
from common.limits import Rate
from marketplace.services import resources as marketplace
from metrics.models import DeprecatedCall, DeprecationNotice
from tasks.channels import WEBHOOK
from tasks.models import DeliveryAttempt, DisabledReceiver, StoredFile, Task
from tasks.services import delivering, files, running, webhook_secrets
from tests.factories import people, services

PICTURE = {"prompts": {"prompt": "A calm sea"}, "target": {"type": "image"}}


@dataclass(slots=True)
class Person:
    """A user with an account, a session and a key."""

    user: User
    account: Account
    tokens: Tokens
    session: Session
    key: ApiKey
    key_text: str

    @property
    def caller(self) -> Caller:
        return Caller(account_id=self.account.pk, user_id=self.user.pk)


@pytest.fixture(autouse=True)
def collected_files(tmp_path: Path, settings: Any) -> None:
    """WhiteNoise warns where `collectstatic` has not run; an empty folder is enough, the finders serve the files."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def make_person(db: None) -> Callable[[str], Person]:
    """A maker of people with a wallet."""

    def make(email: str) -> Person:
        user = people.make_user(email=email)
        tokens = people.open_session(user)
        ledger.open_wallet(account_id=user.account.pk)
        key, text = people.make_key(user)
        return Person(user, user.account, tokens, Session.objects.get(pk=tokens.session_id), key, text)

    return make


@pytest.fixture
def person(make_person: Callable[[str], Person]) -> Person:
    """Somebody."""
    return make_person("ada@example.com")


@pytest.fixture
def clerk(db: None) -> User:
    """A member of staff who may do everything."""
    return people.make_user(email="staff@example.com", first_name="Grace", is_staff=True, is_superuser=True)


@pytest.fixture
def desk(clerk: User) -> Client:
    """A browser in which staff is signed in to the admin."""
    client = Client()
    client.force_login(clerk)
    return client


@pytest.fixture
def viewer(db: None) -> Client:
    """A browser of staff who may look at everything and change nothing."""
    user = people.make_user(email="viewer@example.com", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    client.force_login(user)
    return client


def submit_picture(person: Person) -> Task:
    task, _ = submitting.submit(caller=person.caller, feature=registry.get_feature("imagine"), body=PICTURE, contract="platform")
    return task


@pytest.fixture
def everything(person: Person, clerk: User, tmp_path: Path) -> None:
    """A row of each of our models, made as the product makes them: a queued task, a running one with results, and one that ended."""
    app = access.ensure_app(slug="studio", title="Studio", description="Draws.", apis=["imagine"])
    access.enable_app(account_id=person.account.pk, slug=app.slug)
    quotas.set_quota(plan="free", api="imagine", period="day", limit=100)
    quotas.set_override(account_id=person.account.pk, api="imagine", period="day", limit=200)
    submit_picture(person)
    running_task = running.claim(task_id=submit_picture(person).pk)
    assert running_task is not None
    path = tmp_path / "sea.png"
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG")
    path.write_bytes(buffer.getvalue())
    file = files.write_file(account_id=person.account.pk, source=path, content_type="image/png")
    running.report_output(attempt=running_task, index=0, content_type="image/png", text=None, file=file, progress=50, used_units=1)
    ended = submit_picture(person)
    ending.cancel(account_id=person.account.pk, task_id=ended.pk)
    files.upload_file(account_id=person.account.pk, source=path, content_type="image/png", name="<b>sea</b>.png")
    prices.set_price(feature="imagine", target="image", credits=7)
    Subscription.objects.create(account=person.account, plan="basic", status="active")
    Offer.objects.create(name="basic", kind="plan", title="Basic", credits=5_000, amount=900, price_id="price_1")
    StripeCustomer.objects.create(account=person.account, customer_id="cus_1")
    StripeEvent.objects.create(id="evt_1", type="invoice.paid", payload={"id": "evt_1"}, attempts=1, error="StripeFailed: no answer")
    chat.open_session(account_id=person.account.pk)
    limits.take(key="login:192.0.2.1", rate=Rate(5, 60))
    DeprecatedCall.objects.create(endpoint="GET /api/v1/old", account_id=person.account.pk, day=date(2026, 1, 1))
    DeprecationNotice.objects.create(endpoint="GET /api/v1/old", account_id=person.account.pk)
    letters.send_reset(user=person.user)
    erasing.delete_user(user_id=people.make_user().pk, staff=Staff(user_id=clerk.pk, address="192.0.2.1", is_superuser=True))
    providers.save_provider(name="models", facts={"kind": "openai"}, credential="sk-sealed-for-good")
    ProviderCall.objects.create(task=running_task.task, step="imagine", attempt=1, provider="models", kind="openai", model="m-1")
    admitting.read_health(names=["models"])
    answers.record_answer(provider="models", reference="job-1", body={"words": "hidden"})
    services.make_ended_call(services.make_service(callback_url="http://127.0.0.1:9/hook"))
    delivery = delivering.create_delivery(
        account_id=person.account.pk, task=ended, channel=WEBHOOK, event="task.completed", url="https://a.example/", payload={}
    )
    DeliveryAttempt.objects.create(delivery=delivery, number=1, status=410, problem="Gone.", reply_head="<b>no</b>")
    DisabledReceiver.objects.create(account=person.account, url_digest="0", url="https://a.example/")
    webhook_secrets.ensure_secret(account_id=person.account.pk)
    publisher, _ = marketplace.create_publisher(name="Neighbour")
    marketplace.begin_upload(publisher=publisher, name="song.wav")
    assert StoredFile.objects.count() == 2


def page(model: type[Model], name: str, *arguments: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=arguments)


def our_models() -> list[type[Model]]:
    """The models of ours that are in the admin."""
    outside = {"auth", "django_celery_results"}
    return sorted((m for m in admin.site._registry if m._meta.app_label not in outside), key=lambda m: str(m._meta))
