"""P-6.1: administration over the API. Staff only, signed in, from no other origin; what they do is in the audit log."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.db.backends.utils import CursorWrapper

from accounts.models import Account, ApiKey, AuditEntry, Session, User
from aitasks.services import ending
from billing.models import Hold, Wallet
from common.errors import ProviderFailed
from common.models import OutgoingMail
from metrics.models import UsageRecord
from tasks.models import Task
from tasks.services import running
from tests.conftest import Actor, make_actor
from tests.contracts.doors import Door, all_doors
from tests.contracts.matching import TEXT, Matching
from tests.contracts.stored import everything_stored
from tests.factories import credits
from tests.fakes.asgi import Client

USERS, PRICING, TASKS, USAGE, AUDIT = (f"/api/admin/{name}" for name in ("users", "pricing", "tasks", "usage", "audit"))
NOBODY = "0190b5a0-0000-7000-8000-000000000000"
TIME, ID = Matching(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), Matching(r"[0-9a-f-]{36}")
PICTURE = {"prompts": {"prompt": "a red ball"}, "target": {"type": "image"}}
DOORS = [door for door in all_doors() if door.route.startswith("/api/admin/")]
CALLS = [(door, method) for door in DOORS for method in sorted(door.methods)]


def refused(reply: Any, status: int, code: int) -> None:
    assert (reply.status, reply.json) == (status, {"code": code, "message": TEXT}), reply.body


def log() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "object_id"))


def submit(user: Actor, **changes: Any) -> str:
    reply = user.api.post("/api/ai/imagine", PICTURE | changes, headers={"Prefer": "respond-async"})
    assert reply.status == 202, reply.body
    return str(reply.json["id"])


def fail(task_id: str) -> None:
    attempt = running.claim(task_id=Task.objects.get(pk=task_id).pk)
    assert attempt is not None
    running.fail(attempt=attempt, error=ProviderFailed("It broke."), closing=ending.close)


@pytest.fixture
def reader(api: Client) -> Actor:
    """A member of staff who may look at users and nothing else."""
    actor = make_actor(api, first_name="Rosa", is_staff=True)
    actor.user.user_permissions.add(Permission.objects.get(codename="view_user"))
    return actor


class TestWhoMay:
    @pytest.mark.clause("P-6.1", "A-2.1")
    @pytest.mark.parametrize(("door", "method"), CALLS, ids=str)
    def test_users_and_keys_of_staff_may_not(self, user: Actor, staff: Actor, door: Door, method: str) -> None:
        before = everything_stored()
        for client in (user.api, user.key_api, staff.key_api):
            refused(client.send(method, door.path, {} if method == "POST" else None), 403, 7)
        assert everything_stored() == before

    @pytest.mark.clause("P-6.1")
    @pytest.mark.parametrize(("door", "method"), CALLS, ids=str)
    def test_a_page_of_another_origin_may_not(self, staff: Actor, settings: Any, door: Door, method: str) -> None:
        settings.CORS_ALLOWED_ORIGINS = settings.CORS_ORIGINS = ["https://app.example"]
        before = everything_stored()
        for origin in ("https://app.example", "https://evil.example", "null", "http://127.0.0.1:1", "file://"):
            reply = staff.api.send(method, door.path, headers={"Origin": origin})
            refused(reply, 403, 7)
            assert [name for name in reply.headers if name.startswith("access-control-")] == []
        assert everything_stored() == before

    @pytest.mark.clause("P-6.1")
    def test_no_preflight_is_answered(self, api: Client, settings: Any) -> None:
        settings.CORS_ALLOWED_ORIGINS = settings.CORS_ORIGINS = ["https://app.example"]
        headers = {"Origin": "https://app.example", "Access-Control-Request-Method": "GET"}
        for door in DOORS:
            reply = api.send("OPTIONS", door.path, headers=headers)
            assert [name for name in reply.headers if name.startswith("access-control-")] == []

    @pytest.mark.clause("P-6.1")
    def test_our_own_pages_may(self, staff: Actor, settings: Any) -> None:
        for origin in (settings.PUBLIC_URL, "http://127.0.0.1"):
            assert staff.api.get(USERS, headers={"Origin": origin}).status == 200

    @pytest.mark.clause("P-6.1")
    def test_staff_may_do_what_they_may_do_in_the_admin(self, reader: Actor, user: Actor) -> None:
        assert reader.api.get(USERS).status == 200
        before = everything_stored()
        refused(reader.api.post(f"{USERS}/{user.user.pk}/disable"), 403, 7)
        refused(reader.api.delete(f"{USERS}/{user.user.pk}"), 403, 7)
        refused(reader.api.get(TASKS), 403, 7)
        assert everything_stored() == before

    @pytest.mark.clause("P-6.1")
    def test_who_is_no_staff_any_more_is_out_at_once(self, staff: Actor) -> None:
        User.objects.filter(pk=staff.user.pk).update(is_staff=False)
        refused(staff.api.get(USERS), 403, 7)


class TestUsers:
    @pytest.mark.clause("P-6.1", "A-1.1")
    def test_list_says_what_there_is_to_know(self, staff: Actor, user: Actor) -> None:
        credits.leave_credits(user.user, 70)
        User.objects.filter(pk=user.user.pk).update(last_login="2026-01-01T00:00:00Z")
        Session.objects.filter(user=user.user).update(refreshed_at="2026-01-02T00:00:00Z")
        ApiKey.objects.filter(account=user.account_id).update(last_used_at="2026-01-03T00:00:00Z")
        reply = staff.api.get(USERS)
        ids = sorted((str(staff.user.pk), str(user.user.pk)), reverse=True)
        assert (reply.status, [item["id"] for item in reply.json["items"]]) == (200, ids)
        (found,) = [item for item in reply.json["items"] if item["id"] == str(user.user.pk)]
        assert found == {
            "id": str(user.user.pk),
            "account": str(user.account_id),
            "email": user.user.email,
            "firstName": "Ada",
            "lastName": "Example",
            "state": "active",
            "isVerified": False,
            "isStaff": False,
            "hasPassword": True,
            "plan": "free",
            "credits": {"balance": "70", "reserved": "0"},
            "createdAt": TIME,
            "lastActivityAt": "2026-01-03T00:00:00.000Z",
        }
        assert staff.api.get(f"{USERS}/{user.user.pk}").json == found

    @pytest.mark.clause("P-6.1", "A-1.5")
    def test_pages(self, staff: Actor, api: Client) -> None:
        made = [str(make_actor(api).user.pk) for _ in range(4)]
        first = staff.api.get(f"{USERS}?limit=3").json
        second = staff.api.get(f"{USERS}?limit=3&cursor={first['next']}").json
        assert [item["id"] for item in first["items"] + second["items"]] == [*made[::-1], str(staff.user.pk)]
        assert (len(first["items"]), second["next"]) == (3, "")

    @pytest.mark.clause("P-6.1")
    def test_search(self, staff: Actor, api: Client) -> None:
        ada = make_actor(api, email="ada.lovelace@example.org", first_name="Augusta Ada", last_name="King")
        make_actor(api, email="charles@example.org", first_name="Charles", last_name="Babbage", is_active=True)
        User.objects.filter(email="charles@example.org").update(is_active=False)

        def found(query: str) -> list[str]:
            return [item["email"] for item in staff.api.get(f"{USERS}?{query}").json["items"]]

        for words in ("LOVELACE", "augusta", "king", str(ada.user.pk), str(ada.account_id)):
            assert found(f"search={words}") == ["ada.lovelace@example.org"], words
        assert found("search=example.org") == ["charles@example.org", "ada.lovelace@example.org"]
        assert found("search=example.org&state=disabled") == ["charles@example.org"]
        assert found("search=example.org&state=active") == ["ada.lovelace@example.org"]
        assert found("search=nobody") == found(f"search={NOBODY}") == []
        refused(staff.api.get(f"{USERS}?state=gone"), 400, 3)

    @pytest.mark.clause("P-6.1")
    def test_inviting_sends_a_letter_that_opens_the_account(self, staff: Actor, api: Client) -> None:
        reply = staff.api.post(USERS, {"email": "New@Example.com", "firstName": "New", "lastName": "Person"})
        assert reply.status == 201
        assert {name: reply.json[name] for name in ("email", "firstName", "state", "hasPassword", "isStaff", "isVerified")} == {
            "email": "new@example.com",
            "firstName": "New",
            "state": "active",
            "hasPassword": False,
            "isStaff": False,
            "isVerified": False,
        }
        letter = OutgoingMail.objects.get()
        assert (letter.to, letter.subject) == ("new@example.com", "You are invited to Tollgate")
        link = next(word for word in letter.text.split() if "token=" in word)
        token = parse_qs(urlsplit(link).query)["token"][0]
        login = {"email": "new@example.com", "password": "a long pass phrase"}
        assert api.post("/api/v1/auth/login", login).status == 401
        reset = {"token": token, "newPassword": "a long pass phrase"}
        assert api.post("/api/v1/auth/password/reset/confirm", reset).status == 200
        assert api.post("/api/v1/auth/login", login).status == 200
        assert api.post("/api/v1/auth/password/reset/confirm", reset).status == 400
        assert log() == [("user.create", reply.json["id"])]
        assert "new@example.com" not in str(AuditEntry.objects.values().get())

    @pytest.mark.clause("P-6.1")
    def test_an_invitation_lasts_a_week(self, staff: Actor, api: Client, travel: Callable[[timedelta], None]) -> None:
        staff.api.post(USERS, {"email": "new@example.com", "firstName": "New", "lastName": "Person"})
        token = OutgoingMail.objects.get().text.split("token=")[1].split()[0]
        travel(timedelta(days=7))
        reset = {"token": token, "newPassword": "a long pass phrase"}
        assert api.post("/api/v1/auth/password/reset/confirm", reset).status == 400

    @pytest.mark.clause("P-6.1", "A-1.4")
    def test_an_address_is_enough_for_an_invitation(self, staff: Actor) -> None:
        reply = staff.api.post(USERS, {"email": "new@example.com"})
        assert (reply.status, reply.json["firstName"], reply.json["lastName"]) == (201, "", "")
        assert OutgoingMail.objects.get().to == "new@example.com"

    @pytest.mark.clause("P-6.1", "A-2.1")
    def test_who_exists_is_not_invited_again(self, staff: Actor, user: Actor) -> None:
        before = everything_stored()
        for email in (user.user.email, user.user.email.upper()):
            refused(staff.api.post(USERS, {"email": email, "firstName": "A", "lastName": "B"}), 409, 6)
        for body in ({}, {"email": "x", "firstName": "A", "lastName": "B"}):
            refused(staff.api.post(USERS, body), 400, 3)
        assert everything_stored() == before

    @pytest.mark.clause("P-6.1")
    def test_a_disabled_user_is_out_at_once(self, staff: Actor, user: Actor) -> None:
        reply = staff.api.post(f"{USERS}/{user.user.pk}/disable")
        assert (reply.status, reply.json["state"]) == (200, "disabled")
        for client in (user.api, user.key_api):
            refused(client.get("/api/user/credits"), 401, 16)
        assert staff.api.post(f"{USERS}/{user.user.pk}/disable").json["state"] == "disabled"
        reply = staff.api.post(f"{USERS}/{user.user.pk}/enable")
        assert (reply.status, reply.json["state"]) == (200, "active")
        assert (user.key_api.get("/api/user/credits").status, user.api.get("/api/user/credits").status) == (200, 401)
        assert log() == [("user.disable", str(user.user.pk)), ("user.enable", str(user.user.pk))]

    @pytest.mark.clause("P-6.1")
    def test_staff_cannot_change_what_is_known_about_a_user(self, staff: Actor, user: Actor) -> None:
        before = everything_stored()
        for method in ("PUT", "PATCH"):
            for path in (f"{USERS}/{user.user.pk}", USERS):
                refused(staff.api.send(method, path, {"email": "x@example.com", "firstName": "X"}), 405, 12)
        assert everything_stored() == before

    @pytest.mark.clause("P-6.1")
    def test_nobody_locks_themselves_out(self, staff: Actor) -> None:
        before = everything_stored()
        refused(staff.api.post(f"{USERS}/{staff.user.pk}/disable"), 403, 7)
        refused(staff.api.delete(f"{USERS}/{staff.user.pk}"), 403, 7)
        assert everything_stored() == before

    @pytest.mark.clause("P-6.1")
    def test_superusers_answer_to_superusers(self, reader: Actor, staff: Actor) -> None:
        reader.user.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
        before = everything_stored()
        refused(reader.api.post(f"{USERS}/{staff.user.pk}/disable"), 403, 7)
        refused(reader.api.delete(f"{USERS}/{staff.user.pk}"), 403, 7)
        assert everything_stored() == before

    @pytest.mark.clause("P-6.1")
    def test_two_superusers_who_disable_each_other_leave_one(self, staff: Actor, api: Client) -> None:
        other = make_actor(api, is_staff=True, is_superuser=True)
        pairs = [(staff, other), (other, staff)]
        replies = api.send_together([by.api.request("POST", f"{USERS}/{who.user.pk}/disable") for by, who in pairs])
        assert sorted(reply.status for reply in replies) in ([200, 401], [200, 403], [200, 409])
        assert User.objects.filter(is_superuser=True, is_active=True).count() == 1

    @pytest.mark.clause("P-6.1", "A-2.1")
    def test_unknown_users(self, staff: Actor) -> None:
        before = everything_stored()
        for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/disable"), ("POST", "/enable")):
            refused(staff.api.send(method, f"{USERS}/{NOBODY}{path}"), 404, 5)
        assert everything_stored() == before


class TestPricing:
    @pytest.mark.clause("P-6.1", "A-4.1")
    def test_a_task_is_charged_what_was_valid_when_it_was_made(self, staff: Actor, user: Actor, run_jobs: Callable[[], int]) -> None:
        assert staff.api.post(PRICING, {"feature": "imagine", "target": "image", "credits": "7"}).status == 201
        early = submit(user)
        assert staff.api.post(PRICING, {"feature": "imagine", "target": "image", "credits": 11, "per": "1"}).status == 201
        late = submit(user)
        run_jobs()
        charged = dict(Hold.objects.values_list("ref", "charged"))
        assert {name: charged[name] for name in (early, late)} == {early: 7, late: 11}
        assert sorted(UsageRecord.objects.values_list("credits", flat=True)) == [7, 11]

    @pytest.mark.clause("P-6.1")
    def test_current_prices_and_every_version(self, staff: Actor) -> None:
        (declared,) = staff.api.get(f"{PRICING}?feature=imagine&target=image").json["items"]
        assert declared == {"feature": "imagine", "target": "image", "unit": TEXT, "credits": TEXT, "per": TEXT, "isDeclared": True}
        for amount in ("7", "9"):
            made = staff.api.post(PRICING, {"feature": "imagine", "target": "image", "credits": amount, "per": "2"})
            assert made.json == {
                "id": TEXT,
                "feature": "imagine",
                "target": "image",
                "credits": amount,
                "per": "2",
                "validFrom": TIME,
                "setBy": str(staff.user.pk),
            }
        later = {"feature": "imagine", "target": "image", "credits": "1", "validFrom": "2100-01-01T00:00:00Z"}
        assert staff.api.post(PRICING, later).json["validFrom"] == "2100-01-01T00:00:00.000Z"
        reply = staff.api.get(f"{PRICING}?feature=imagine&limit=2")
        (now,) = [item for item in reply.json["items"] if item["target"] == "image"]
        assert (now["credits"], now["per"], now["isDeclared"]) == ("9", "2", False)
        assert [item["credits"] for item in reply.json["history"]["items"]] == ["1", "9"]
        rest = staff.api.get(f"{PRICING}?feature=imagine&limit=2&cursor={reply.json['history']['next']}").json["history"]
        assert ([item["credits"] for item in rest["items"]], rest["next"]) == (["7"], "")
        assert [action for action, _ in log()] == ["price.add"] * 3
        assert AuditEntry.objects.order_by("pk")[0].details["credits"] == 7

    @pytest.mark.clause("P-6.1")
    @pytest.mark.parametrize(
        ("changes", "status", "code"),
        [
            ({"feature": "dream"}, 404, 5),
            ({"target": "video game"}, 400, 3),
            ({"credits": "-1"}, 400, 3),
            ({"credits": str(10**12 + 1)}, 400, 3),
            ({"per": "0"}, 400, 3),
            ({"validFrom": "2020-01-01T00:00:00Z"}, 400, 3),
            ({"validFrom": "2099-01-01T00:00:00Z"}, 409, 6),
        ],
    )
    def test_prices_that_cannot_be(self, staff: Actor, changes: dict[str, str], status: int, code: int) -> None:
        body = {"feature": "imagine", "target": "image", "credits": "7", "per": "1", "validFrom": "2099-01-01T00:00:00Z"}
        assert staff.api.post(PRICING, body).status == 201
        before = everything_stored()
        refused(staff.api.post(PRICING, body | {"validFrom": None} | changes), status, code)
        assert everything_stored() == before


class TestUsage:
    @pytest.fixture
    def used(self, user: Actor, second_user: Actor) -> None:
        """Six calls of two people on three days."""
        rows = [
            (user, "imagine", "succeeded", 5, "2026-03-01T23:59:59Z"),
            (user, "imagine", "failed", 0, "2026-03-02T00:00:00Z"),
            (user, "extract", "succeeded", 2, "2026-03-02T10:00:00Z"),
            (second_user, "imagine", "cancelled", 1, "2026-03-02T11:00:00Z"),
            (second_user, "imagine", "succeeded", 8, "2026-03-03T00:00:00Z"),
            (second_user, "inspire", "succeeded", 4, "2026-03-04T00:00:00Z"),
        ]
        for actor, api, outcome, charged, at in rows:
            task = Task(account_id=actor.account_id)
            UsageRecord.objects.create(
                id=task.pk, account_id=actor.account_id, app_id="app" if api == "extract" else "", api=api, contract="platform",
                provider="local", units=charged * 2, credits=charged, latency_ms=100, outcome=outcome, created_at=at
            )  # fmt: skip

    @pytest.mark.clause("P-6.1", "A-7.1")
    @pytest.mark.usefixtures("used")
    def test_totals_and_days(self, staff: Actor) -> None:
        reply = staff.api.get(f"{USAGE}?from=2026-03-01&to=2026-03-04")
        assert reply.json["totals"] == {
            "calls": "5", "succeeded": "3", "failed": "1", "cancelled": "1", "units": "32", "credits": "16", "latencyMs": "100"
        }  # fmt: skip
        assert [(item["key"], item["calls"], item["credits"]) for item in reply.json["items"]] == [
            ("2026-03-03", "1", "8"), ("2026-03-02", "3", "3"), ("2026-03-01", "1", "5")
        ]  # fmt: skip
        assert {name: reply.json[name] for name in ("by", "from", "to", "next")} == {
            "by": "day", "from": "2026-03-01T00:00:00.000Z", "to": "2026-03-04T00:00:00.000Z", "next": ""
        }  # fmt: skip

    @pytest.mark.clause("P-6.1")
    @pytest.mark.usefixtures("used")
    def test_groups(self, staff: Actor, user: Actor, second_user: Actor) -> None:
        def groups(by: str) -> list[tuple[str, str | None, str]]:
            reply = staff.api.get(f"{USAGE}?from=2026-03-01&to=2026-03-05&by={by}")
            return [(item["key"], item["email"], item["credits"]) for item in reply.json["items"]]

        assert groups("api") == [("imagine", None, "14"), ("inspire", None, "4"), ("extract", None, "2")]
        assert groups("app") == [("", None, "18"), ("app", None, "2")]
        assert groups("provider") == [("local", None, "20")]
        assert groups("user") == [
            (str(second_user.account_id), second_user.user.email, "13"), (str(user.account_id), user.user.email, "7")
        ]  # fmt: skip

    @pytest.mark.clause("P-6.1", "A-1.5")
    @pytest.mark.usefixtures("used")
    def test_groups_in_pages(self, staff: Actor) -> None:
        path = f"{USAGE}?from=2026-03-01&to=2026-03-05&by=api&limit=2"
        first = staff.api.get(path).json
        second = staff.api.get(f"{path}&cursor={first['next']}").json
        assert [[item["key"] for item in page["items"]] for page in (first, second)] == [["imagine", "inspire"], ["extract"]]
        assert second["next"] == ""

    @pytest.mark.clause("P-6.1")
    def test_nothing_used_and_spans_that_cannot_be(self, staff: Actor) -> None:
        reply = staff.api.get(USAGE)
        assert (reply.json["items"], reply.json["totals"]["calls"], reply.json["totals"]["latencyMs"]) == ([], "0", "0")
        for query in ("from=x", "to=2026-13-01", "from=2026-03-02&to=2026-03-01", "from=2020-01-01&to=2026-01-01", "by=colour", "cursor=x"):
            refused(staff.api.get(f"{USAGE}?{query}"), 400, 3)


class TestTasks:
    @pytest.mark.clause("P-6.1")
    def test_list_and_filters(self, staff: Actor, user: Actor, second_user: Actor) -> None:
        first, second = submit(user), submit(second_user)
        other = user.api.post(
            "/api/ai/inspire",
            {"prompts": {"prompt": "Why?"}, "source": {"data": {"text": "Because."}}},
            headers={"Prefer": "respond-async"},
        )
        fail(first)

        def found(query: str = "") -> list[str]:
            return [item["id"] for item in staff.api.get(f"{TASKS}?{query}").json["items"]]

        assert found() == [other.json["id"], second, first]
        assert found("status=failed") == [first]
        assert found("feature=inspire") == [other.json["id"]]
        assert found(f"user={user.user.pk}") == [other.json["id"], first]
        assert found(f"user={user.user.pk}&feature=imagine") == [first]
        assert (found("contract=platform"), found("contract=gateway")) == (found(), [])
        for query in ("status=x", "feature=x", "contract=x", "user=x"):
            refused(staff.api.get(f"{TASKS}?{query}"), 400, 3)

    @pytest.mark.clause("P-6.1")
    def test_a_task_with_its_events_and_tries_and_without_its_words(self, staff: Actor, user: Actor, run_jobs: Callable[[], int]) -> None:
        task_id = submit(user, prompts={"prompt": "a secret garden"})
        run_jobs()
        reply = staff.api.get(f"{TASKS}/{task_id}")
        assert reply.status == 200
        body = reply.json
        assert (body["status"], body["user"], body["account"]) == (
            "succeeded", {"id": str(user.user.pk), "email": user.user.email}, str(user.account_id)
        )  # fmt: skip
        assert [(event["kind"], event["data"].get("state")) for event in body["events"] if event["kind"] == "state"] == [
            ("state", "running"), ("state", "succeeded")
        ]  # fmt: skip
        assert [event["seq"] for event in body["events"]] == list(range(1, len(body["events"]) + 1))
        assert [(row["attempt"], row["step"], row["provider"], row["outcome"], row["error"]) for row in body["tries"]] == [
            (1, "imagine", "local", "succeeded", "")
        ]  # fmt: skip
        assert "secret garden" not in reply.text

    @pytest.mark.clause("P-6.1", "A-4.1")
    def test_cancelling_gives_the_credits_back_once(self, staff: Actor, user: Actor) -> None:
        task_id = submit(user)
        reserved = Wallet.objects.get(account=user.account_id).reserved
        reply = staff.api.post(f"{TASKS}/{task_id}/cancel")
        assert (reply.status, reply.json["status"], reply.json["usage"]) == (200, "cancelled", {"credits": "0", "reserved": "0"})
        assert (reserved > 0, Wallet.objects.get(account=user.account_id).reserved) == (True, 0)
        before = everything_stored()
        refused(staff.api.post(f"{TASKS}/{task_id}/cancel"), 409, 6)
        assert everything_stored() == before
        assert log() == [("task.cancel", task_id)]

    @pytest.mark.clause("P-6.1", "A-4.1")
    def test_a_failed_task_is_made_again_once_and_nothing_is_charged_twice(
        self, staff: Actor, user: Actor, run_jobs: Callable[[], int]
    ) -> None:
        task_id = submit(user)
        refused(staff.api.post(f"{TASKS}/{task_id}/retry"), 409, 6)
        fail(task_id)
        before = Wallet.objects.get(account=user.account_id).available
        staff.api.post(PRICING, {"feature": "imagine", "target": "image", "credits": "3"})
        reply = staff.api.post(f"{TASKS}/{task_id}/retry")
        again = reply.json["id"]
        assert (reply.status, reply.json["status"], reply.json["account"], again != task_id) == (201, "queued", str(user.account_id), True)
        refused(staff.api.post(f"{TASKS}/{task_id}/retry"), 409, 6)
        run_jobs()
        assert dict(Task.objects.values_list("pk", "state")) == {
            Task.objects.get(pk=task_id).pk: "failed", Task.objects.get(pk=again).pk: "succeeded"
        }  # fmt: skip
        assert Wallet.objects.get(account=user.account_id).available == before - 3
        assert Task.objects.get(pk=again).payload == Task.objects.get(pk=task_id).payload
        assert user.api.get(f"/api/ai/imagine/{again}").json["status"] == "succeeded"
        assert [action for action, _ in log()] == ["price.add", "task.retry"]

    @pytest.mark.clause("P-6.1")
    def test_retries_at_once_make_one_task(self, staff: Actor, user: Actor) -> None:
        task_id = submit(user)
        fail(task_id)
        replies = staff.api.send_together([staff.api.request("POST", f"{TASKS}/{task_id}/retry")] * 8)
        assert sorted(reply.status for reply in replies) == [201] + [409] * 7
        assert Task.objects.count() == 2

    @pytest.mark.clause("P-6.1", "A-4.1")
    def test_a_retry_that_cannot_be_paid_is_refused(self, staff: Actor, user: Actor) -> None:
        task_id = submit(user)
        fail(task_id)
        staff.api.post(PRICING, {"feature": "imagine", "target": "image", "credits": "100000"})
        before = everything_stored()
        refused(staff.api.post(f"{TASKS}/{task_id}/retry"), 402, 9)
        assert everything_stored() == before

    @pytest.mark.clause("P-6.1", "A-2.1")
    def test_unknown_tasks(self, staff: Actor) -> None:
        for method, path in (("GET", ""), ("POST", "/cancel"), ("POST", "/retry")):
            refused(staff.api.send(method, f"{TASKS}/{NOBODY}{path}"), 404, 5)


class TestTheRest:
    @pytest.mark.clause("P-6.1")
    def test_providers_show_their_health_and_no_credential(self, staff: Actor) -> None:
        reply = staff.api.get("/api/admin/providers")
        assert (reply.status, reply.json["next"]) == (200, "")
        (local,) = [item for item in reply.json["items"] if item["kind"] == "local"]
        assert (local["isOn"], local["breaker"], local["problem"]) == (True, "closed", "")
        assert {name for item in reply.json["items"] for name in item if "credential" in name or "key" in name.lower()} == set()

    @pytest.mark.clause("P-6.1")
    def test_the_audit_log_is_read_and_filtered(self, staff: Actor, api: Client, user: Actor) -> None:
        other = make_actor(api, is_staff=True, is_superuser=True)
        staff.api.post(f"{USERS}/{user.user.pk}/disable")
        other.api.from_address("198.51.100.9").post(f"{USERS}/{user.user.pk}/enable")
        other.api.post(PRICING, {"feature": "imagine", "target": "image", "credits": "3"})

        def found(query: str = "") -> list[str]:
            return [item["action"] for item in staff.api.get(f"{AUDIT}?{query}").json["items"]]

        assert found() == ["price.add", "user.enable", "user.disable"]
        assert found(f"actor={other.user.pk}") == ["price.add", "user.enable"]
        assert found("action=user.disable") == ["user.disable"]
        assert found(f"objectId={user.user.pk}") == found("objectType=accounts.user") == ["user.enable", "user.disable"]
        price, enabled = staff.api.get(AUDIT).json["items"][:2]
        assert enabled == {
            "id": ID,
            "at": TIME,
            "actor": {"id": str(other.user.pk), "email": other.user.email},
            "action": "user.enable",
            "object": {"type": "accounts.user", "id": str(user.user.pk), "label": ""},
            "details": {},
            "address": "198.51.100.9",
        }
        assert (price["object"]["type"], price["object"]["label"]) == ("billing.price", "imagine/image: 3 per 1")
        refused(staff.api.get(f"{AUDIT}?actor=x"), 400, 3)

    @pytest.mark.clause("P-6.1")
    def test_a_user_without_an_account_is_shown_too(self, staff: Actor) -> None:
        lone = User.objects.create_superuser("root@example.com", "a long pass phrase", first_name="R", last_name="O")
        found = staff.api.get(f"{USERS}/{lone.pk}").json
        assert (found["account"], found["plan"], found["credits"], Account.objects.filter(user=lone).exists()) == (None, None, None, False)

    @pytest.mark.clause("P-6.1")
    def test_reading_costs_the_same_for_one_and_for_many(self, staff: Actor, api: Client, user: Actor) -> None:
        submit(user)

        def costs() -> list[int]:
            return [count_queries(staff, path) for path in (USERS, TASKS, AUDIT, PRICING, f"{USAGE}?by=user")]

        few = costs()
        for _ in range(5):
            submit(make_actor(api))
        staff.api.post(PRICING, {"feature": "imagine", "target": "image", "credits": "3"})
        assert costs() == few


def count_queries(actor: Actor, path: str) -> int:
    """Return how many statements a request runs, whichever thread it runs in."""
    count = 0
    original = CursorWrapper.execute

    def counted(self: Any, sql: Any, params: Any = None) -> Any:
        nonlocal count
        count += 1
        return original(self, sql, params)

    CursorWrapper.execute = counted  # type: ignore[method-assign]  # for one request
    try:
        assert actor.api.get(path).status == 200
    finally:
        CursorWrapper.execute = original  # type: ignore[method-assign]  # as above
    return count
