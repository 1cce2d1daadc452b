"""A-3.1 and A-4.2: API keys and credits."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import ApiKey
from billing.models import Hold, Wallet
from common import clock
from tasks.models import Task
from tests.conftest import Actor
from tests.contracts.matching import API_KEY, TEXT, TIMESTAMP, UUID, platform_error
from tests.contracts.stored import everything_stored
from tests.factories import credits, people
from tests.factories.apps import make_app
from tests.fakes.asgi import Client

KEYS, CREDITS, IMAGINE = "/api/user/keys", "/api/user/credits", "/api/ai/imagine"
CALL = {"prompts": {"prompt": "a red ball"}, "target": {"type": "image"}}
BAD_TOKEN = platform_error(16, "Invalid authentication token.")


def shown(key: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in key.items() if name != "key"}


class TestKeys:
    @pytest.mark.clause("A-3.1")
    def test_created_shown_once_and_stored_hashed(self, api: Client, user: Actor) -> None:
        make_app("notes", "imagine")
        body = {"name": "Laptop", "apis": ["imagine", "files"], "appId": "notes", "expiresAt": "2100-01-01T00:00:00Z", "creditLimit": 100}
        reply = user.api.post(KEYS, body)
        assert (reply.status, reply.json) == (
            201,
            {
                "id": UUID, "name": "Laptop", "prefix": reply.json["key"][:11], "apis": ["imagine", "files"], "appId": "notes",
                "createdAt": TIMESTAMP, "expiresAt": "2100-01-01T00:00:00.000Z", "lastUsedAt": None, "creditLimit": "100",
                "usedCredits": "0",
                "key": API_KEY,
            },
        )  # fmt: skip
        assert user.api.get(KEYS).json["items"][0] == shown(reply.json)
        row = ApiKey.objects.filter(pk=reply.json["id"]).values().get()
        assert not any(reply.json["key"].split("_", 2)[2] in str(value) for value in row.values())
        assert api.with_token(reply.json["key"]).post(IMAGINE, CALL).status == 202

    @pytest.mark.clause("A-3.1")
    def test_revoked_at_once(self, user: Actor) -> None:
        key = ApiKey.objects.get(account=user.user.account)
        assert user.key_api.get(CREDITS).status == 200
        reply = user.api.delete(f"{KEYS}/{key.pk}")
        assert (reply.status, reply.body) == (204, b"")
        replies = user.api.send_together([user.key_api.request("GET", CREDITS) for _ in range(16)])
        assert [(reply.status, reply.json) for reply in replies] == [(401, BAD_TOKEN)] * 16
        assert user.api.get(KEYS).json == {"items": [], "next": ""}
        assert user.api.delete(f"{KEYS}/{key.pk}").json == platform_error(5, "There is no such API key.")

    @pytest.mark.clause("A-3.1")
    def test_of_others_are_not_to_be_seen_or_revoked(self, user: Actor, second_user: Actor) -> None:
        key = ApiKey.objects.get(account=second_user.user.account)
        before = everything_stored()
        assert str(key.pk) not in user.api.get(KEYS).text
        reply = user.api.delete(f"{KEYS}/{key.pk}")
        assert (reply.status, reply.json) == (404, platform_error(5, "There is no such API key."))
        assert everything_stored() == before

    @pytest.mark.clause("A-3.1")
    def test_a_key_makes_no_keys(self, user: Actor) -> None:
        before = everything_stored()
        key = ApiKey.objects.get(account=user.user.account)
        for reply in (user.key_api.get(KEYS), user.key_api.post(KEYS, {}), user.key_api.delete(f"{KEYS}/{key.pk}")):
            assert (reply.status, reply.json) == (403, platform_error(7))
        assert everything_stored() == before

    @pytest.mark.clause("A-3.1")
    @pytest.mark.parametrize(
        ("apis", "allowed"),
        [
            (["imagine"], {"imagine"}),
            (["platform"], {"imagine", "credits", "files", "extract"}),
            (["files", "credits"], {"files", "credits"}),
            (["gateway"], {"me"}),
            ([], {"imagine", "credits", "files", "extract", "me"}),
        ],
    )
    def test_scopes(self, api: Client, user: Actor, apis: list[str], allowed: set[str]) -> None:
        _, text = people.make_key(user.user, apis=apis)
        key = api.with_token(text)
        doors = {"imagine": IMAGINE, "extract": "/api/ai/extract", "credits": CREDITS, "files": "/api/user/files", "me": "/api/v1/users/me"}
        assert {name for name, path in doors.items() if key.get(path).status == 200} == allowed
        assert {key.get(path).status for name, path in doors.items() if name not in allowed} <= {403}

    @pytest.mark.clause("A-3.1")
    def test_a_call_out_of_scope_changes_nothing(self, api: Client, user: Actor) -> None:
        _, text = people.make_key(user.user, apis=["extract"])
        before = everything_stored()
        reply = api.with_token(text).post(IMAGINE, CALL)
        assert (reply.status, reply.json) == (403, platform_error(7))
        assert everything_stored() == before

    @pytest.mark.clause("A-3.1")
    def test_expire(self, api: Client, user: Actor, travel: Callable[[timedelta], None]) -> None:
        refused = user.api.post(KEYS, {"expiresAt": "2001-01-01T00:00:00Z"})
        assert (refused.status, refused.json) == (400, platform_error(3, "Invalid input data. (expiresAt: Must be in the future.)"))
        _, text = people.make_key(user.user, expires_at=clock.now() + timedelta(hours=1))
        travel(timedelta(minutes=59))
        assert api.with_token(text).get(CREDITS).status == 200
        travel(timedelta(minutes=1))
        assert api.with_token(text).get(CREDITS).json == BAD_TOKEN

    @pytest.mark.clause("A-3.1")
    def test_credit_limit_counts_what_is_held_and_charged(self, api: Client, user: Actor, run_jobs: Callable[[], int]) -> None:
        row, text = people.make_key(user.user, credit_limit=25)
        key = api.with_token(text)
        assert [key.post(IMAGINE, CALL).status for _ in range(3)] == [202, 202, 402]
        assert key.post(IMAGINE, CALL).json == platform_error(9)
        assert Task.objects.count() == Hold.objects.count() == 2
        assert user.api.get(f"{KEYS}?limit=1").json["items"][0]["usedCredits"] == "20"
        assert user.api.post(IMAGINE, CALL).status == 202, "the account itself has more"
        task = Task.objects.filter(hold__key_id=row.pk).first()
        assert task is not None
        user.api.delete(f"{IMAGINE}/{task.pk}")
        assert user.api.get(f"{KEYS}?limit=1").json["items"][0]["usedCredits"] == "10", "what was cancelled is given back"

    @pytest.mark.clause("A-3.1")
    def test_credit_limit_is_exact_under_simultaneous_calls(self, api: Client, user: Actor) -> None:
        _, text = people.make_key(user.user, credit_limit=50)
        key = api.with_token(text)
        replies = key.send_together([key.request("POST", IMAGINE, CALL) for _ in range(20)])
        assert sorted(reply.status for reply in replies) == [*[202] * 5, *[402] * 15]
        assert ApiKey.objects.get(credit_limit=50).used_credits == 50

    @pytest.mark.clause("A-3.1")
    def test_last_use_is_recorded(self, user: Actor) -> None:
        assert user.api.get(KEYS).json["items"][0]["lastUsedAt"] is None
        user.key_api.get(CREDITS)
        assert user.api.get(KEYS).json["items"][0]["lastUsedAt"] == TIMESTAMP


class TestCredits:
    @pytest.mark.clause("A-4.2")
    def test_a_new_user_has_the_welcome_grant(self, user: Actor) -> None:
        reply = user.api.get(CREDITS)
        assert (reply.status, reply.json) == (
            200,
            {
                "balance": "500",
                "reserved": "0",
                "grants": [{"source": "welcome", "amount": "500", "remaining": "500", "expiresAt": None, "reason": "Welcome"}],
                "history": {
                    "items": [{"id": TEXT, "kind": "grant", "amount": "500", "reference": TEXT, "createdAt": TIMESTAMP}],
                    "next": "",
                },
            },
        )
        assert user.api.get(CREDITS).json == reply.json

    @pytest.mark.clause("A-4.2")
    def test_what_is_reserved_is_already_taken_off(self, user: Actor, run_jobs: Callable[[], int]) -> None:
        user.api.post(IMAGINE, CALL | {"count": 2})
        held = user.api.get(CREDITS).json
        assert (held["balance"], held["reserved"], [row["kind"] for row in held["history"]["items"]]) == ("480", "20", ["hold", "grant"])
        run_jobs()
        done = user.api.get(CREDITS).json
        assert (done["balance"], done["reserved"]) == ("480", "0")
        assert [row["kind"] for row in done["history"]["items"]] == ["charge", "hold", "grant"]
        assert done["grants"][0]["remaining"] == "480"

    @pytest.mark.clause("A-4.2", "A-1.5")
    def test_history_comes_in_pages(self, user: Actor) -> None:
        for _ in range(3):
            user.api.post(IMAGINE, CALL)
        first = user.api.get(f"{CREDITS}?limit=2").json["history"]
        second = user.api.get(f"{CREDITS}?limit=2&cursor={first['next']}").json["history"]
        assert [row["kind"] for row in first["items"] + second["items"]] == ["hold", "hold", "hold", "grant"]
        assert second["next"] == ""

    @pytest.mark.clause("A-4.2", "A-2.1")
    def test_too_little_is_refused_and_nothing_held(self, user: Actor) -> None:
        credits.leave_credits(user.user, 9)
        before = everything_stored()
        reply = user.api.post(IMAGINE, CALL)
        assert (reply.status, reply.json) == (
            402,
            platform_error(9, "This call may cost up to 10 credits, and 9 are available. Buy credits or ask for less."),
        )
        assert everything_stored() == before

    @pytest.mark.clause("A-4.1", "A-4.2")
    def test_of_simultaneous_calls_as_many_pass_as_are_paid_for(self, user: Actor) -> None:
        credits.leave_credits(user.user, 50)
        replies = user.api.send_together([user.api.request("POST", IMAGINE, CALL) for _ in range(20)])
        assert sorted(reply.status for reply in replies) == [*[202] * 5, *[402] * 15]
        wallet = Wallet.objects.get(account=user.user.account)
        assert (wallet.available, wallet.reserved, Task.objects.count(), Hold.objects.count()) == (0, 50, 5, 5)
