"""P-5.1 to P-5.3: apps, and who may call what through which of them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.errors import ApiNotEnabled
from accounts.identity import Caller
from accounts.models import EnabledApp
from accounts.services import access
from aitasks import registry
from billing.models import Subscription
from metrics.models import UsageRecord
from tasks.models import Task
from tests.conftest import Actor
from tests.contracts.matching import platform_error
from tests.contracts.stored import everything_stored
from tests.factories import people
from tests.factories.apps import make_app
from tests.fakes.asgi import Client, Reply

APPS, IMAGINE, EXTRACT = "/api/apps", "/api/ai/imagine", "/api/ai/extract"
DRAW = {"prompts": {"prompt": "a red ball"}}
READ = dict(registry.get_feature("extract").examples[0])
SOON = {"Prefer": "respond-async"}


def draw(client: Client, app: str = "") -> Reply:
    return client.post(IMAGINE, DRAW, headers=SOON | ({"X-App-Id": app} if app else {}))


def read(client: Client, app: str = "") -> Reply:
    return client.post(EXTRACT, READ, headers=SOON | ({"X-App-Id": app} if app else {}))


def enable(actor: Actor, app: str) -> None:
    assert actor.api.put(f"{APPS}/{app}/enabled").status == 200


@pytest.fixture
def poor_plans(settings: Any) -> Any:
    """Plans of which the free one gives nothing but extract."""
    settings.PLAN_APIS = {"free": ("extract",), "basic": ("*",), "premium": ("*",)}
    return settings


@pytest.fixture
def three_roles(settings: Any) -> Any:
    """A grant holds for calls through its app only."""
    settings.ACCESS_MODEL = "three-role"
    return settings


class TestApps:
    @pytest.mark.clause("P-5.1")
    def test_are_listed_with_their_needs(self, user: Actor, second_user: Actor) -> None:
        make_app("reader", "extract", "inspire")
        make_app("studio", "imagine")
        make_app("closed", "imagine", is_on=False)
        enable(user, "reader")
        studio = {"id": "studio", "title": "Studio", "description": "The studio.", "needs": ["imagine"], "enabled": False}
        reader = {"id": "reader", "title": "Reader", "description": "The reader.", "needs": ["extract", "inspire"], "enabled": True}
        reply = user.api.get(APPS)
        assert (reply.status, reply.json) == (200, {"items": [studio, reader], "next": ""})
        assert [app["enabled"] for app in second_user.api.get(APPS).json["items"]] == [False, False]
        first = user.api.get(f"{APPS}?limit=1").json
        assert user.api.get(f"{APPS}?limit=1&cursor={first['next']}").json == {"items": [reader], "next": ""}

    @pytest.mark.clause("P-5.1")
    def test_enabling_and_disabling_again_changes_nothing(self, user: Actor) -> None:
        make_app("studio", "imagine")
        replies = user.api.send_together([user.api.request("PUT", f"{APPS}/studio/enabled") for _ in range(8)])
        assert {(reply.status, reply.json["enabled"]) for reply in replies} == {(200, True)}
        assert EnabledApp.objects.count() == 1
        for _ in range(2):
            reply = user.api.delete(f"{APPS}/studio/enabled")
            assert (reply.status, reply.body, EnabledApp.objects.count()) == (204, b"", 0)

    @pytest.mark.clause("P-5.1")
    def test_unknown_and_closed_ones_are_not_found(self, user: Actor) -> None:
        make_app("closed", "imagine", is_on=False)
        before = everything_stored()
        for method, app in (("PUT", "closed"), ("PUT", "nothing"), ("DELETE", "nothing"), ("PUT", "%00"), ("PUT", "../apps")):
            reply = user.api.send(method, f"{APPS}/{app}/enabled")
            assert (reply.status, reply.json) == (404, platform_error(5))
        assert everything_stored() == before

    @pytest.mark.clause("P-5.1", "A-3.1")
    def test_a_key_of_one_app_does_nothing_to_another(self, api: Client, user: Actor) -> None:
        make_app("studio", "imagine")
        make_app("reader", "extract")
        key = api.with_token(people.make_key(user.user, app_id="studio")[1])
        before = everything_stored()
        assert key.put(f"{APPS}/reader/enabled").json == platform_error(7)
        assert everything_stored() == before
        assert key.put(f"{APPS}/studio/enabled").status == 200

    @pytest.mark.clause("P-5.1", "P-5.3")
    def test_one_step_enables_all_that_an_app_needs(self, user: Actor, poor_plans: Any) -> None:
        make_app("studio", "imagine", "transform")
        before = everything_stored()
        reply = draw(user.api)
        assert (reply.status, reply.json) == (
            403,
            platform_error(
                7,
                "imagine is not enabled for you: the plan free does not include it. To call it, enable an app that includes it: "
                "PUT /api/apps/studio/enabled, or change to the plan basic.",
            ),
        )
        assert everything_stored() == before
        enable(user, "studio")
        for api in ("imagine", "transform"):
            access.check_access(caller=Caller(account_id=user.account_id, user_id=user.user.pk), api=api)
        assert draw(user.api).status == 202


class TestTwoRoles:
    @pytest.mark.clause("P-5.2")
    def test_a_grant_holds_whichever_app_calls(self, user: Actor, poor_plans: Any) -> None:
        make_app("studio", "imagine")
        make_app("reader", "extract")
        assert draw(user.api, "reader").status == 403
        enable(user, "studio")
        assert [draw(user.api, app).status for app in ("", "studio", "reader")] == [202, 202, 202]

    @pytest.mark.clause("P-5.2")
    def test_a_paid_plan_gives_what_the_free_one_does_not(self, user: Actor, poor_plans: Any) -> None:
        assert draw(user.api).status == 403
        Subscription.objects.create(account=user.user.account, plan="basic", status="active")
        assert draw(user.api).status == 202

    @pytest.mark.clause("P-5.3")
    def test_disabling_takes_away_only_what_nothing_else_gives(self, user: Actor, poor_plans: Any) -> None:
        make_app("studio", "imagine", "extract", "transform")
        make_app("gallery", "imagine")
        caller = Caller(account_id=user.account_id, user_id=user.user.pk)
        enable(user, "studio")
        enable(user, "gallery")
        user.api.delete(f"{APPS}/studio/enabled")
        access.check_access(caller=caller, api="extract")
        access.check_access(caller=caller, api="imagine")
        with pytest.raises(ApiNotEnabled):
            access.check_access(caller=caller, api="transform")
        user.api.delete(f"{APPS}/gallery/enabled")
        assert (draw(user.api).status, read(user.api).status) == (403, 202)

    @pytest.mark.clause("P-5.1")
    def test_an_app_that_is_off_gives_nothing_and_lets_nobody_through(self, user: Actor, poor_plans: Any) -> None:
        app = make_app("studio", "imagine")
        enable(user, "studio")
        type(app).objects.update(is_on=False)
        assert draw(user.api).json == platform_error(7)
        message = "extract cannot be called through the app studio: it is switched off. Call through another app, or through none."
        assert read(user.api, "studio").json == platform_error(7, message)
        assert read(user.api).status == 202

    @pytest.mark.clause("P-5.1")
    def test_where_nothing_gives_it_the_message_says_so(self, user: Actor, settings: Any) -> None:
        settings.PLAN_APIS = {"free": (), "basic": (), "premium": ()}
        message = "imagine is not enabled for you: the plan free does not include it. No plan and no app gives it; ask the operator."
        assert draw(user.api).json == platform_error(7, message)

    @pytest.mark.clause("P-5.2")
    def test_chat_is_part_of_every_plan(self, user: Actor, settings: Any, worker: Callable[[], AbstractContextManager[None]]) -> None:
        settings.PLAN_APIS = {"free": (), "basic": (), "premium": ()}
        thread = user.api.post("/api/v1/chat/init").json["threadId"]
        with worker():
            assert user.api.post(f"/api/v1/chat/{thread}/messages", {"content": "Hello"}).status == 200


class TestThreeRoles:
    @pytest.mark.clause("P-5.2")
    def test_enabled_in_one_app_refused_through_another(self, user: Actor, three_roles: Any) -> None:
        make_app("studio", "imagine")
        make_app("reader", "extract")
        enable(user, "studio")
        before = everything_stored()
        reply = draw(user.api, "reader")
        assert (reply.status, reply.json) == (
            403,
            platform_error(7, "imagine cannot be called through the app reader, which does not include it. Apps that do: studio."),
        )
        assert read(user.api, "reader").json == platform_error(
            7, "extract is not open to you through the app reader. Enable the app: PUT /api/apps/reader/enabled."
        )
        assert everything_stored() == before
        assert draw(user.api, "studio").status == 202

    @pytest.mark.clause("P-5.2")
    def test_through_no_app_the_plan_decides(self, user: Actor, three_roles: Any, poor_plans: Any) -> None:
        make_app("studio", "imagine")
        enable(user, "studio")
        assert (read(user.api).status, read(user.api, "studio").status) == (202, 403)
        assert (draw(user.api).status, draw(user.api, "studio").status) == (403, 202)
        assert "PUT" not in draw(user.api).json["message"], "an app would be of no use to a call through none"

    @pytest.mark.clause("P-5.2", "P-5.3")
    def test_disabling_ends_calls_through_that_app_only(self, user: Actor, three_roles: Any) -> None:
        make_app("studio", "imagine")
        make_app("gallery", "imagine")
        enable(user, "studio")
        enable(user, "gallery")
        user.api.delete(f"{APPS}/studio/enabled")
        assert [draw(user.api, app).status for app in ("studio", "gallery", "")] == [403, 202, 202]

    @pytest.mark.clause("P-5.2", "A-3.1")
    def test_a_key_calls_through_its_app(self, api: Client, user: Actor, three_roles: Any) -> None:
        make_app("studio", "imagine")
        make_app("reader", "extract")
        enable(user, "studio")
        enable(user, "reader")
        key = api.with_token(people.make_key(user.user, app_id="studio")[1])
        assert [draw(key).status, draw(key, "studio").status, read(key).status] == [202, 202, 403]
        before = everything_stored()
        message = "This API key belongs to the app studio and acts for no other. Use that app's id, or another key."
        assert read(key, "reader").json == platform_error(7, message)
        assert everything_stored() == before


class TestCallingApp:
    @pytest.mark.clause("P-5.2")
    def test_is_recorded_with_the_task_and_its_usage(self, api: Client, user: Actor, run_jobs: Callable[[], int]) -> None:
        make_app("studio", "imagine")
        make_app("reader", "extract")
        key = api.with_token(people.make_key(user.user, app_id="reader")[1])
        draw(user.api, "studio")
        draw(user.api)
        read(key)
        run_jobs()
        expected = [("extract", "reader"), ("imagine", ""), ("imagine", "studio")]
        assert sorted(Task.objects.values_list("kind", "app_id")) == expected
        assert sorted(UsageRecord.objects.values_list("api", "app_id")) == expected

    @pytest.mark.clause("P-5.2", "A-2.1")
    @pytest.mark.parametrize("app", ["nothing", "Studio", "x" * 5_000, "a b", "'--", "stüdio"])
    def test_an_unknown_one_is_refused_with_what_to_do(self, user: Actor, app: str) -> None:
        make_app("studio", "imagine")
        before = everything_stored()
        reply = draw(user.api, app)
        assert (reply.status, reply.json["code"]) == (400, 3)
        assert reply.json["message"].endswith("GET /api/apps lists them; leave the header out to call through none.")
        assert everything_stored() == before

    @pytest.mark.clause("P-5.2", "G-5.1")
    def test_an_unknown_one_is_refused_in_the_words_of_every_contract(self, user: Actor) -> None:
        reply = user.api.get("/api/v1/users/me", headers={"X-App-Id": "nothing"})
        assert (reply.status, reply.json["code"]) == (400, "INVALID_REQUEST")

    @pytest.mark.clause("P-5.2")
    def test_a_bad_credential_is_told_before_a_bad_app(self, api: Client) -> None:
        assert draw(api.with_token("x"), "nothing").status == 401

    @pytest.mark.clause("A-3.1")
    def test_a_key_is_made_for_an_app_that_exists(self, user: Actor) -> None:
        make_app("studio", "imagine")
        before = everything_stored()
        reply = user.api.post("/api/user/keys", {"appId": "nothing"})
        message = "Invalid input data. (appId: There is no such app. GET /api/apps lists them.)"
        assert (reply.status, reply.json) == (400, platform_error(3, message))
        assert everything_stored() == before
        assert user.api.post("/api/user/keys", {"appId": "studio"}).json["appId"] == "studio"


@pytest.mark.clause("P-5.2")
def test_what_asking_costs(user: Actor, settings: Any) -> None:
    """Nothing where plans give everything and no app calls; one query for a call through an app."""
    make_app("studio", "imagine")
    caller = Caller(account_id=user.account_id, user_id=user.user.pk)

    def queries(app_id: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            access.check_access(caller=Caller(account_id=caller.account_id, user_id=caller.user_id, app_id=app_id), api="imagine")
        return len(captured)

    assert (queries(""), queries("studio")) == (0, 1)
    settings.PLAN_APIS = {"free": ("imagine",), "basic": (), "premium": ()}
    assert queries("") == 1
    enable(user, "studio")
    settings.ACCESS_MODEL = "three-role"
    assert queries("studio") == 1


def test_accounts_without_a_person_are_let_in_by_their_contract(user: Actor, settings: Any) -> None:
    settings.PLAN_APIS = {"free": (), "basic": (), "premium": ()}
    access.check_access(caller=Caller(account_id=user.account_id), api="imagine")
