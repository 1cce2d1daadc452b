"""P-2.7: a task's webhook is told what happens to it, signed, in order, until it has heard; its owner sees how that went."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings
from standardwebhooks import Webhook

from aitasks.api.webhooks import BODY_BYTES_MAX
from aitasks.providers import port
from aitasks.providers.local import Local
from aitasks.services.ending import close
from aitasks.services.submitting import RUN_JOB
from common import clock
from common.fetch import TookTooLong
from config.demo import make_demo
from tasks.models import Delivery, Output, Task
from tasks.services import delivering, running, sweeping
from tasks.services.delivering import attempting
from tests.conftest import Actor
from tests.contracts.matching import TEXT, TIMESTAMP, UUID, platform_error
from tests.contracts.stored import everything_stored
from tests.fakes.asgi import Client
from tests.fakes.receiver import Answer, Receiver, Sent, receiver
from tests.faults.stack import ROOT, free_port, wait_until

__all__ = ["receiver"]
pytestmark = pytest.mark.clause("P-2.7")
IMAGINE, TEXT2TEXT, DELIVERIES = "/api/ai/imagine", "/api/ai/text2text", "/api/user/webhook-deliveries"
SECRET = "/api/user/webhook-secret"
CALL = {"prompts": {"prompt": "a red ball"}, "target": {"type": "image"}}
ALL = ["started", "progress", "partial", "completed"]
SCHEDULE = (5.0, 300.0, 1_800.0)
RunJobs = Callable[[], int]
Travel = Callable[[timedelta], None]


@pytest.fixture(autouse=True)
def loopback(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Receivers on this machine may be reached; retries come at exact times."""
    settings.SAFE_FETCH_ALLOW = ("127.0.0.0/8",)
    settings.WEBHOOK_RETRY_SECONDS = SCHEDULE
    monkeypatch.setattr(attempting, "JITTER", 0)


def call(user: Actor, receiver: Receiver, *events: str, **more: Any) -> str:
    """Call ``imagine`` with a webhook, and return where the task is."""
    body = CALL | {"webhook": receiver.url(), "webhookEvents": list(events)} | more
    reply = user.api.post(IMAGINE, body)
    assert reply.status == 202, reply.body
    return reply.headers["location"]


def news(receiver: Receiver, user: Actor) -> list[Any]:
    """Return the bodies that were sent, each verified with the account's secret by the library."""
    secret = user.api.get(SECRET).json["secret"]
    return [Webhook(secret).verify(sent.body, sent.headers) for sent in receiver.sent]


def signed_by(sent: Sent, secret: str) -> bool:
    """Return whether one of the request's signatures is by ``secret``, whatever the time is."""
    moment = clock.now().fromtimestamp(int(sent.headers["webhook-timestamp"]), clock.now().tzinfo)
    made = Webhook(secret).sign(msg_id=sent.headers["webhook-id"], timestamp=moment, data=sent.body.decode())
    return made in sent.headers["webhook-signature"].split(" ")


class TestNews:
    def test_the_end_is_told_with_the_task_as_get_shows_it(self, user: Actor, receiver: Receiver, run_jobs: RunJobs) -> None:
        location = call(user, receiver)
        run_jobs()
        assert delivering.run_due() == 1
        [body] = news(receiver, user)
        task = user.api.get(location).json
        for shown in (body["data"], task):
            for target in (shown["target"], *shown["targets"]):
                assert target["data"].pop("src").startswith("http://127.0.0.1:")
        assert body == {"type": "task.completed", "timestamp": TIMESTAMP, "data": task}
        assert task["status"] == "succeeded"
        [sent] = receiver.sent
        assert (sent.method, sent.headers["content-type"], sent.headers["user-agent"]) == ("POST", "application/json", "Tollgate")
        assert sent.headers["webhook-id"] == user.api.get(DELIVERIES).json["items"][0]["id"]

    def test_only_what_was_asked_for_is_told_in_the_order_in_which_it_happened(
        self, user: Actor, receiver: Receiver, run_jobs: RunJobs
    ) -> None:
        call(user, receiver, *ALL, count=3)
        run_jobs()
        delivering.run_due()
        bodies = news(receiver, user)
        assert [(body["type"], body.get("index")) for body in bodies] == [
            ("task.started", None), ("task.partial", 0), ("task.partial", 1), ("task.partial", 2), ("task.completed", None),
        ]  # fmt: skip
        # What is sent is never older than what was sent before.
        assert [body["data"]["status"] for body in bodies] == ["succeeded"] * 5
        assert set(Delivery.objects.filter(event="task.progress").values_list("state", flat=True)) == {"skipped"}
        receiver.sent.clear()
        call(user, receiver, "started", "partial")
        run_jobs()
        delivering.run_due()
        assert [body["type"] for body in news(receiver, user)] == ["task.started", "task.partial"]

    def test_two_of_four_images_are_seen_before_the_last_is(
        self, user: Actor, receiver: Receiver, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[tuple[int, str, int]] = []
        real = Local.run

        def run(self: Local, work: port.Work) -> Iterator[port.Event]:
            made = 0
            for event in real(self, work):
                yield event
                made += isinstance(event, port.Output)
                if isinstance(event, port.Output) and made == 2:
                    delivering.run_due()
                    shown = user.api.get(f"{IMAGINE}/{Task.objects.get().pk}").json
                    seen.append((len(receiver.sent), shown["status"], len(shown["targets"])))

        monkeypatch.setattr(Local, "run", run)
        call(user, receiver, "partial", "completed", count=4)
        run_jobs()
        assert seen == [(2, "running", 2)]
        assert [(body["type"], body["data"]["status"], len(body["data"]["targets"])) for body in news(receiver, user)] == [
            ("task.partial", "running", 2), ("task.partial", "running", 2),
        ]  # fmt: skip
        delivering.run_due()
        assert [len(body["data"]["targets"]) for body in news(receiver, user)] == [2, 2, 4, 4, 4]

    def test_progress_is_told_twice_a_second_at_most_and_shows_the_newest(self, user: Actor, receiver: Receiver, travel: Travel) -> None:
        travel(timedelta())
        call(user, receiver, "progress")
        attempt = running.claim(task_id=Task.objects.get().pk)
        assert attempt is not None
        for progress in range(1, 20):
            running.report_progress(attempt=attempt, progress=progress, used_units=0)
        assert Delivery.objects.count() == 1
        assert delivering.run_due() == 1
        running.report_progress(attempt=attempt, progress=20, used_units=0)
        running.report_progress(attempt=attempt, progress=30, used_units=0)
        travel(timedelta(seconds=0.499))
        assert delivering.run_due() == 0
        travel(timedelta(seconds=0.001))
        assert delivering.run_due() == 1
        assert [(sent.json["type"], sent.json["data"]["progress"]) for sent in receiver.sent] == [
            ("task.progress", 19), ("task.progress", 30),
        ]  # fmt: skip

    @pytest.mark.parametrize("how", ["cancelled", "failed", "lost"])
    def test_every_kind_of_end_is_told(self, user: Actor, receiver: Receiver, travel: Travel, settings: Settings, how: str) -> None:
        settings.TASK_MAX_ATTEMPTS = 1
        location = call(user, receiver)
        attempt = running.claim(task_id=Task.objects.get().pk)
        assert attempt is not None
        if how == "cancelled":
            assert user.api.delete(location).status == 200
        elif how == "failed":
            running.fail(attempt=attempt, error=TookTooLong(), closing=close)
        else:
            travel(timedelta(seconds=settings.TASK_LEASE_SECONDS + 1))
            sweeping.recover_expired(job=RUN_JOB, closing=close)
        assert delivering.run_due() == 1
        [sent] = receiver.sent
        assert (sent.json["type"], sent.json["data"]["status"]) == ("task.completed", "cancelled" if how == "cancelled" else "failed")
        assert (sent.json["data"]["error"] is None) == (how == "cancelled")

    def test_of_a_task_that_was_removed_only_what_it_was_is_told(self, user: Actor, receiver: Receiver, run_jobs: RunJobs) -> None:
        location = call(user, receiver)
        run_jobs()
        assert user.api.delete(location).status == 204
        assert delivering.run_due() == 1
        [body] = news(receiver, user)
        assert body["data"] == {"id": location.rpartition("/")[2], "feature": "imagine", "removed": True}
        assert user.api.get(DELIVERIES).json["items"][0]["task"] is None

    @pytest.mark.parametrize(
        "size", [(4_500, 1, 4_500, 1), (60_000, 1, 4_000, 1), (60_000, 2, 1_000, 2), (60_000, 30, 200, 30), (60_000, 999, 0, 249)]
    )
    def test_long_texts_are_cut_and_lead_to_the_whole(
        self, user: Actor, receiver: Receiver, run_jobs: RunJobs, size: tuple[int, int, int, int]
    ) -> None:
        characters, results, kept_characters, kept_results = size
        location = call(user, receiver)
        run_jobs()
        Output.objects.all().delete()
        texts = [Output(task=Task.objects.get(), index=index, content_type="text/plain", text="ß" * characters) for index in range(results)]
        Output.objects.bulk_create(texts)
        delivering.run_due()
        [body] = news(receiver, user)
        data = body["data"]
        assert len(receiver.sent[0].body) <= BODY_BYTES_MAX
        assert [target["data"]["text"] for target in data["targets"]] == ["ß" * kept_characters] * kept_results
        assert data["target"]["data"] == data["targets"][0]["data"]
        is_cut = (characters, results) != (kept_characters, kept_results)
        assert data.get("truncated", False) == is_cut
        assert data.get("url", "").endswith(location if is_cut else "")

    def test_a_call_without_a_webhook_makes_no_delivery(self, user: Actor, run_jobs: RunJobs) -> None:
        user.api.post(IMAGINE, CALL)
        run_jobs()
        assert Delivery.objects.count() == 0


class TestAsking:
    @pytest.mark.parametrize(
        ("fields", "named"),
        [
            ({"webhook": "http://169.254.169.254/latest"}, "webhook"),
            ({"webhook": "https://10.0.0.7/hook"}, "webhook"),
            ({"webhook": "http://93.184.215.14/hook"}, "webhook"),
            ({"webhook": "ftp://example.com/hook"}, "webhook"),
            ({"webhook": "https://user:word@example.com/hook"}, "webhook"),
            ({"webhook": "https://example.com:25/hook"}, "webhook"),
            ({"webhook": "https://2130706433/hook"}, "webhook"),
            ({"webhook": "/hook"}, "webhook"),
            ({"webhook": "https://example.com/" + "x" * 2_000}, "webhook"),
            ({"webhook": 5}, "webhook"),
            ({"webhook": ["https://example.com/hook"]}, "webhook"),
            ({"webhook": "https://example.com/hook", "webhookEvents": ["finished"]}, "webhookEvents"),
            ({"webhook": "https://example.com/hook", "webhookEvents": "completed"}, "webhookEvents"),
            ({"webhook": "https://example.com/hook", "webhookEvents": ["completed"] * 5}, "webhookEvents"),
            ({"webhookEvents": ["completed"]}, "webhookEvents"),
        ],
    )
    def test_what_could_never_be_told_is_refused(self, user: Actor, fields: dict[str, Any], named: str) -> None:
        before = everything_stored()
        reply = user.api.post(IMAGINE, CALL | fields)
        assert (reply.status, reply.json) == (400, platform_error(3))
        assert f"({named}" in reply.json["message"] or f"; {named}" in reply.json["message"]
        assert everything_stored() == before

    def test_plain_http_is_for_networks_that_are_opened(self, user: Actor, settings: Settings) -> None:
        settings.SAFE_FETCH_ALLOW = ()
        for url in ("http://127.0.0.1/hook", "http://localhost/hook", "http://example.com/hook"):
            assert user.api.post(IMAGINE, CALL | {"webhook": url}).status == 400
        settings.SAFE_FETCH_ALLOW = ("127.0.0.0/8",)
        assert user.api.post(IMAGINE, CALL | {"webhook": "http://127.0.0.1/hook"}).status == 202
        assert user.api.post(IMAGINE, CALL | {"webhook": "https://example.com/hook?key=a%20b"}).status == 202

    @pytest.mark.parametrize("nothing", [{"webhook": ""}, {"webhook": None}, {"webhookEvents": []}, {"webhookEvents": None}])
    def test_left_out_is_nothing(self, user: Actor, nothing: dict[str, Any]) -> None:
        assert user.api.post(IMAGINE, CALL | nothing).status == 202
        assert Task.objects.get().webhook is None

    def test_the_catalogue_says_what_can_be_asked(self, user: Actor) -> None:
        for feature in user.api.get("/api/ai").json["items"]:
            fields = feature["schema"]["properties"]
            assert (fields["webhook"]["maxLength"], fields["webhookEvents"]["maxItems"]) == (2_000, 4)
        assert feature["schema"]["$defs"]["News"]["enum"] == ALL

    def test_a_repeated_call_is_told_of_once(self, user: Actor, receiver: Receiver, run_jobs: RunJobs) -> None:
        body = CALL | {"webhook": receiver.url()}
        first, second = (user.api.post(IMAGINE, body, headers={"Idempotency-Key": "one"}) for _ in range(2))
        assert first.json["id"] == second.json["id"]
        run_jobs()
        delivering.run_due()
        assert len(receiver.sent) == 1


class TestSecret:
    def test_made_once_and_kept_sealed(self, user: Actor, second_user: Actor) -> None:
        first, second = user.api.get(SECRET), user.key_api.get(SECRET)
        assert (first.status, first.json) == (200, {"secret": TEXT})
        assert first.json == second.json
        assert first.json["secret"].startswith("whsec_")
        assert second_user.api.get(SECRET).json != first.json
        assert first.json["secret"].removeprefix("whsec_") not in str(everything_stored())

    def test_after_a_rotation_both_sign_for_a_day_and_then_only_the_new_one(
        self, user: Actor, receiver: Receiver, run_jobs: RunJobs, travel: Travel
    ) -> None:
        old = user.api.get(SECRET).json["secret"]
        reply = user.api.post(SECRET)
        new = reply.json["secret"]
        assert (reply.status, user.api.get(SECRET).json["secret"]) == (200, new)
        assert new != old
        for ahead in (timedelta(), timedelta(hours=24) - timedelta(seconds=1), timedelta(seconds=1)):
            travel(ahead)
            call(user, receiver)
            run_jobs()
            delivering.run_due()
        assert [(signed_by(sent, old), signed_by(sent, new)) for sent in receiver.sent] == [(True, True), (True, True), (False, True)]

    def test_the_library_verifies_with_either_secret(self, user: Actor, receiver: Receiver, run_jobs: RunJobs) -> None:
        old = user.api.get(SECRET).json["secret"]
        new = user.api.post(SECRET).json["secret"]
        call(user, receiver)
        run_jobs()
        delivering.run_due()
        [sent] = receiver.sent
        assert Webhook(old).verify(sent.body, sent.headers) == Webhook(new).verify(sent.body, sent.headers) == sent.json

    def test_rotations_at_the_same_time_leave_one_current_secret(self, user: Actor) -> None:
        user.api.get(SECRET)
        replies = user.api.send_together([user.api.request("POST", SECRET) for _ in range(6)])
        assert [reply.status for reply in replies] == [200] * 6
        assert user.api.get(SECRET).json["secret"] in {reply.json["secret"] for reply in replies}

    def test_first_looks_at_the_same_time_see_one_secret(self, user: Actor) -> None:
        replies = user.api.send_together([user.api.request("GET", SECRET) for _ in range(6)])
        assert {reply.status for reply in replies} == {200}
        assert len({reply.json["secret"] for reply in replies}) == 1

    def test_the_demo_tells_the_secrets_of_its_users(self, api: Client) -> None:
        facts = make_demo()
        for name in ("user", "second_user"):
            told = facts[name]
            assert api.with_token(told["api_key"]).get(SECRET).json == {"secret": told["webhook_secret"]}
        assert facts["user"]["webhook_secret"] != facts["second_user"]["webhook_secret"]
        assert make_demo() == facts

    def test_a_key_with_scopes_may_not_have_it(self, user: Actor, scoped_key: Callable[..., Any]) -> None:
        before = user.api.get(SECRET).json
        for apis in (["webhooks"], ["platform"], ["imagine"]):
            key_api = scoped_key(user, apis)
            for reply in (key_api.get(SECRET), key_api.post(SECRET)):
                assert (reply.status, reply.json) == (403, platform_error(7))
        assert user.api.get(SECRET).json == before


@pytest.mark.parametrize("forged", [False, True])
def test_the_receiver_of_the_documentation_takes_what_is_genuine(user: Actor, run_jobs: RunJobs, tmp_path: Path, forged: bool) -> None:
    program = tmp_path / "receiver.py"
    program.write_text(re.findall(r"```python\n(.+?)```", (ROOT / "docs/webhooks.md").read_text(), re.DOTALL)[0])
    port = str(free_port())
    secret = user.api.get(SECRET).json["secret"] if not forged else "whsec_" + "x" * 32
    environment = os.environ | {"WEBHOOK_SECRET": secret, "PORT": port}
    with subprocess.Popen([sys.executable, str(program)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until(lambda: is_listening(int(port)), what="the receiver to listen")
            task = user.api.post(IMAGINE, CALL | {"webhook": f"http://127.0.0.1:{port}/hook"}).json
            run_jobs()
            delivering.run_due()
            [attempt] = user.api.get(DELIVERIES).json["items"][0]["attempts"]
            assert attempt["status"] == (400 if forged else 204)
            if not forged:
                assert process.stdout is not None
                assert process.stdout.readline().decode() == f"task.completed {task['id']} succeeded\n"
        finally:
            process.kill()


def is_listening(port: int) -> bool:
    """Return whether somebody accepts connections at the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class TestDelivering:
    def test_retries_come_at_the_times_of_the_setting_and_the_log_shows_each(
        self, user: Actor, receiver: Receiver, run_jobs: RunJobs, travel: Travel
    ) -> None:
        travel(timedelta())
        receiver.script(Answer(500, body=b"oh\x00 no"), 200)
        call(user, receiver)
        run_jobs()
        began = clock.now()
        delivering.run_due()
        [item] = user.api.get(DELIVERIES).json["items"]
        assert item == {
            "id": UUID, "event": "task.completed", "task": str(Task.objects.get().pk), "url": receiver.url(), "state": "waiting",
            "problem": "", "createdAt": TIMESTAMP, "nextAt": TIMESTAMP, "endedAt": None,
            "attempts": [
                {
                    "number": 1, "status": 500, "problem": "The receiver answered 500.", "reply": "oh no", "startedAt": TIMESTAMP,
                    "durationMs": item["attempts"][0]["durationMs"],
                }
            ],
        }  # fmt: skip
        assert Delivery.objects.get().next_at == began + timedelta(seconds=5)
        travel(timedelta(seconds=4.999))
        assert delivering.run_due() == 0
        travel(timedelta(seconds=0.001))
        assert delivering.run_due() == 1
        item = user.api.get(f"{DELIVERIES}/{item['id']}").json
        assert (item["state"], item["nextAt"], item["endedAt"]) == ("delivered", None, TIMESTAMP)
        assert [attempt["status"] for attempt in item["attempts"]] == [500, 200]
        first, second = receiver.sent
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 5

    def test_410_disables_the_url_until_something_is_redelivered(self, user: Actor, receiver: Receiver, run_jobs: RunJobs) -> None:
        receiver.script(410, 200)
        for _ in range(2):
            call(user, receiver)
        run_jobs()
        delivering.run_due()
        second, first = user.api.get(DELIVERIES).json["items"]
        assert [(item["state"], item["problem"]) for item in (first, second)] == [
            ("failed", attempting.GONE),
            ("failed", attempting.DISABLED),
        ]
        assert len(receiver.sent) == 1
        reply = user.api.post(f"{DELIVERIES}/{second['id']}/redeliver")
        assert (reply.status, reply.json["state"], reply.json["problem"]) == (202, "waiting", "")
        delivering.run_due()
        assert user.api.get(f"{DELIVERIES}/{second['id']}").json["state"] == "delivered"

    def test_a_redirect_is_not_followed(self, user: Actor, receiver: Receiver, run_jobs: RunJobs) -> None:
        receiver.script(Answer(307, {"Location": "http://169.254.169.254/"}))
        call(user, receiver)
        run_jobs()
        delivering.run_due()
        [item] = user.api.get(DELIVERIES).json["items"]
        assert (item["state"], item["attempts"][0]["status"], len(receiver.sent)) == ("waiting", 307, 1)

    def test_an_address_that_is_no_longer_open_fails_for_good(
        self, user: Actor, receiver: Receiver, run_jobs: RunJobs, settings: Settings
    ) -> None:
        call(user, receiver)
        run_jobs()
        settings.SAFE_FETCH_ALLOW = ()
        assert delivering.run_due() == 1
        [item] = user.api.get(DELIVERIES).json["items"]
        assert (item["state"], item["nextAt"], receiver.sent) == ("failed", None, [])
        assert "public address" in item["problem"]

    def test_a_redelivery_sends_the_same_id_again(self, user: Actor, receiver: Receiver, run_jobs: RunJobs) -> None:
        call(user, receiver)
        run_jobs()
        delivering.run_due()
        [item] = user.api.get(DELIVERIES).json["items"]
        reply = user.key_api.post(f"{DELIVERIES}/{item['id']}/redeliver")
        assert (reply.status, reply.json["state"]) == (202, "waiting")
        assert delivering.run_due() == 1
        assert {sent.headers["webhook-id"] for sent in receiver.sent} == {item["id"]}
        assert [attempt["number"] for attempt in user.api.get(DELIVERIES).json["items"][0]["attempts"]] == [1, 2]

    def test_of_others_are_not_to_be_seen_or_sent(self, user: Actor, second_user: Actor, receiver: Receiver, run_jobs: RunJobs) -> None:
        call(user, receiver)
        run_jobs()
        delivering.run_due()
        [item] = user.api.get(DELIVERIES).json["items"]
        before = everything_stored()
        refused = platform_error(5, "There is no such delivery.")
        assert second_user.api.get(DELIVERIES).json == {"items": [], "next": ""}
        assert second_user.api.get(f"{DELIVERIES}/{item['id']}").json == refused
        assert second_user.api.post(f"{DELIVERIES}/{item['id']}/redeliver").json == refused
        assert second_user.api.get(f"{DELIVERIES}?task={item['task']}").json["items"] == []
        assert everything_stored() == before

    def test_the_log_can_be_filtered_and_comes_in_pages(self, user: Actor, receiver: Receiver, run_jobs: RunJobs) -> None:
        receiver.script(200, 500)
        locations = [call(user, receiver) for _ in range(3)]
        run_jobs()
        delivering.run_due()
        newest = [item["task"] for item in user.api.get(DELIVERIES).json["items"]]
        assert newest == [location.rpartition("/")[2] for location in reversed(locations)]
        page = user.api.get(f"{DELIVERIES}?limit=2").json
        rest = user.api.get(f"{DELIVERIES}?limit=2&cursor={page['next']}").json
        assert [item["task"] for item in page["items"] + rest["items"]] == newest
        assert [item["task"] for item in user.api.get(f"{DELIVERIES}?state=delivered").json["items"]] == [newest[2]]
        assert len(user.api.get(f"{DELIVERIES}?state=delivered,waiting").json["items"]) == 3
        assert [item["task"] for item in user.api.get(f"{DELIVERIES}?task={newest[1]}").json["items"]] == [newest[1]]
        for wrong in ("state=done", "state=,", "task=7", "limit=0"):
            assert user.api.get(f"{DELIVERIES}?{wrong}").json == platform_error(3)

    def test_a_key_scoped_to_webhooks_reads_the_log(self, user: Actor, scoped_key: Callable[..., Any]) -> None:
        assert scoped_key(user, ["webhooks"]).get(DELIVERIES).status == 200
        assert scoped_key(user, ["imagine"]).get(DELIVERIES).json == platform_error(7)


@pytest.fixture
def scoped_key(user: Actor) -> Callable[[Actor, list[str]], Any]:
    """Makes a key that may use some APIs only, and returns a client with it."""

    def make(owner: Actor, apis: list[str]) -> Any:
        made = owner.api.post("/api/user/keys", {"name": "scoped", "apis": apis})
        assert made.status == 201
        return owner.api.with_token(made.json["key"])

    return make
