"""What staff can do in the admin, each through the service that everybody uses, and each leaving an entry in the log."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Model
from django.test import Client

from accounts import selectors
from accounts.errors import BadToken
from accounts.models import Account, ApiKey, AuditEntry, Erasure, Session, User
from accounts.services import sessions
from accounts.tokens import read_access_token
from aitasks.services import ending
from billing.models import Grant, Price, Subscription, Wallet
from billing.selectors import find_price, get_plan
from billing.states import Plan, UnitPrice
from common import clock
from common.errors import ProviderFailed
from tasks.channels import WEBHOOK
from tasks.models import Delivery, Task
from tasks.services import delivering, running
from tests.unit.admin.conftest import Person, page, submit_picture


def act(client: Client, model: type[Model], action: str, *rows: Model) -> Any:
    return client.post(page(model, "changelist"), {"action": action, "_selected_action": [str(row.pk) for row in rows]})


def done() -> list[str]:
    """What staff did so far, by the audit log."""
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def new_user(**changes: str) -> dict[str, str]:
    return {"email": "New@Example.com", "first_name": "New", "last_name": "Person", "password": "a long pass phrase"} | changes


def test_a_user_is_made_with_an_account_and_can_sign_in(desk: Client) -> None:
    reply = desk.post(page(User, "add"), new_user())
    user = User.objects.get(email="new@example.com")
    assert (reply.status_code, reply["Location"]) == (302, page(User, "change", user.pk))
    assert (user.is_staff, user.is_superuser, Account.objects.get(user=user).kind) == (False, False, "person")
    assert sessions.sign_in(email="new@example.com", password="a long pass phrase", address="192.0.2.1").access
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_type, entry.object_id, entry.object_label) == ("user.add", "accounts.user", str(user.pk), "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"email": "ADA@example.com"}, "email"), ({"password": "password"}, "password"), ({"password": "short"}, "password")],
)
def test_a_user_that_cannot_be_is_refused_in_the_form(desk: Client, person: Person, changes: dict[str, str], field: str) -> None:
    reply = desk.post(page(User, "add"), new_user(**changes))
    assert (reply.status_code, list(reply.context["adminform"].errors)) == (200, [field])
    assert User.objects.filter(is_staff=False).count() == 1


def test_a_disabled_user_is_out_at_once_and_stays_out_when_enabled(desk: Client, person: Person) -> None:
    assert act(desk, User, "disable", person.user).status_code == 302
    assert not User.objects.get(pk=person.user.pk).is_active
    with pytest.raises(BadToken):
        selectors.get_session_caller(read_access_token(person.tokens.access))
    with pytest.raises(BadToken):
        selectors.get_key_caller(person.key_text)
    act(desk, User, "enable", person.user)
    assert selectors.get_key_caller(person.key_text)[0].account_id == person.account.pk
    with pytest.raises(BadToken):
        selectors.get_session_caller(read_access_token(person.tokens.access))
    assert done() == ["user.disable", "user.enable"]


def test_nobody_disables_themselves(desk: Client, clerk: User) -> None:
    act(desk, User, "disable", clerk)
    form = {"email": clerk.email, "first_name": "G", "last_name": "H", "is_active": "", "is_superuser": ""}
    assert desk.post(page(User, "change", clerk.pk), form).status_code == 302
    after = User.objects.get(pk=clerk.pk)
    assert (after.first_name, after.is_active, after.is_superuser) == ("G", True, True)


def test_a_user_is_changed_and_a_new_password_ends_the_sessions(desk: Client, person: Person) -> None:
    form = {"email": "Ada2@Example.com", "first_name": "Ada", "last_name": "New", "is_active": "on"}
    assert desk.post(page(User, "change", person.user.pk), form).status_code == 302
    assert User.objects.get(pk=person.user.pk).email == "ada2@example.com"
    assert Session.objects.get(pk=person.session.pk).revoked_at is None
    fields = {"password1": "another long phrase", "password2": "another long phrase", "usable_password": "true"}
    assert desk.post(f"/admin/accounts/user/{person.user.pk}/password/", fields).status_code == 302
    assert Session.objects.get(pk=person.session.pk).revoked_at is not None
    assert sessions.sign_in(email="ada2@example.com", password="another long phrase", address="192.0.2.1").access


def test_a_changed_address_is_not_verified_any_more(desk: Client, person: Person) -> None:
    User.objects.filter(pk=person.user.pk).update(verified_at=person.user.created_at)
    form = {"email": person.user.email, "first_name": "Ada", "last_name": "New", "is_active": "on"}
    desk.post(page(User, "change", person.user.pk), form)
    assert User.objects.get(pk=person.user.pk).verified_at == person.user.created_at
    assert "1 result" in desk.get(page(User, "changelist"), {"verified": "yes"}).content.decode()
    desk.post(page(User, "change", person.user.pk), form | {"email": "ada2@example.com"})
    assert User.objects.get(pk=person.user.pk).verified_at is None


def test_a_user_is_signed_out_everywhere(desk: Client, person: Person) -> None:
    shown = desk.get(page(User, "change", person.user.pk)).content.decode()
    assert page(Session, "change", person.session.pk) in shown
    act(desk, User, "end_sessions", person.user)
    assert Session.objects.get(pk=person.session.pk).revoked_at is not None
    assert done() == ["user.end_sessions"]


def test_sessions_and_keys_are_revoked(desk: Client, person: Person) -> None:
    act(desk, Session, "revoke", person.session)
    act(desk, ApiKey, "revoke", person.key)
    with pytest.raises(BadToken):
        selectors.get_session_caller(read_access_token(person.tokens.access))
    with pytest.raises(BadToken):
        selectors.get_key_caller(person.key_text)
    assert done() == ["session.revoke", "apikey.revoke"]


@pytest.mark.parametrize("model", [User, Session, ApiKey, Task], ids=str)
def test_who_may_only_look_may_not_act(viewer: Client, person: Person, model: type[Model]) -> None:
    task = submit_picture(person)
    row = {User: person.user, Session: person.session, ApiKey: person.key, Task: task}[model]
    before = list(model._default_manager.order_by("pk").values())
    assert viewer.get(page(model, "changelist")).status_code == 200
    for action in ("disable", "revoke", "cancel", "end_sessions"):
        act(viewer, model, action, row)
    assert list(model._default_manager.order_by("pk").values()) == before


def test_credits_are_granted_once_for_a_form(desk: Client, person: Person) -> None:
    shown = desk.get(page(Grant, "add")).context["adminform"].form["once"].initial
    form = {"account": str(person.account.pk), "amount": "40", "reason": "For the outage", "once": str(shown)}
    assert desk.post(page(Grant, "add"), form).status_code == 302
    reply = desk.post(page(Grant, "add"), form, follow=True)
    assert "granted already" in reply.content.decode()
    grant = Grant.objects.get(source="staff")
    assert (grant.amount, grant.remaining, grant.reason) == (40, 40, "For the outage")
    assert Wallet.objects.get(account=person.account).available == 500 + 40
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_id, entry.details["amount"]) == ("grant.add", str(grant.pk), "40")


@pytest.mark.parametrize(
    "changes", [{"amount": "0"}, {"amount": "-5"}, {"reason": " "}, {"account": str(uuid4())}, {"expires_at_0": "2020-01-01"}, {"once": ""}]
)
def test_a_grant_without_sense_or_reason_is_refused(desk: Client, person: Person, changes: dict[str, str]) -> None:
    form = {"account": str(person.account.pk), "amount": "40", "reason": "Why", "expires_at_1": "00:00:00", "once": str(uuid4())}
    assert desk.post(page(Grant, "add"), form | {"expires_at_0": "2100-01-01"} | changes).status_code == 200
    assert not Grant.objects.filter(source="staff").exists()


def test_a_price_is_set_for_what_a_feature_makes(desk: Client, clerk: User) -> None:
    reply = desk.post(page(Price, "add"), {"what": "imagine/image", "credits": "7", "per": "2"})
    assert reply.status_code == 302
    assert find_price(feature="imagine", target="image") == UnitPrice(7, 2)
    assert Price.objects.get().created_by_id == clerk.pk


@pytest.mark.parametrize(
    "changes", [{"what": "imagine/dreams"}, {"credits": "-1"}, {"per": "0"}, {"valid_from_0": "2020-01-01", "valid_from_1": "00:00:00"}]
)
def test_a_price_that_cannot_be_is_refused(desk: Client, changes: dict[str, str]) -> None:
    assert desk.post(page(Price, "add"), {"what": "imagine/image", "credits": "7", "per": "2"} | changes).status_code == 200
    assert not Price.objects.exists()


def test_two_prices_from_one_moment_on_are_refused(desk: Client) -> None:
    form = {"what": "imagine/image", "credits": "7", "per": "2", "valid_from_0": "2100-01-01", "valid_from_1": "00:00:00"}
    assert [desk.post(page(Price, "add"), form).status_code for _ in range(2)] == [302, 200]
    assert Price.objects.count() == 1


def test_a_plan_is_given_and_taken_back(desk: Client, person: Person) -> None:
    form = {"account": str(person.account.pk), "plan": "premium", "status": "active"}
    assert desk.post(page(Subscription, "add"), form).status_code == 302
    assert get_plan(person.account.pk) == Plan.PREMIUM
    assert desk.post(page(Subscription, "change", person.account.pk), form | {"status": "inactive"}).status_code == 302
    assert get_plan(person.account.pk) == Plan.FREE


def test_a_task_is_cancelled_and_its_credits_come_back(desk: Client, person: Person) -> None:
    task = submit_picture(person)
    assert Wallet.objects.get(account=person.account).reserved == 10
    act(desk, Task, "cancel", task)
    act(desk, Task, "cancel", task)
    wallet = Wallet.objects.get(account=person.account)
    assert (Task.objects.get(pk=task.pk).state, wallet.available, wallet.reserved) == ("cancelled", 500, 0)
    assert done() == ["task.cancel"]


@pytest.mark.clause("P-6.1")
def test_every_change_in_a_form_leaves_an_entry_without_a_name(desk: Client, clerk: User, person: Person) -> None:
    form = {"email": "ada2@example.com", "first_name": "Augusta", "last_name": "New", "is_active": "on"}
    desk.post(page(User, "change", person.user.pk), form)
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.action, entry.address) == (clerk.pk, "user.change", "127.0.0.1")
    assert entry.details == {"fields": ["Email", "First name", "Last name"]}
    assert "ada" not in f"{entry.object_label}{entry.details}".lower()
    fields = {"password1": "another long phrase", "password2": "another long phrase", "usable_password": "true"}
    desk.post(f"/admin/accounts/user/{person.user.pk}/password/", fields)
    assert done() == ["user.change", "user.change"]


def test_the_history_of_a_row_is_in_the_audit_log(desk: Client, person: Person) -> None:
    act(desk, User, "disable", person.user)
    reply = desk.get(page(User, "history", person.user.pk), follow=True)
    assert reply.redirect_chain == [(f"{page(AuditEntry, 'changelist')}?q={person.user.pk}", 302)]
    assert reply.context["cl"].result_count == 1
    assert "user.disable" in reply.content.decode()


def test_a_user_is_disabled_in_the_form_by_the_same_service(desk: Client, person: Person) -> None:
    form = {"email": person.user.email, "first_name": "Ada", "last_name": "Example", "is_active": ""}
    assert desk.post(page(User, "change", person.user.pk), form).status_code == 302
    assert (User.objects.get(pk=person.user.pk).is_active, Session.objects.get(pk=person.session.pk).revoked_at is None) == (False, False)
    assert done() == ["user.disable", "user.change"]


@pytest.mark.clause("P-6.2")
def test_a_user_is_deleted_after_a_question(desk: Client, person: Person) -> None:
    question = desk.get(page(User, "delete", person.user.pk)).content.decode()
    assert "The ledger and the usage records stay, without a name." in question
    assert not Erasure.objects.exists()
    assert desk.post(page(User, "delete", person.user.pk), {"post": "yes"}).status_code == 302
    assert Erasure.objects.get().account_id == person.account.pk
    assert done() == ["user.delete"]


@pytest.mark.clause("P-6.2")
def test_who_may_not_delete_users_does_not(desk: Client, viewer: Client, clerk: User, person: Person) -> None:
    assert viewer.post(page(User, "delete", person.user.pk), {"post": "yes"}).status_code == 403
    assert desk.post(page(User, "delete", clerk.pk), {"post": "yes"}).status_code == 403
    assert (Erasure.objects.count(), User.objects.filter(email__in=[clerk.email, person.user.email]).count(), done()) == (0, 2, [])


@pytest.mark.clause("P-6.3")
def test_a_failed_task_is_tried_again_once(desk: Client, person: Person) -> None:
    task = submit_picture(person)
    attempt = running.claim(task_id=task.pk)
    assert attempt is not None
    running.fail(attempt=attempt, error=ProviderFailed("It broke."), closing=ending.close)
    reply = act(desk, Task, "retry", task)
    again = Task.objects.exclude(pk=task.pk).get()
    assert (reply.status_code, again.state, again.payload) == (302, "queued", task.payload)
    act(desk, Task, "retry", task)
    act(desk, Task, "retry", again)
    assert (Task.objects.count(), done()) == (2, ["task.retry"])


@pytest.mark.clause("P-6.1")
def test_an_entry_cannot_be_changed_afterwards(desk: Client, person: Person) -> None:
    act(desk, User, "disable", person.user)
    entry = AuditEntry.objects.get()
    changes: list[dict[str, Any]] = [{"action": "user.enable"}, {"actor_id": None}, {"details": {}}, {"object_id": "x"}]
    for change in changes:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditEntry.objects.filter(pk=entry.pk).update(**change)
    assert AuditEntry.objects.values().get() == {field.attname: getattr(entry, field.attname) for field in entry._meta.concrete_fields}


def test_a_delivery_is_sent_again(desk: Client, viewer: Client, person: Person) -> None:
    delivery = delivering.create_delivery(
        account_id=person.account.pk, task=None, channel=WEBHOOK, event="task.completed", url="https://a.example/", payload={}
    )
    Delivery.objects.update(state="failed", ended_at=clock.now(), problem="Gone.")
    act(viewer, Delivery, "redeliver", delivery)
    assert Delivery.objects.get().state == "failed"
    act(desk, Delivery, "redeliver", delivery)
    assert Delivery.objects.values_list("state", "problem", "ended_at").get() == ("waiting", "", None)
    assert done() == ["delivery.redeliver"]
