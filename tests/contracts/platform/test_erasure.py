"""P-6.2: deleting a user erases what is known about them, everywhere, and keeps a ledger that is nobody's."""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as configured
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from PIL import Image

from accounts import erasure
from accounts.models import Account, App, AppSetting, AuditEntry, EnabledApp, Erasure, ResetRequest, User, UserSettings
from accounts.services import erasing, letters, passwords
from aitasks.models import FinishedStep, ProviderAnswer, ProviderCall
from billing import audit
from billing.models import Grant, Hold, QuotaOverride, QuotaUse, StripeEvent, Wallet
from billing.services import catalogue
from billing.simulator import server
from chat.models import ChatSession
from common import clock, errors
from common.models import Job
from metrics.models import UsageRecord
from tasks.models import Delivery, DeliveryAttempt, DisabledReceiver, StoredFile, Task
from tasks.services import webhook_secrets
from tests.conftest import Actor, make_actor
from tests.contracts.gateway.test_subscriptions import upgrade
from tests.factories import credits
from tests.fakes.asgi import Client
from tests.fakes.stripe import SECRET, Shop

Worker = Callable[[], AbstractContextManager[None]]
USERS = "/api/admin/users"
EMAIL, SECRETS = "mona.private@example.org", ("secret garden", "Monalotte", "Lisarella", "mona.private", "hooks.example", "tulip diary")
"""What only this person has said, is called, or has given."""

ERASED = {
    "accounts.User", "accounts.User_groups", "accounts.User_user_permissions", "accounts.Session", "accounts.ApiKey",
    "accounts.ResetRequest", "accounts.UserSettings", "accounts.AppSetting", "accounts.EnabledApp", "admin.LogEntry",
    "common.OutgoingMail", "chat.ChatSession", "chat.ChatMessage", "tasks.Task", "tasks.TaskEvent", "tasks.StoredFile", "tasks.Output",
    "tasks.Delivery", "tasks.DeliveryAttempt", "tasks.DisabledReceiver", "tasks.WebhookSecret", "aitasks.ProviderCall",
    "aitasks.FinishedStep", "billing.StripeCustomer", "billing.Subscription", "billing.QuotaOverride", "billing.QuotaUse",
}  # fmt: skip
"""Tables in which nothing is left of a deleted user."""
KEPT = {
    "accounts.Account": "owns the ledger; its user is empty",
    "accounts.AuditEntry": "says what staff did, by ids; its address is emptied when its member of staff is deleted",
    "accounts.Erasure": "says that somebody was deleted, by ids",
    "aitasks.ProviderSlot": "its task is emptied; a place for calls, not a person's",
    "billing.Wallet": "the ledger",
    "billing.Grant": "the ledger; what staff wrote about it is emptied",
    "billing.Hold": "the ledger",
    "billing.Transfer": "the ledger",
    "billing.Price": "its author is emptied",
    "metrics.UsageRecord": "how much was used; no words, no names",
    "metrics.DeprecatedCall": "which endpoint was called on a day, for 90 days; no words, no names",
    "marketplace.Call": "of a marketplace's user, who is nobody's user here and is not deleted here",
    "marketplace.UserCount": "as above; how much was used",
    "marketplace.TaskReport": "as above; that a task ended",
    "marketplace.DayCount": "as above; how much was used on a day",
    "metrics.DeprecationNotice": "that somebody was told; no words, no names",
}
"""Tables that keep rows of a deleted user, each with the reason why that says nothing about the person."""
PERSONAL = {"account_id", "user_id", "actor_id", "email", "to"}


def points_at_people(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> bool:
    """Return whether a table's rows lead to a user or an account, or hold what names one."""
    if model in {User, Account}:
        return True
    fields = model._meta.concrete_fields
    related = {field.related_model for field in fields if isinstance(field.related_model, type)} - seen - {model}
    return bool({field.name for field in fields} & PERSONAL) or any(points_at_people(other, seen | {model}) for other in related)


def path_to_person(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> str | None:
    """Return the lookup that leads from a table to its account or user."""
    for field in model._meta.concrete_fields:
        if field.related_model is Account:
            return f"{field.name}_id"
        if field.related_model is User:
            return f"{field.name}__account__id"
    for field in model._meta.concrete_fields:
        if isinstance(field.related_model, type) and field.related_model not in seen | {model}:
            further = path_to_person(field.related_model, seen | {model})
            if further is not None:
                return f"{field.name}__{further}"
    return None


def rows_of(label: str, account_id: Any) -> int:
    """Return how many rows a table has of a person."""
    rows = apps.get_model(label)._default_manager.all()
    named = {"accounts.ResetRequest": "email", "common.OutgoingMail": "to"}
    if label in named:
        return len(rows.filter(**{named[label]: EMAIL}))
    path = "account__id" if label == "accounts.User" else path_to_person(rows.model)
    return len(rows.filter(**{str(path): account_id}))


def everything_written() -> str:
    """Return every row of every table as text."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label not in {"contenttypes", "sessions"}]
    return "\n".join(f"{model._meta.label} {row}" for model in models for row in model._default_manager.values())


def files_on_disk() -> list[str]:
    return sorted(path.name for path in (configured.DATA_DIR / "files").rglob("*") if path.is_file())


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def shop(api: Client, run_jobs: Callable[[], int], settings: Any) -> Iterator[Shop]:
    """Stripe, with our offers in it."""
    with server.start(mode="test", webhook_url="", webhook_secret=SECRET) as stripe:
        settings.STRIPE_API_BASE, settings.STRIPE_API_KEY = stripe.base_url, server.API_KEY
        settings.STRIPE_WEBHOOK_SECRET = SECRET
        catalogue.sync()
        yield Shop(stripe, api, run_jobs)


@pytest.fixture
def mona(api: Client) -> Actor:
    """Somebody with a name and an address that nobody else has."""
    return make_actor(api, email=EMAIL, first_name="Monalotte", last_name="Lisarella")


def upload(actor: Actor) -> str:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="tulip diary.png"\r\nContent-Type: image/png\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    return str(actor.api.send("POST", "/api/user/files", raw=head + png() + b"\r\n--b--\r\n", headers=headers).json["id"])


def live_a_life(mona: Actor, shop: Shop, worker: Worker) -> str:
    """Leave a row in every table that knows people, and return the id of a task that has not ended."""
    shop.pay(upgrade(mona, "basic"))
    picture = upload(mona)
    assert mona.api.send("PATCH", "/api/user/profile", {"avatar": picture}).status == 200
    assert mona.api.post("/api/ai/imagine", {"prompts": {"prompt": "a secret garden"}, "count": 1}).status == 202
    thread = mona.api.post("/api/v1/chat/init").json["threadId"]
    shop.run_jobs()
    with worker():
        said = mona.api.post(f"/api/v1/chat/{thread}/messages", {"content": "Tell me of a secret garden", "stream": False})
    assert said.status == 200
    task = Task.objects.get(kind="imagine")
    FinishedStep.objects.create(task=task, number=0, step="imagine", data={"text": "a secret garden"})
    ProviderCall.objects.filter(task=task).update(job_reference="job-1")
    ProviderAnswer.objects.create(provider="local", reference="job-1", body={"prompt": "a secret garden"})
    webhook_secrets.ensure_secret(account_id=mona.account_id)
    delivery = Delivery.objects.create(
        account_id=mona.account_id, task=task, lane=task.pk, channel="webhook", event="completed", url="https://hooks.example/x", payload={}
    )
    DeliveryAttempt.objects.create(delivery=delivery, number=1, reply_head="tulip diary")
    DisabledReceiver.objects.create(account_id=mona.account_id, url_digest="x", url="https://hooks.example/x")
    app = App.objects.create(slug="diary", title="Diary")
    EnabledApp.objects.create(account_id=mona.account_id, app=app)
    UserSettings.objects.update_or_create(account_id=mona.account_id, defaults={"body": '{"likes": "tulip diary"}'})
    AppSetting.objects.create(account_id=mona.account_id, app=app, key="k", body='"tulip diary"')
    QuotaOverride.objects.create(account_id=mona.account_id, period="day", limit=5)
    QuotaUse.objects.create(account_id=mona.account_id, api="imagine", period="day", starts_at=clock.now(), used=1)
    Grant.objects.filter(account_id=mona.account_id, source="welcome").update(source="staff", reason="For Monalotte")
    passwords.request_reset(email=EMAIL, address="192.0.2.1")
    letters.send_verification(user=mona.user)
    mona.user.groups.add(Group.objects.create(name="friends"))
    mona.user.user_permissions.add(Permission.objects.all()[0])
    LogEntry.objects.create(user=mona.user, object_id=str(mona.user.pk), object_repr=EMAIL, action_flag=2)
    return str(mona.api.post("/api/ai/imagine", {"prompts": {"prompt": "another secret garden"}}).json["id"])


@pytest.mark.clause("P-6.2")
def test_every_table_that_knows_people_is_erased_or_kept_for_a_reason() -> None:
    people = {model._meta.label for model in apps.get_models(include_auto_created=True) if points_at_people(model)}
    assert people - ERASED - set(KEPT) == set()
    here = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert (ERASED & set(KEPT), ((ERASED | set(KEPT)) & here) - people) == (set(), set())


@pytest.mark.clause("P-6.2", "A-4.1")
def test_a_deleted_user_is_nowhere_any_more(
    staff: Actor, mona: Actor, shop: Shop, worker: Worker, travel: Callable[[timedelta], None]
) -> None:
    before = files_on_disk()
    task_id = live_a_life(mona, shop, worker)
    Job.objects.filter(key=task_id).delete()  # No worker takes it up meanwhile.
    assert [label for label in sorted(ERASED) if not rows_of(label, mona.account_id)] == []
    assert [word for word in SECRETS if word not in everything_written()] == []
    assert len(files_on_disk()) == len(before) + 3
    customer_id = shop.only("customer")["id"]
    money = Wallet.objects.values("available", "reserved").get(account=mona.account_id)
    held = Hold.objects.get(ref=task_id)

    assert staff.api.delete(f"{USERS}/{mona.user.pk}").status == 204
    check_out_at_once(mona, staff)

    shop.run_jobs()
    assert Erasure.objects.values_list("problem", "finished_at").get() == ("", None)
    travel(timedelta(seconds=61))
    shop.run_jobs()
    assert Erasure.objects.get().finished_at is not None
    assert {label: count for label in sorted(ERASED) if (count := rows_of(label, mona.account_id))} == {}
    assert [word for word in (*SECRETS, customer_id) if word in everything_written()] == []
    assert (files_on_disk(), StoredFile.objects.count(), ProviderAnswer.objects.count()) == (before, 0, 0)
    check_stripe_has_let_go(shop, customer_id)

    assert Account.objects.get(pk=mona.account_id).user is None
    settled = Hold.objects.get(pk=held.pk)
    assert (settled.charged, settled.settled_at is not None) == (0, True)
    expected = {"available": money["available"] + held.amount, "reserved": money["reserved"] - held.amount}
    assert Wallet.objects.values("available", "reserved").get(account=mona.account_id) == expected
    assert UsageRecord.objects.filter(account_id=mona.account_id).count() == 3
    assert list(audit.find_problems()) == []
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["user.delete", "user.erased"]


def check_out_at_once(mona: Actor, staff: Actor) -> None:
    """Nothing opens to a deleted user, and nobody finds them, before any job has run."""
    for client in (mona.api, mona.key_api):
        assert client.get("/api/user/credits").status == 401
    assert mona.api.post("/api/v1/auth/refresh", {"refreshToken": mona.refresh}).status == 401
    row = User.objects.get(pk=mona.user.pk)
    assert (row.email, row.first_name, row.last_name, row.is_active) == (f"{mona.user.pk.hex}@erased.invalid", "", "", False)
    assert staff.api.get(f"{USERS}/{mona.user.pk}").status == 404
    assert [item["id"] for item in staff.api.get(USERS).json["items"]] == [str(staff.user.pk)]
    assert staff.api.delete(f"{USERS}/{mona.user.pk}").status == 404


def check_stripe_has_let_go(shop: Shop, customer_id: str) -> None:
    """Stripe has no subscription that runs and no customer; what it says about that afterwards is not kept either."""
    assert shop.only("subscription")["status"] == "canceled"
    assert shop.only("customer") == {"id": customer_id, "object": "customer", "deleted": True}
    assert EMAIL in str(shop.stripe.events())
    shop.deliver()
    assert StripeEvent.objects.filter(handled_at=None).count() == 0
    assert EMAIL not in str(list(StripeEvent.objects.values_list("payload", flat=True)))


@pytest.mark.clause("P-6.2")
def test_the_address_is_free_again(staff: Actor, user: Actor, api: Client) -> None:
    assert staff.api.delete(f"{USERS}/{user.user.pk}").status == 204
    body = {"email": user.user.email, "password": "a long pass phrase", "firstName": "A", "lastName": "B"}
    assert api.post("/api/v1/auth/register", body).status == 201


@pytest.mark.clause("P-6.2")
def test_what_fails_is_kept_and_tried_again_until_it_works(
    staff: Actor, user: Actor, run_jobs: Callable[[], int], travel: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def broken(account_id: object) -> None:
        calls.append("broken")
        if len(calls) < 3:
            raise errors.StorageDown("The storage is away.")

    monkeypatch.setattr(erasure, "_erasers", {"files": broken, "other": lambda _account_id: calls.append("other")})
    staff.api.delete(f"{USERS}/{user.user.pk}")
    run_jobs()
    order = Erasure.objects.get()
    assert (order.problem, order.attempts, order.finished_at) == ("files: The storage is away.", 1, None)
    assert run_jobs() == 0
    travel(timedelta(seconds=31))
    run_jobs()
    assert calls == ["broken", "other"] * 1 + ["broken", "other"]
    travel(timedelta(seconds=61))
    run_jobs()
    order.refresh_from_db()
    assert (order.problem, order.attempts, order.finished_at is not None) == ("", 3, True)
    assert not User.objects.filter(pk=user.user.pk).exists()


@pytest.mark.clause("P-6.2")
def test_a_process_that_dies_in_the_middle_loses_nothing(
    staff: Actor, user: Actor, run_jobs: Callable[[], int], travel: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The process is gone: nothing after this runs, no handler either."""

    done: list[str] = []

    def dies(account_id: object) -> None:
        done.append("second")
        if done.count("second") == 1:
            raise Killed

    monkeypatch.setattr(erasure, "_erasers", {"first": lambda _account_id: done.append("first"), "second": dies})
    staff.api.delete(f"{USERS}/{user.user.pk}")
    with pytest.raises(Killed):
        run_jobs()
    Job.objects.all().delete()  # With a broker, the message has been taken.
    assert erasing.requeue_overdue() == 0
    travel(erasing.CLAIM + erasing.OVERDUE)
    assert (erasing.requeue_overdue(), erasing.requeue_overdue()) == (1, 0)
    run_jobs()
    assert Erasure.objects.get().finished_at is not None
    assert done == ["first", "second", "first", "second"]


@pytest.mark.clause("P-6.2")
def test_attempts_do_not_run_side_by_side(staff: Actor, user: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []

    def again(account_id: Any) -> None:
        calls.append(account_id)
        erasing.erase(account_id=account_id)

    monkeypatch.setattr(erasure, "_erasers", {"again": again})
    staff.api.delete(f"{USERS}/{user.user.pk}")
    erasing.erase(account_id=user.account_id)
    assert calls == [user.account_id]


@pytest.mark.clause("P-6.2")
def test_what_was_under_way_is_erased_by_the_second_look(
    staff: Actor, user: Actor, run_jobs: Callable[[], int], travel: Callable[[timedelta], None]
) -> None:
    """A request that was let in a moment before may still make a task."""
    credits.give_credits(user.user, 100)
    staff.api.delete(f"{USERS}/{user.user.pk}")
    run_jobs()
    ChatSession.objects.create(account_id=user.account_id, provider="local", thread_id="late")
    ResetRequest.objects.create(email="somebody.else@example.org")
    travel(timedelta(seconds=61))
    run_jobs()
    assert (ChatSession.objects.count(), ResetRequest.objects.count(), Erasure.objects.get().attempts) == (0, 1, 2)


@pytest.mark.clause("P-6.2")
def test_a_thread_that_its_provider_keeps_is_asked_for_again(
    staff: Actor, user: Actor, run_jobs: Callable[[], int], travel: Callable[[timedelta], None]
) -> None:
    ChatSession.objects.create(account_id=user.account_id, provider="openai", thread_id="conv_1")
    ChatSession.objects.create(account_id=user.account_id, provider="local", thread_id="thread_1")
    staff.api.delete(f"{USERS}/{user.user.pk}")
    run_jobs()
    assert list(ChatSession.objects.values_list("thread_id", flat=True)) == ["conv_1"]
    assert Erasure.objects.get().problem == "chats: 1 chat threads could not be deleted at their provider yet. It is tried again."
    ChatSession.objects.update(provider="local")
    for _ in range(2):
        travel(timedelta(seconds=61))
        run_jobs()
    assert (ChatSession.objects.count(), Erasure.objects.get().problem, Erasure.objects.get().finished_at is None) == (0, "", False)
