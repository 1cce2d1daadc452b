"""P-4.1: what a user can see and change of their own: profile, settings, plans, usage; and all of it from a browser's page."""

import base64
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from PIL import Image

from accounts.models import User
from accounts.services import avatars, preferences
from accounts.services.preferences import BYTES_MAX, merge_patch
from billing.models import Subscription
from common import clock
from common.limits import Rate
from metrics import selectors
from metrics.models import UsageRecord
from tests.conftest import Actor
from tests.contracts.matching import LINK, TIMESTAMP, UUID, platform_error
from tests.contracts.stored import everything_stored
from tests.factories import people
from tests.factories.apps import make_app
from tests.fakes.asgi import Client, Reply
from tests.fakes.asset_host import AssetHost, asset_host

__all__ = ["asset_host"]
PROFILE, SETTINGS, PLANS, USAGE = "/api/user/profile", "/api/user/settings", "/api/user/plans", "/api/user/usage"
NOTES = f"{SETTINGS}/app/notes"
ORIGIN = "https://app.example.com"


def picture(format: str = "PNG", size: tuple[int, int] = (900, 600), **how: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(buffer, format, **how)
    return buffer.getvalue()


def data_uri(content: bytes, content_type: str = "image/png") -> str:
    return f"data:{content_type};base64,{base64.b64encode(content).decode()}"


def shown(api: Client, link: str) -> Image.Image:
    reply = api.get(link.removeprefix("http://127.0.0.1:8000"))
    assert (reply.status, reply.headers["content-type"]) == (200, "image/png")
    return Image.open(io.BytesIO(reply.body))


def patch(actor: Actor, body: object, path: str = PROFILE) -> Reply:
    return actor.api.send("PATCH", path, body)


class TestProfile:
    @pytest.mark.clause("P-4.1")
    def test_is_the_users_own_record(self, user: Actor) -> None:
        reply = user.api.get(PROFILE)
        assert (reply.status, reply.json) == (
            200,
            {
                "id": str(user.user.pk), "email": user.user.email, "emailVerified": False,
                "name": "Ada Example", "firstName": "Ada", "lastName": "Example",
                "avatar": None, "createdAt": TIMESTAMP, "updatedAt": TIMESTAMP,
            },
        )  # fmt: skip
        assert user.key_api.get(PROFILE).json == reply.json

    @pytest.mark.clause("P-4.1")
    def test_names_change_one_by_one(self, user: Actor) -> None:
        reply = patch(user, {"lastName": "Lovelace"})
        assert (reply.status, reply.json["firstName"], reply.json["lastName"]) == (200, "Ada", "Lovelace")
        assert user.key_api.send("PATCH", PROFILE, {"firstName": "A."}).json["firstName"] == "A."
        assert user.api.get("/api/v1/users/me").json["lastName"] == "Lovelace"

    @pytest.mark.clause("P-4.1")
    @pytest.mark.parametrize(("name", "first", "last"), [("Grace Brewster Hopper", "Grace", "Brewster Hopper"), (" Grace ", "Grace", "")])
    def test_a_whole_name_is_both_names(self, user: Actor, name: str, first: str, last: str) -> None:
        reply = patch(user, {"name": name})
        assert (reply.status, reply.json["name"], reply.json["firstName"], reply.json["lastName"]) == (200, name.strip(), first, last)

    @pytest.mark.clause("P-4.1", "A-2.1")
    @pytest.mark.parametrize(
        "body",
        [
            {"name": ""},
            {"name": "x" * 101},
            {"name": "Grace " + "x" * 101},
            {"name": "Grace Hopper", "firstName": "Eve"},
            {"firstName": 5},
            {"firstName": ""},
            {"firstName": None},
            {"firstName": "x" * 101},
            {"email": "nobody"},
            {"email": None},
            {"isStaff": True},
            {"emailVerified": True},
            {"avatar": "x"},
            {"avatar": "ftp://example.com/a.png"},
            {"firstName": "Eve", "avatar": "data:image/png;base64,AAAA"},
        ],
    )
    def test_what_is_wrong_changes_nothing(self, user: Actor, body: dict[str, Any]) -> None:
        before = everything_stored()
        reply = patch(user, body)
        assert (reply.status, reply.json) == (400, platform_error(3))
        assert everything_stored() == before

    @pytest.mark.clause("P-4.1")
    def test_a_new_address_is_to_be_verified_and_the_old_one_told(self, user: Actor, run_jobs: Callable[[], int]) -> None:
        old = user.user.email
        User.objects.update(verified_at=clock.now())
        reply = patch(user, {"email": "New@Example.COM"})
        assert (reply.status, reply.json["email"], reply.json["emailVerified"]) == (200, "new@example.com", False)
        run_jobs()
        assert [(letter.to, letter.subject) for letter in mail.outbox] == [
            (["new@example.com"], "Confirm your mail address"),
            ([old], "Your mail address was changed"),
        ]
        login = {"email": "new@example.com", "password": people.PASSWORD}
        assert user.api.post("/api/v1/auth/login", login).status == 200
        assert user.api.post("/api/v1/auth/login", login | {"email": old}).status == 401
        assert patch(user, {"email": "new@example.com"}).status == 200
        run_jobs()
        assert len(mail.outbox) == 2, "the same again is no change"

    @pytest.mark.clause("P-4.1")
    def test_somebody_elses_address_is_a_conflict(self, user: Actor, second_user: Actor) -> None:
        before = everything_stored()
        reply = patch(user, {"firstName": "Eve", "email": second_user.user.email.upper()})
        assert (reply.status, reply.json) == (409, platform_error(6, "Email already exists."))
        assert everything_stored() == before

    @pytest.mark.clause("P-4.1", "A-3.1")
    def test_a_key_does_not_change_the_address(self, user: Actor) -> None:
        before = everything_stored()
        reply = user.key_api.send("PATCH", PROFILE, {"email": "new@example.com"})
        assert (reply.status, reply.json) == (403, platform_error(7))
        assert everything_stored() == before

    @pytest.mark.clause("P-4.1")
    def test_letters_to_new_addresses_have_a_limit(self, user: Actor, settings: Any) -> None:
        settings.MAIL_RATE = "1/h"
        assert patch(user, {"email": "one@example.com"}).status == 200
        assert patch(user, {"email": "two@example.com"}).status == 200
        assert patch(user, {"email": "one@example.com"}).status == 429


class TestAvatar:
    @pytest.mark.clause("P-4.1")
    @pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF"])
    def test_as_a_data_uri(self, api: Client, user: Actor, format: str) -> None:
        reply = patch(user, {"avatar": data_uri(picture(format), f"image/{format.lower()}")})
        assert (reply.status, reply.json["avatar"]) == (200, LINK)
        image = shown(api, reply.json["avatar"])
        assert (image.format, image.size) == ("PNG", (512, 341))

    @pytest.mark.clause("P-4.1")
    def test_what_a_camera_noted_is_gone_and_the_picture_upright(self, api: Client, user: Actor) -> None:
        notes = Image.Exif()
        notes[0x0112], notes[0x010F] = 6, "a camera with a name"
        reply = patch(user, {"avatar": data_uri(picture("JPEG", (80, 40), exif=notes), "image/jpeg")})
        image = shown(api, reply.json["avatar"])
        assert (image.size, dict(image.getexif()), image.info) == ((40, 80), {}, {})

    @pytest.mark.clause("P-4.1")
    def test_as_an_uploaded_file(self, api: Client, user: Actor, second_user: Actor) -> None:
        def upload(content: bytes) -> str:
            raw = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + content + b"\r\n--b--\r\n"
            kind = {"Content-Type": "multipart/form-data; boundary=b"}
            file_id: str = user.api.send("POST", "/api/user/files", raw=raw, headers=kind).json["id"]
            return file_id

        file_id = upload(picture())
        reply = patch(user, {"avatar": file_id})
        assert reply.status == 200
        user.api.delete(f"/api/user/files/{file_id}")
        assert shown(api, reply.json["avatar"]).size == (512, 341), "it is a picture of its own"
        before = everything_stored()
        assert patch(second_user, {"avatar": upload(picture())}).json == platform_error(5)
        assert patch(user, {"avatar": str(uuid4())}).status == 404
        assert patch(user, {"avatar": upload(b"a text")}).json == platform_error(
            3, "The avatar must be a picture: PNG, JPEG, WebP, GIF, BMP or TIFF."
        )
        assert before["User"] == everything_stored()["User"]

    @pytest.mark.clause("P-4.1")
    def test_from_a_url_by_the_safe_fetcher(self, api: Client, user: Actor, asset_host: AssetHost, settings: Any) -> None:
        url = asset_host.serve("/me.png", picture(), content_type="image/png")
        before = everything_stored()
        assert patch(user, {"avatar": url}).status == 400
        assert (asset_host.requests, everything_stored()) == ([], before), "loopback is not for strangers"
        settings.SAFE_FETCH_ALLOW = ["127.0.0.0/8"]
        reply = patch(user, {"avatar": url})
        assert (reply.status, shown(api, reply.json["avatar"]).size) == (200, (512, 341))
        for path in ("/oversize", "/truncated", "/garbage", "/status/404"):
            assert patch(user, {"avatar": asset_host.url(path)}).json["code"] in {3, 13}
        assert user.api.get(PROFILE).json["avatar"] is not None

    @pytest.mark.clause("P-4.1")
    def test_replaced_and_removed_it_leaves_no_file(self, api: Client, user: Actor) -> None:
        first = patch(user, {"avatar": data_uri(picture())}).json["avatar"]
        second = patch(user, {"avatar": data_uri(picture(size=(10, 10)))}).json["avatar"]
        assert (api.get(first.removeprefix("http://127.0.0.1:8000")).status, shown(api, second).size) == (404, (10, 10))
        assert patch(user, {"firstName": "Eve"}).json["avatar"] == LINK
        assert patch(user, {"avatar": None}).json["avatar"] is None
        assert api.get(second.removeprefix("http://127.0.0.1:8000")).status == 404

    @pytest.mark.clause("P-4.1")
    def test_too_many_pixels_are_refused_before_they_are_decoded(self, user: Actor) -> None:
        before = everything_stored()
        bomb = picture(size=(5_000, 5_000), optimize=False)
        assert patch(user, {"avatar": data_uri(bomb)}).json == platform_error(3)
        assert everything_stored() == before

    @pytest.mark.clause("P-4.1")
    def test_has_a_limit(self, user: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(avatars, "RATE", Rate(1, 60))
        assert patch(user, {"avatar": data_uri(picture(size=(9, 9)))}).status == 200
        reply = patch(user, {"avatar": data_uri(picture(size=(9, 9)))})
        assert (reply.status, "retry-after" in reply.headers) == (429, True)


class TestSettings:
    @pytest.mark.clause("P-4.1")
    def test_are_an_object_that_comes_back_as_it_was(self, user: Actor, second_user: Actor) -> None:
        assert user.api.get(SETTINGS).json == {}
        settings = {"z": 1, "a": {"text": "grüße 😀", "none": None, "list": [1.5, True, "", 10**30]}}
        reply = user.api.put(SETTINGS, settings)
        assert (reply.status, reply.json) == (200, settings)
        assert list(user.key_api.get(SETTINGS).json) == ["z", "a"]
        assert second_user.api.get(SETTINGS).json == {}
        assert user.api.put(SETTINGS, {}).json == user.api.get(SETTINGS).json == {}

    @pytest.mark.clause("P-4.1")
    def test_merge(self, user: Actor) -> None:
        user.api.put(SETTINGS, {"a": {"b": 1, "c": 2}, "d": [1, 2]})
        merged = {"a": {"c": 3}, "d": [9], "e": {}}
        reply = patch(user, {"a": {"b": None, "c": 3}, "d": [9], "e": {"f": None}}, SETTINGS)
        assert (reply.status, reply.json, user.api.get(SETTINGS).json) == (200, merged, merged)
        headers = {"Content-Type": "application/merge-patch+json"}
        assert user.api.send("PATCH", SETTINGS, raw=b'{"e":null}', headers=headers).json == {"a": {"c": 3}, "d": [9]}

    @pytest.mark.clause("P-4.1")
    @pytest.mark.parametrize(
        ("target", "merge", "result"),
        [
            ({"a": "b"}, {"a": "c"}, {"a": "c"}), ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}), ({"a": "b"}, {"a": None}, {}),
            ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}), ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
            ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}), ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
            ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}), (["a", "b"], ["c", "d"], ["c", "d"]), ({"a": "b"}, ["c"], ["c"]),
            ({"a": "foo"}, None, None), ({"a": "foo"}, "bar", "bar"), ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
            ([1, 2], {"a": "b", "c": None}, {"a": "b"}), ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        ],
    )  # fmt: skip
    def test_merges_as_the_examples_of_rfc_7396(self, target: Any, merge: Any, result: Any) -> None:
        assert merge_patch(target, patch=merge) == result

    @pytest.mark.clause("P-4.1")
    def test_merges_at_once_lose_nothing(self, user: Actor) -> None:
        user.api.send_together([user.api.request("PATCH", SETTINGS, {f"k{number}": number}) for number in range(16)])
        assert user.api.get(SETTINGS).json == {f"k{number}": number for number in range(16)}

    @pytest.mark.clause("P-4.1", "A-2.1")
    def test_have_a_size(self, user: Actor) -> None:
        fitting = {"a": "ü" * ((BYTES_MAX - len('{"a":""}')) // 2)}
        assert user.api.put(SETTINGS, fitting).status == 200
        before = everything_stored()
        message = "Settings may have at most 65536 bytes as JSON. Keep less."
        for reply in (user.api.put(SETTINGS, {"a": fitting["a"] + "xx"}), patch(user, {"b": 1}, SETTINGS)):
            assert (reply.status, reply.json) == (400, platform_error(3, message))
        assert everything_stored() == before

    @pytest.mark.clause("P-4.1")
    @pytest.mark.parametrize("raw", [b"null", b"[]", b'"a"', b"1", b""])
    def test_are_nothing_but_an_object(self, user: Actor, raw: bytes) -> None:
        for method in ("PUT", "PATCH"):
            assert user.api.send(method, SETTINGS, raw=raw, headers={"Content-Type": "application/json"}).json == platform_error(3)


class TestAppSettings:
    @pytest.mark.clause("P-4.1")
    @pytest.mark.parametrize("raw", ["null", "true", "0", "-1.5", '""', '"grüße"', "[]", "[null]", "{}", '{"b":1,"a":2}', str(10**30)])
    def test_any_json_comes_back_as_it_was(self, user: Actor, raw: str) -> None:
        make_app("notes")
        put = user.api.send("PUT", f"{NOTES}/view", raw=raw.encode(), headers={"Content-Type": "application/json"})
        got = user.api.get(f"{NOTES}/view")
        assert (put.status, put.text, got.status, got.text, got.headers["content-type"]) == (200, raw, 200, raw, "application/json")
        assert user.api.get(NOTES).json["items"] == [{"key": "view", "value": json.loads(raw), "updatedAt": TIMESTAMP}]

    @pytest.mark.clause("P-4.1")
    def test_are_kept_by_user_app_and_key(self, user: Actor, second_user: Actor) -> None:
        make_app("notes")
        make_app("mail")
        for key in ("a", "b", "c"):
            user.api.put(f"{NOTES}/{key}", key)
        user.api.put(f"{NOTES}/a", "again")
        first = user.api.get(f"{NOTES}?limit=2").json
        second = user.api.get(f"{NOTES}?limit=2&cursor={first['next']}").json
        assert [(row["key"], row["value"]) for row in first["items"] + second["items"]] == [("c", "c"), ("b", "b"), ("a", "again")]
        assert user.api.get(f"{SETTINGS}/app/mail").json == second_user.api.get(NOTES).json == {"items": [], "next": ""}
        assert second_user.api.get(f"{NOTES}/a").json == platform_error(5, "There is no setting of this name.")
        assert (user.api.delete(f"{NOTES}/a").status, user.api.delete(f"{NOTES}/a").status) == (204, 404)

    @pytest.mark.clause("P-4.1", "A-2.1")
    def test_unknown_apps_odd_keys_and_large_values_are_refused(self, user: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        make_app("notes")
        user.api.put(f"{NOTES}/a", 1)
        before = everything_stored()
        assert user.api.put(f"{SETTINGS}/app/nothing/a", 1).json == platform_error(5)
        for key in ("x" * 101, "a%20b", "%00", "%F0%9F%98%80", "a%2Fb"):
            for method in ("GET", "PUT", "DELETE"):
                assert user.api.send(method, f"{NOTES}/{key}", 1 if method == "PUT" else None).status in {400, 404}
        for app in ("%00", "a%20b", "%F0%9F%98%80", "x" * 300):
            assert user.api.get(f"{SETTINGS}/app/{app}").status == user.api.put(f"{SETTINGS}/app/{app}/a", 1).status == 404
        assert user.api.put(f"{NOTES}/b", "x" * (BYTES_MAX - 1)).json["code"] == 3
        for raw in (b'"\\u0000"', b'"\\ud800"', b"", b"NaN", b"{"):
            assert user.api.send("PUT", f"{NOTES}/b", raw=raw, headers={"Content-Type": "application/json"}).json["code"] == 3
        monkeypatch.setattr(preferences, "KEYS_MAX", 1)
        assert user.api.put(f"{NOTES}/b", 1).json["code"] == 3
        assert everything_stored() == before
        assert user.api.put(f"{NOTES}/a", 2).status == 200

    @pytest.mark.clause("P-4.1")
    def test_of_simultaneous_keys_as_many_are_kept_as_there_may_be(self, user: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        make_app("notes")
        monkeypatch.setattr(preferences, "KEYS_MAX", 3)
        replies = user.api.send_together([user.api.request("PUT", f"{NOTES}/k{number}", number) for number in range(10)])
        assert sorted(reply.status for reply in replies) == [200] * 3 + [400] * 7

    @pytest.mark.clause("P-4.1", "A-3.1")
    def test_a_key_of_another_app_does_not_see_them(self, api: Client, user: Actor) -> None:
        make_app("notes")
        make_app("mail")
        user.api.put(f"{NOTES}/a", 1)
        before = everything_stored()
        key = api.with_token(people.make_key(user.user, app_id="mail")[1])
        assert [key.get(NOTES).status, key.get(f"{NOTES}/a").status, key.put(f"{NOTES}/a", 2).status] == [403] * 3
        assert key.get(f"{SETTINGS}/app/mail").status == 200
        assert everything_stored()["AppSetting"] == before["AppSetting"]


class TestPlans:
    @pytest.mark.clause("P-4.1")
    def test_say_what_each_includes_and_which_is_held(self, user: Actor, settings: Any) -> None:
        settings.PLAN_SIMULTANEOUS_TASKS = {"free": 5, "basic": 20, "premium": 100}
        settings.PLAN_APIS = {"free": ("extract", "inspire"), "basic": ("*",), "premium": ("*",)}
        reply = user.api.get(PLANS)
        plans = {plan.pop("name"): plan for plan in reply.json["items"]}
        every = plans["premium"]["apis"]
        assert {"imagine", "extract", "inspire", "transform", "text2text"} <= set(every)
        assert plans["free"] == {
            "title": "Free", "current": True, "offered": True, "price": {"amount": "0", "currency": "usd", "interval": "month"},
            "credits": "0", "simultaneousTasks": 5, "apis": [api for api in every if api in {"extract", "inspire"}], "quotas": [],
        }  # fmt: skip
        assert plans["basic"] == {
            "title": "Basic", "current": False, "offered": True, "price": {"amount": "900", "currency": "usd", "interval": "month"},
            "credits": "5000", "simultaneousTasks": 20, "apis": every, "quotas": [],
        }  # fmt: skip
        assert (list(plans), reply.json["next"]) == (["free", "basic", "premium"], "")
        held = {name: reply.json[name] for name in ("current", "status", "expiresAt", "simultaneousTasks", "quotas")}
        assert held == {
            "current": "free", "status": "inactive", "expiresAt": None, "simultaneousTasks": {"limit": 5, "used": 0}, "quotas": [],
        }  # fmt: skip

    @pytest.mark.clause("P-4.1")
    def test_follow_the_subscription(self, user: Actor) -> None:
        end = datetime(2100, 1, 1, tzinfo=UTC)
        Subscription.objects.create(account=user.user.account, plan="premium", status="cancelled", expires_at=end)
        reply = user.api.get(PLANS).json
        assert (reply["current"], reply["status"], reply["expiresAt"]) == ("premium", "cancelled", "2100-01-01T00:00:00.000Z")
        assert [plan["current"] for plan in reply["items"]] == [False, False, True]


def record(actor: Actor, at: datetime, *, api: str = "imagine", app: str = "", credits: int = 10) -> None:
    UsageRecord.objects.create(
        id=uuid4(), account_id=actor.account_id, app_id=app, api=api, contract="platform", units=1, credits=credits, latency_ms=1,
        outcome="succeeded", created_at=at,
    )  # fmt: skip


class TestUsage:
    @pytest.mark.clause("P-4.1")
    def test_of_a_call_is_there_when_it_has_ended(self, user: Actor, run_jobs: Callable[[], int]) -> None:
        user.api.post("/api/ai/imagine", {"prompts": {"prompt": "a red ball"}, "target": {"type": "image"}})
        today = clock.now().date()
        empty = {"from": (today - timedelta(days=29)).isoformat(), "to": today.isoformat(), "total": {"calls": "0", "credits": "0"}}
        before = user.api.get(USAGE)
        assert (before.status, {name: before.json[name] for name in empty}, before.json["items"]) == (200, empty, [])
        run_jobs()
        after = user.key_api.get(USAGE).json
        assert after["items"] == [{"day": today.isoformat(), "api": "imagine", "appId": "", "calls": "1", "credits": "10"}]
        assert after["total"] == {"calls": "1", "credits": "10"}

    @pytest.mark.clause("P-4.1")
    def test_is_grouped_by_day_api_and_app(self, user: Actor, second_user: Actor) -> None:
        day = datetime(2030, 5, 2, 23, 59, 59, 999_000, tzinfo=UTC)
        for at, how in (
            (day, {}), (day - timedelta(hours=23), {"credits": 5}), (day, {"app": "studio"}), (day, {"api": "extract", "credits": 0}),
            (day + timedelta(milliseconds=1), {}), (day - timedelta(days=1), {}),
        ):  # fmt: skip
            record(user, at, **how)
        record(second_user, day)
        rows = user.api.get(f"{USAGE}?from=2030-05-02&to=2030-05-03").json
        assert [tuple(row.values()) for row in rows["items"]] == [
            ("2030-05-03", "imagine", "", "1", "10"),
            ("2030-05-02", "extract", "", "1", "0"),
            ("2030-05-02", "imagine", "", "2", "15"),
            ("2030-05-02", "imagine", "studio", "1", "10"),
        ]
        assert rows["total"] == {"calls": "5", "credits": "35"}
        studio = user.api.get(f"{USAGE}?from=2030-05-02&to=2030-05-03&app=studio&api=imagine").json
        assert [row["appId"] for row in studio["items"]] == ["studio"]
        assert user.api.get(f"{USAGE}?from=2030-05-02&to=2030-05-03&app=&limit=1").json["total"]["calls"] == "4"

    @pytest.mark.clause("P-4.1", "A-1.5")
    def test_comes_in_pages(self, user: Actor) -> None:
        for number in range(5):
            record(user, datetime(2030, 5, 1 + number, tzinfo=UTC))
        found, cursor = [], ""
        while True:
            page = user.api.get(f"{USAGE}?to=2030-05-05&limit=2&cursor={cursor}").json
            assert page["total"]["calls"] == "5"
            found += [row["day"][-2:] for row in page["items"]]
            cursor = page["next"]
            if not cursor:
                break
        assert found == ["05", "04", "03", "02", "01"]

    @pytest.mark.clause("P-4.1", "A-2.1")
    @pytest.mark.parametrize(
        "query",
        [
            "from=x", "from=2030-02-30", "to=20300501", "from=2030-05-02&to=2030-05-01", "from=2029-01-01&to=2030-05-01", "to=0001-01-01",
            "to=9999-12-31", "from=2030-W01-1", "to=%D9%A3", "api=" + "x" * 101, "limit=0",
        ],
    )  # fmt: skip
    def test_refuses_what_is_no_span(self, user: Actor, query: str) -> None:
        reply = user.api.get(f"{USAGE}?{query}")
        assert (reply.status, reply.json) == (400, platform_error(3))

    @pytest.mark.clause("P-4.1")
    def test_is_one_statement_over_the_accounts_index(self, user: Actor) -> None:
        plans: list[str] = []

        def explained(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
            if sql.startswith("SELECT"):
                with connection.cursor() as cursor:
                    cursor.execute(f"{'EXPLAIN QUERY PLAN' if connection.vendor == 'sqlite' else 'EXPLAIN'} {sql}", params)
                    plans.append(str(cursor.fetchall()))
            return execute(sql, params, many, context)

        for _ in range(300):
            record(user, datetime(2030, 5, 1, tzinfo=UTC))
        # Of everybody's calls on that day, the index by time would find all.
        UsageRecord.objects.update(account_id=uuid4())
        record(user, datetime(2030, 5, 1, tzinfo=UTC))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            if connection.vendor == "postgresql":
                # So small a table is read whole; what would be done with a large one is asked here.
                cursor.execute("SET enable_seqscan = off")
        with connection.execute_wrapper(explained):
            rows = selectors.list_usage(account_id=user.account_id, span=selectors.Span(date(2030, 5, 1), date(2030, 5, 1)))
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET enable_seqscan = on")
        assert [row.calls for row in rows] == [1]
        assert [plan for plan in plans if "usage_by_account" in plan] == plans != []


class TestBrowsers:
    """CORS: pages of the origins that a setting names may call, and nobody else's."""

    @pytest.fixture(autouse=True)
    def allowed(self, settings: Any) -> None:
        """One origin is allowed."""
        settings.CORS_ALLOWED_ORIGINS = [ORIGIN]

    @staticmethod
    def ask(api: Client, path: str, origin: str = ORIGIN, method: str = "PATCH") -> Reply:
        wanted = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization"}
        return api.send("OPTIONS", path, headers=wanted)

    @pytest.mark.clause("P-4.1")
    @pytest.mark.parametrize("path", [PROFILE, SETTINGS, "/api/ai", "/api/ai/imagine", "/api/apps", "/api/apps/x/enabled"])
    def test_a_preflight_is_answered(self, api: Client, path: str) -> None:
        reply = self.ask(api, path)
        assert (reply.status, reply.body) == (200, b"")
        granted = {name.removeprefix("access-control-"): value for name, value in reply.headers.items() if "access-control" in name}
        assert granted.pop("expose-headers")
        assert granted == {
            "allow-origin": ORIGIN, "allow-methods": "DELETE, GET, PATCH, POST, PUT", "max-age": "86400",
            "allow-headers": "accept, authorization, content-type, idempotency-key, last-event-id, prefer, x-app-id, x-request-id",
        }  # fmt: skip
        assert (reply.headers["vary"], "content-type" in reply.headers) == ("origin", False)
        assert reply.headers["x-request-id"] == UUID

    @pytest.mark.clause("P-4.1")
    def test_without_allowed_origins_a_preflight_is_a_method_like_others(self, api: Client, user: Actor, settings: Any) -> None:
        settings.CORS_ALLOWED_ORIGINS = []
        assert self.ask(user.api, PROFILE).status == 405

    @pytest.mark.clause("P-4.1")
    def test_replies_and_refusals_may_be_read(self, api: Client, user: Actor) -> None:
        headers = {"Origin": ORIGIN}
        refused, done = api.get(PROFILE, headers=headers), user.api.get(PROFILE, headers=headers)
        body = {"prompts": {"prompt": "a red ball"}, "target": {"type": "image"}}
        made = user.api.post("/api/ai/imagine", body, headers=headers)
        waited = user.api.post("/api/ai/imagine", body, headers=headers | {"Prefer": "wait=0.1"})
        assert [reply.status for reply in (refused, done, made, waited)] == [401, 200, 202, 202]
        for reply in (refused, done, made, waited):
            assert reply.headers["access-control-allow-origin"] == ORIGIN
            assert {"Location", "Retry-After", "X-Request-Id"} <= set(reply.headers["access-control-expose-headers"].split(", "))
            assert "access-control-allow-credentials" not in reply.headers

    @pytest.mark.clause("P-4.1")
    def test_the_file_of_a_signed_link_may_be_read(self, api: Client, user: Actor) -> None:
        raw = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\none two\r\n--b--\r\n'
        made = user.api.send("POST", "/api/user/files", raw=raw, headers={"Content-Type": "multipart/form-data; boundary=b"})
        path = urlsplit(made.json["src"]).path
        reply = api.get(path, headers={"Origin": ORIGIN})
        assert (reply.status, reply.body, reply.headers["access-control-allow-origin"]) == (200, b"one two", ORIGIN)
        assert "access-control-allow-origin" not in api.get(path, headers={"Origin": "https://evil.example"}).headers

    @pytest.mark.clause("P-4.1")
    @pytest.mark.parametrize("origin", ["https://evil.example", "http://app.example.com", "https://app.example.com.evil.example", "null"])
    def test_other_origins_are_not_let_in(self, api: Client, user: Actor, origin: str) -> None:
        for reply in (self.ask(api, PROFILE, origin), user.api.get(PROFILE, headers={"Origin": origin})):
            assert not [name for name in reply.headers if name.startswith("access-control-")]

    @pytest.mark.clause("P-4.1")
    @pytest.mark.parametrize("path", ["/api/v1/users/me", "/api/admin/users", "/api/schema", "/sign-in", "/api/users", "/v1/models"])
    def test_other_paths_are_not_open(self, api: Client, path: str) -> None:
        for reply in (self.ask(api, path), api.get(path, headers={"Origin": ORIGIN})):
            assert not [name for name in reply.headers if name.startswith("access-control-")]
