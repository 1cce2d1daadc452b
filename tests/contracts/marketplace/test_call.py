"""M-1 and M-2: who may call, what a call may hold, what is answered, and that it is taken once."""

import json
from typing import Any

import pytest

from accounts.models import Account
from billing.models import Grant, Hold, Wallet
from billing.services import ledger
from common.models import Job
from marketplace.models import Call, Method, PayloadField, Service
from tasks.models import Task
from tests.contracts.marketplace.conftest import CHAT, MUSIC, Marketplace, envelope
from tests.contracts.matching import TEXT, UUID
from tests.contracts.stored import everything_stored
from tests.factories import services

PROMPT = {"prompt": "calm piano", "duration": 1}


def music(**payload: object) -> dict[str, Any]:
    """Return a call of music_gen with this payload."""
    return {"method": "music_gen", "payload": payload}


class TestAccepted:
    @pytest.mark.clause("M-2.1", "M-2.3", "M-2.4")
    def test_the_reply_and_what_it_stands_for(self, shop: Marketplace) -> None:
        reply = shop.call(MUSIC, x_request_id="request-a")
        assert (reply.status, reply.json) == (200, envelope("AC_001", "pending", request_id="request-a", task_id=UUID))
        task = Task.objects.get()
        assert (str(task.pk), task.kind, task.contract, task.state) == (
            reply.json["response"]["taskId"], "imagine", "marketplace", "queued",
        )  # fmt: skip
        assert (task.payload["prompt"], task.payload["target"], task.payload["parameters"]["seconds"]) == ("calm piano", "sound", 1)
        assert (Hold.objects.get().amount, Job.objects.count()) == (1, 1)
        call = Call.objects.get()
        assert (call.request_id, call.role, str(call.trace_id)) == ("request-a", "user", reply.json["traceId"])

    @pytest.mark.clause("M-2.3")
    def test_the_reply_has_the_contract_s_types(self, shop: Marketplace) -> None:
        body = json.loads(shop.call().body)
        assert list(body) == [
            "requestId", "traceId", "apiVersion", "service", "datetime", "isResponseImmediate", "extraType", "response", "errorCode",
        ]  # fmt: skip
        assert body["isResponseImmediate"] is False

    @pytest.mark.clause("M-2.3")
    def test_chat_methods_say_so(self, shop: Marketplace) -> None:
        reply = shop.call(CHAT, x_request_id="request-a")
        assert reply.json == envelope("AC_001", "pending", request_id="request-a", task_id=UUID, extra_type="chat_app")

    @pytest.mark.clause("M-2.3")
    def test_trace_ids_are_new_each_time(self, shop: Marketplace) -> None:
        traces = {shop.call(body).json["traceId"] for body in (MUSIC, MUSIC, {"method": "x", "payload": {}}, {})}
        assert len(traces) == 4

    @pytest.mark.clause("M-2.1")
    def test_a_method_may_be_missing_where_there_is_one_only(self, shop: Marketplace, service: Service) -> None:
        assert shop.call({"payload": PROMPT}).json["errorCode"]["status"] == "AC_400"
        services.change(Method.objects.exclude(name="music_gen"), is_on=False)
        assert shop.call({"payload": PROMPT}).json["errorCode"] == {"status": "AC_001", "reason": "pending"}

    @pytest.mark.clause("M-1.1")
    @pytest.mark.parametrize("role", ["admin", "user", "publisher"])
    def test_roles(self, shop: Marketplace, role: str) -> None:
        assert shop.call(x_user_role=role).json["errorCode"]["status"] == "AC_001"

    def test_every_service_has_a_path_of_its_own(self, shop: Marketplace, service: Service) -> None:
        other = services.make_service(slug="second", name="Second", code="SE2", is_default=False, token="another-token-of-a-marketplace")
        second = Marketplace(client=shop.client, folder="/services/second", token="another-token-of-a-marketplace")
        reply = second.call()
        assert (reply.json["service"], reply.json["errorCode"]["status"]) == ("Second", "SE2_001")
        assert Call.objects.get().service == other
        first = Marketplace(client=shop.client, folder="/services/audiocraft")
        assert first.call().json["errorCode"]["status"] == "AC_001"
        assert Account.objects.filter(outside_id="user-1").count() == 2


class TestHeaders:
    @pytest.mark.clause("M-1.2")
    @pytest.mark.parametrize("name", ["x-marketplace-token", "x-user-id", "x-user-role", "x-request-id"])
    @pytest.mark.parametrize("value", [None, "", "  "])
    def test_a_missing_header(self, shop: Marketplace, name: str, value: str | None) -> None:
        before = everything_stored()
        reply = shop.call(MUSIC, **{"x_request_id": "request-a"} | {name.replace("-", "_"): value})
        known = "" if name == "x-request-id" else "request-a"
        assert (reply.status, reply.json) == (400, envelope("AC_400", f"The header {name} is missing.", request_id=known))
        assert everything_stored() == before

    @pytest.mark.clause("M-1.2")
    @pytest.mark.parametrize("role", ["root", "Admin", "admin,user", "admin user"])
    def test_a_role_that_is_none(self, shop: Marketplace, role: str) -> None:
        reply = shop.call(MUSIC, x_user_role=role, x_request_id="request-a")
        reason = "The header x-user-role must be one of admin, user, publisher."
        assert (reply.status, reply.json) == (400, envelope("AC_400", reason, request_id="request-a"))

    @pytest.mark.clause("M-1.2")
    @pytest.mark.parametrize(
        ("name", "value"), [("x-user-id", "x" * 201), ("x-user-id", "é"), ("x-request-id", "x" * 201), ("x-request-id", "a\x01")]
    )
    def test_ids_that_could_not_be_sent_back(self, shop: Marketplace, name: str, value: str) -> None:
        reply = shop.call(MUSIC, **{name.replace("-", "_"): value})
        assert (reply.status, reply.json["errorCode"]["status"]) == (400, "AC_400")
        assert name in reply.json["errorCode"]["reason"]
        assert name != "x-request-id" or reply.json["requestId"] == value
        assert Task.objects.count() == 0

    @pytest.mark.clause("M-1.3")
    @pytest.mark.parametrize("token", ["wrong", services.TOKEN + "x", services.TOKEN.upper(), "é", "\xff" * 50, "x" * 5_000])
    def test_a_wrong_token(self, shop: Marketplace, token: str) -> None:
        before = everything_stored()
        for name in ("call", "result", "stats"):
            reply = shop.post(name, MUSIC, headers=shop.headers(x_marketplace_token=token, x_request_id="request-a"))
            reason = "The x-marketplace-token is not valid for this service."
            assert (reply.status, reply.json) == (401, envelope("AC_402", reason, request_id="request-a"))
        assert everything_stored() == before

    @pytest.mark.clause("M-1.3")
    def test_tokens_are_stored_hashed(self, shop: Marketplace) -> None:
        assert services.TOKEN not in str(everything_stored())

    @pytest.mark.clause("M-1.2")
    def test_the_token_is_looked_at_first_then_the_headers_then_the_body(self, shop: Marketplace) -> None:
        headers = {"x-marketplace-token": "wrong"}
        assert shop.post("call", raw=b"no json", headers=headers).status == 401
        headers = {"x-marketplace-token": services.TOKEN}
        assert shop.post("call", raw=b"no json", headers=headers).json["errorCode"]["reason"] == "The header x-user-id is missing."
        reply = shop.post("call", raw=b"no json", headers=shop.headers())
        assert (reply.status, "JSON" in reply.json["errorCode"]["reason"]) == (400, True)


class TestBody:
    @pytest.mark.clause("M-1.2")
    @pytest.mark.parametrize(
        ("body", "named"),
        [
            ({}, "payload"),
            ({"method": "music_gen"}, "payload"),
            ({"payload": {}}, "method"),
            ({"method": 1, "payload": {}}, "method"),
            ({"method": None, "payload": {}}, "method"),
            ({"method": ["music_gen"], "payload": {}}, "method"),
            ({"method": "music_gen", "payload": "x"}, "payload"),
            ({"method": "music_gen", "payload": []}, "payload"),
            ({"method": "music_gen", "payload": None}, "payload"),
            ({"method": "music_gen", "payload": {}, "more": 1}, "more"),
        ],
    )
    def test_a_field_that_is_missing_or_of_another_type(self, shop: Marketplace, body: object, named: str) -> None:
        before = everything_stored()
        reply = shop.call(body, x_request_id="request-a")
        assert (reply.status, reply.json) == (400, envelope("AC_400", TEXT, request_id="request-a"))
        assert f"{named}:" in reply.json["errorCode"]["reason"]
        assert everything_stored() == before

    @pytest.mark.clause("M-1.2")
    @pytest.mark.parametrize("raw", [b"", b"[]", b'"x"', b"1", b"null", b"{", b'{"a": NaN}', b"\xff"])
    def test_a_body_that_is_no_object(self, shop: Marketplace, raw: bytes) -> None:
        reply = shop.post("call", raw=raw, headers=shop.headers(x_request_id="request-a"))
        assert (reply.status, reply.json) == (400, envelope("AC_400", TEXT, request_id="request-a"))
        assert Task.objects.count() == 0


class TestPayload:
    @pytest.mark.clause("M-2.2")
    @pytest.mark.parametrize(
        ("payload", "status", "reason"),
        [
            ({}, "AC_400", "payload.prompt: must not be missing."),
            ({"prompt": None}, "AC_400", "payload.prompt: must not be missing."),
            ({"prompt": ""}, "AC_400", "payload.prompt: must not be empty."),
            ({"prompt": " \n"}, "AC_400", "payload.prompt: must not be empty."),
            ({"prompt": 5}, "AC_400", "payload.prompt: must be a text."),
            ({"prompt": "x", "duration": "5"}, "AC_400", "payload.duration: must be a whole number."),
            ({"prompt": "x", "duration": 1.5}, "AC_400", "payload.duration: must be a whole number."),
            ({"prompt": "x", "duration": True}, "AC_400", "payload.duration: must be a whole number."),
            ({"prompt": "x", "duration": 0}, "AC_400", "payload.duration: 0 is less than the 1 that are needed."),
            ({"prompt": "x", "duration": 6}, "AC_401", "payload.duration: 6 is more than the 5 that are allowed."),
            ({"prompt": "x", "duration": 10**17}, "AC_401", f"payload.duration: {10**17} is more than the 5 that are allowed."),
            ({"prompt": "x", "duration": 10**18}, "AC_401", "payload.duration: has more than 18 digits."),
            ({"prompt": "x", "duration": 1e300}, "AC_401", "payload.duration: has more than 18 digits."),
            ({"prompt": "x", "duration": -(10**18)}, "AC_400", "payload.duration: has more than 18 digits."),
            ({"prompt": "x", "tempo": 1}, "AC_400", "payload.tempo: music_gen does not know this field. It knows prompt, duration."),
            ({"prompt": "x" * 4_001}, "AC_401", "prompts.prompt is longer than 4000 characters."),
        ],
    )  # fmt: skip
    def test_rules_of_the_method(self, shop: Marketplace, payload: dict[str, object], status: str, reason: str) -> None:
        before = everything_stored()
        reply = shop.call(music(**payload), x_request_id="request-a")
        assert (reply.status, reply.json) == (200, envelope(status, reason, request_id="request-a"))
        assert everything_stored() == before

    @pytest.mark.clause("M-2.2")
    @pytest.mark.parametrize("duration", [1, 5, 5.0])
    def test_both_sides_of_the_limits(self, shop: Marketplace, duration: float) -> None:
        assert shop.call(music(prompt="x", duration=duration)).json["errorCode"]["status"] == "AC_001"
        assert Task.objects.get().payload["parameters"]["seconds"] == duration

    @pytest.mark.clause("M-2.2")
    def test_too_long_a_text_may_be_a_wrong_value(self, shop: Marketplace) -> None:
        reply = shop.call({"method": "chat", "payload": {"message": "x" * 201}}, x_request_id="request-a")
        reason = "payload.message: 201 characters is more than the 200 that are allowed."
        assert reply.json == envelope("AC_400", reason, request_id="request-a", extra_type="chat_app")

    @pytest.mark.clause("M-2.2")
    def test_what_the_feature_refuses_is_named(self, shop: Marketplace, service: Service) -> None:
        services.add_field(
            Method.objects.get(name="music_gen"), "seed", type="number", place="parameter", parameter="seed", is_required=False
        )
        reply = shop.call(music(prompt="x", seed=1.5))
        assert (reply.status, reply.json["errorCode"]["status"]) == (200, "AC_400")
        assert reply.json["errorCode"]["reason"].startswith("The call is not valid (seed: Input should be a valid integer")

    @pytest.mark.clause("M-2.2")
    @pytest.mark.parametrize("method", ["music", "", "MUSIC_GEN", "music_gen "])
    def test_an_unknown_method(self, shop: Marketplace, method: str) -> None:
        reply = shop.call({"method": method, "payload": PROMPT}, x_request_id="request-a")
        assert (reply.status, reply.json) == (200, envelope("AC_403", f"unsupported method {method}", request_id="request-a"))

    @pytest.mark.clause("M-2.2")
    def test_choices(self, shop: Marketplace) -> None:
        services.change(PayloadField.objects.filter(name="prompt", method__name="music_gen"), choices=["low", "high"])
        assert shop.call(music(prompt="low")).json["errorCode"]["status"] == "AC_001"
        assert shop.call(music(prompt="mid")).json["errorCode"] == {
            "status": "AC_400",
            "reason": "payload.prompt: must be one of low, high.",
        }

    @pytest.mark.clause("M-2.2")
    def test_fixed_words_stand_in_front(self, shop: Marketplace) -> None:
        services.change(Method.objects.filter(name="music_gen"), fixed={"prompts": {"prompt": "Music:", "negative": "drums"}, "seed": 4})
        shop.call(music(prompt="calm"))
        payload = Task.objects.get().payload
        assert (payload["prompt"], payload["negative"], payload["parameters"]["seed"]) == ("Music: calm", "drums", 4)

    @pytest.mark.clause("M-2.6")
    @pytest.mark.parametrize(
        "link",
        ["", "x", "data:image/png;base64,AAAA", "file:///etc/passwd", "http://127.0.0.1/a.png", "http://[::1]/", "ftp://example.com/a"],
    )
    def test_links_that_are_never_fetched(self, shop: Marketplace, link: str) -> None:
        before = everything_stored()
        reply = shop.call({"method": "image_description", "payload": {"image_url": link}})
        assert (reply.status, reply.json["errorCode"]["status"]) == (200, "AC_400")
        assert everything_stored() == before


class TestPermission:
    @pytest.mark.clause("M-2.2")
    def test_roles_of_a_method(self, shop: Marketplace) -> None:
        services.change(Method.objects.filter(name="music_gen"), roles=["admin", "publisher"])
        before = everything_stored()
        reply = shop.call(MUSIC, x_request_id="request-a")
        reason = "x-user-role: user may not use music_gen. It is for admin, publisher."
        assert (reply.status, reply.json) == (200, envelope("AC_402", reason, request_id="request-a"))
        assert everything_stored() == before
        assert shop.as_user("user-1", "publisher").call().json["errorCode"]["status"] == "AC_001"

    @pytest.mark.clause("M-2.2")
    def test_users_of_a_method(self, shop: Marketplace) -> None:
        services.change(Method.objects.filter(name="music_gen"), users=["user-2"])
        assert shop.call().json["errorCode"] == {"status": "AC_402", "reason": "x-user-id: user-1 may not use music_gen."}
        assert shop.as_user("user-2").call().json["errorCode"]["status"] == "AC_001"

    @pytest.mark.clause("M-2.2")
    def test_each_user_has_credits_of_their_own(self, shop: Marketplace) -> None:
        services.change(Service.objects.all(), user_credits=3)
        body = music(prompt="x", duration=2)
        assert shop.call(body).json["errorCode"]["status"] == "AC_001"
        before = everything_stored()
        reply = shop.call(body)
        assert (reply.status, reply.json["errorCode"]["status"]) == (200, "AC_402")
        assert "2 credits, and 1 are available" in reply.json["errorCode"]["reason"]
        assert everything_stored() == before
        assert shop.as_user("user-2").call(body).json["errorCode"]["status"] == "AC_001"
        assert [grant.amount for grant in Grant.objects.order_by("pk")] == [3, 3]

    @pytest.mark.clause("M-2.2")
    def test_a_service_may_give_nothing(self, shop: Marketplace) -> None:
        services.change(Service.objects.all(), user_credits=0)
        before = everything_stored()
        assert shop.call().json["errorCode"]["status"] == "AC_402"
        assert everything_stored() == before
        assert Wallet.objects.count() == 0


class TestRepeated:
    @pytest.mark.clause("M-2.5")
    def test_the_same_request_is_one_task(self, shop: Marketplace) -> None:
        first = shop.call(MUSIC, x_request_id="request-a").json
        before = everything_stored()
        again = shop.call({"payload": dict(reversed(MUSIC["payload"].items())), "method": "music_gen"}, x_request_id="request-a").json  # type: ignore[attr-defined]  # a dictionary
        assert (again["response"], again["errorCode"]) == (first["response"], first["errorCode"])
        assert everything_stored() == before

    @pytest.mark.clause("M-2.5")
    def test_another_body_is_refused(self, shop: Marketplace) -> None:
        shop.call(MUSIC, x_request_id="request-a")
        before = everything_stored()
        for body in (music(prompt="other"), CHAT):
            reply = shop.call(body, x_request_id="request-a")
            assert (reply.status, reply.json["errorCode"]["status"]) == (200, "AC_400")
            assert reply.json["errorCode"]["reason"].startswith("x-request-id: ")
        assert everything_stored() == before

    @pytest.mark.clause("M-2.5")
    def test_another_user_or_service_has_requests_of_their_own(self, shop: Marketplace) -> None:
        services.make_service(slug="second", name="Second", code="SE", is_default=False)
        second = Marketplace(client=shop.client, folder="/services/second")
        doors = (shop, shop.as_user("user-2"), second)
        ids = {door.call(MUSIC, x_request_id="request-a").json["response"]["taskId"] for door in doors}
        assert len(ids) == 3

    @pytest.mark.clause("M-2.5")
    def test_it_holds_when_both_come_at_once(self, shop: Marketplace) -> None:
        """Also for a user's first call, and where the first takes the last credits."""
        services.change(Service.objects.all(), user_credits=1)
        client = shop.client
        requests = [client.request("POST", "/call", MUSIC, headers=shop.headers(x_request_id="request-a")) for _ in range(8)]
        replies = client.send_together(requests)
        assert {reply.json["errorCode"]["status"] for reply in replies} == {"AC_001"}
        assert {reply.json["response"]["taskId"] for reply in replies} == {str(Task.objects.get().pk)}
        assert (Account.objects.count(), Grant.objects.count(), Hold.objects.count(), Job.objects.count()) == (1, 1, 1, 1)

    @pytest.mark.clause("M-2.5")
    def test_it_holds_where_the_first_takes_the_last_place(self, shop: Marketplace) -> None:
        shop.call_task()
        ledger.limit_open_holds(account_id=Account.objects.get().pk, limit=2)
        client = shop.client
        requests = [client.request("POST", "/call", MUSIC, headers=shop.headers(x_request_id="request-a")) for _ in range(8)]
        replies = client.send_together(requests)
        assert {reply.json["errorCode"]["status"] for reply in replies} == {"AC_001"}
        assert len({reply.json["response"]["taskId"] for reply in replies}) == 1
        assert (Task.objects.count(), Hold.objects.count()) == (2, 2)


class TestPaths:
    def test_unknown_services_and_paths_answer_in_an_envelope(self, shop: Marketplace) -> None:
        for path in ("/services/", "/services/none/call", "/services/audiocraft/", "/services/audiocraft/nothing", "/call/", "/stats/"):
            body = shop.client.post(path, MUSIC, headers=shop.headers(x_request_id="r")).json
            assert set(body) == set(envelope("", "")), path
            assert (body["requestId"], body["errorCode"]["status"]) == ("r", "XXX_404"), path

    def test_a_service_that_is_off_is_not_there(self, shop: Marketplace) -> None:
        services.change(Service.objects.all(), is_on=False)
        assert shop.call().json["errorCode"] == {"status": "XXX_404", "reason": "There is no service at this path."}

    def test_other_methods(self, shop: Marketplace) -> None:
        reply = shop.client.get("/call", headers=shop.headers(x_request_id="request-a"))
        assert (reply.status, reply.json) == (405, envelope("AC_400", TEXT, request_id="request-a"))

    @pytest.mark.clause("M-2.3")
    def test_a_body_that_is_too_large_is_answered_in_the_service_s_envelope(self, shop: Marketplace) -> None:
        """Nobody reads it, and nobody asks the database: what the process has seen of the service is enough."""
        shop.call()
        headers = shop.headers(x_request_id="request-a") | {"content-length": "2000000"}
        reply = shop.client.send("POST", "/call", raw=b"{}", headers=headers)
        assert (reply.status, reply.json) == (413, envelope("AC_400", TEXT, request_id="request-a"))

    def test_other_types(self, shop: Marketplace) -> None:
        headers = shop.headers(x_request_id="request-a") | {"content-type": "text/plain"}
        reply = shop.client.send("POST", "/call", raw=b"{}", headers=headers)
        assert (reply.status, reply.json) == (415, envelope("AC_400", TEXT, request_id="request-a"))
