"""P-2.1 to P-2.4, P-2.6, P-2.8: calling a feature, waiting for it, reading it, ending it, repeating it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from billing.models import Hold
from common.models import Job
from tasks.models import StoredFile, Task
from tests.conftest import Actor
from tests.contracts.matching import LINK, TEXT, TIMESTAMP, UUID, platform_error
from tests.contracts.stored import everything_stored
from tests.fakes.asgi import Client

IMAGINE, TEXT2TEXT, TRANSFORM, EXTRACT = (f"/api/ai/{name}" for name in ("imagine", "text2text", "transform", "extract"))
CALL = {"prompts": {"prompt": "a red ball"}, "target": {"type": "image"}}
HELLO = {"prompts": {"prompt": "What is 2 + 3?"}, "target": {"type": "text"}}
TEXT_SOURCE = {"type": "text", "data": {"type": "text/plain", "text": "one two"}}
QUEUED = {
    "id": UUID, "feature": "imagine", "status": "queued", "progress": 0, "target": None, "targets": [], "usage": {"credits": "0",
    "reserved": "10"},
    "provider": "", "model": "", "attempt": 0, "createdAt": TIMESTAMP, "startedAt": None, "finishedAt": None, "error": None,
}  # fmt: skip
DONE_IMAGE = {"type": "image", "data": {"type": "image/png", "src": LINK, "file": UUID, "size": TEXT}}
UNKNOWN_TASK = platform_error(5, "There is no such task.")
Worker = Callable[[], AbstractContextManager[None]]
RunJobs = Callable[[], int]


class TestCall:
    @pytest.mark.clause("P-2.1", "P-2.3")
    def test_long_work_is_accepted_at_once(self, user: Actor) -> None:
        reply = user.api.post(IMAGINE, CALL)
        assert (reply.status, reply.json) == (202, QUEUED)
        assert reply.headers["location"] == f"{IMAGINE}/{reply.json['id']}"
        assert (Task.objects.count(), Hold.objects.count(), Job.objects.count()) == (1, 1, 1)

    @pytest.mark.clause("P-2.1", "P-2.3", "P-2.4")
    def test_result(self, user: Actor, run_jobs: RunJobs) -> None:
        location = user.api.post(IMAGINE, CALL | {"count": 2}).headers["location"]
        assert run_jobs() == 1
        reply = user.api.get(location)
        assert (reply.status, reply.json) == (
            200,
            {
                "id": UUID, "feature": "imagine", "status": "succeeded", "progress": 100, "target": DONE_IMAGE,
                "targets": [{"index": 0} | DONE_IMAGE, {"index": 1} | DONE_IMAGE], "usage": {"credits": "20", "reserved": "0"},
                "provider": "local", "model": TEXT, "attempt": 1, "createdAt": TIMESTAMP, "startedAt": TIMESTAMP,
                "finishedAt": TIMESTAMP, "error": None,
            },
        )  # fmt: skip
        data = reply.json["target"]["data"]
        file = user.api.with_token("").get("/files/" + data["src"].split("/files/")[1])
        assert (file.status, file.headers["content-type"], len(file.body), file.body[:4]) == (
            200,
            "image/png",
            int(data["size"]),
            b"\x89PNG",
        )

    @pytest.mark.clause("P-2.3")
    def test_short_work_is_waited_for(self, user: Actor, worker: Worker) -> None:
        with worker():
            reply = user.api.post(TEXT2TEXT, HELLO)
        assert (reply.status, reply.json["status"], reply.json["target"]) == (
            200, "succeeded", {"type": "text", "data": {"type": "text/plain", "text": TEXT}},
        )  # fmt: skip
        assert "5" in reply.json["target"]["data"]["text"]
        assert reply.json["usage"] == {"credits": "1", "reserved": "0"}
        assert reply.headers["location"] == f"{TEXT2TEXT}/{reply.json['id']}"
        assert (reply.headers["content-type"], int(reply.headers["content-length"])) == ("application/json", len(reply.body))

    @pytest.mark.clause("P-2.3")
    @pytest.mark.parametrize("prefer", ["wait=20", "respond-async, wait=20", 'wait="20"', "wait = 20"])
    def test_long_work_is_waited_for_when_asked(self, user: Actor, worker: Worker, prefer: str) -> None:
        with worker():
            reply = user.api.post(IMAGINE, CALL, headers={"Prefer": prefer})
        assert (reply.status, reply.json["status"]) == (200, "succeeded")

    @pytest.mark.clause("P-2.3")
    @pytest.mark.parametrize("prefer", ["wait=0", "wait=0.05", "respond-async"])
    def test_a_wait_that_ends_first_shows_the_task_as_it_is(self, user: Actor, prefer: str) -> None:
        reply = user.api.post(TEXT2TEXT, HELLO, headers={"Prefer": prefer})
        assert (reply.status, reply.json["status"]) == (202, "queued")
        assert reply.headers["x-request-id"]

    @pytest.mark.clause("P-2.3")
    def test_waiting_holds_no_thread(self, user: Actor, run_jobs: RunJobs) -> None:
        """More wait than there are threads, and others are answered meanwhile."""
        waiting = [user.api.server.begin(user.api.request("POST", IMAGINE, CALL, headers={"Prefer": "wait=30"})) for _ in range(20)]
        while Task.objects.count() < 20:
            assert user.api.get("/api/user/credits").status == 200
        assert user.api.get("/api/user/credits").json["reserved"] == "200"
        Task.objects.first()
        for task in Task.objects.all():
            user.api.delete(f"{IMAGINE}/{task.pk}")
        for exchange in waiting:
            start = next(exchange.messages())
            assert start["status"] == 200

    @pytest.mark.clause("P-2.1")
    def test_the_idea_of_imagine_may_be_its_source(self, user: Actor) -> None:
        body = {"source": TEXT_SOURCE, "prompts": {"prompt": "in red"}}
        made = user.api.post(IMAGINE, body)
        assert made.status == 202
        payload = Task.objects.get(pk=made.json["id"]).payload
        assert (payload["source"], payload["prompt"], payload["target"]) == (None, "one two\nin red", "image")

    @pytest.mark.clause("P-2.1")
    @pytest.mark.parametrize(
        ("path", "body", "status", "code"),
        [
            (IMAGINE, {}, 400, 3),
            (IMAGINE, CALL | {"prompts": {"prompt": "  "}}, 400, 3),
            (IMAGINE, CALL | {"prompts": {"prompt": "x" * 4_001}}, 400, 3),
            (IMAGINE, CALL | {"prompts": {"prompt": "x", "tone": "sad"}}, 400, 3),
            (IMAGINE, CALL | {"target": {"type": "smell"}}, 400, 3),
            (IMAGINE, CALL | {"count": 0}, 400, 3),
            (IMAGINE, CALL | {"count": 5}, 400, 3),
            (IMAGINE, CALL | {"count": "many"}, 400, 3),
            (IMAGINE, CALL | {"seconds": 3}, 400, 3),
            (IMAGINE, CALL | {"size": "1x1"}, 400, 3),
            (IMAGINE, CALL | {"unknown": 1}, 400, 3),
            (IMAGINE, CALL | {"stream": True}, 400, 3),
            (IMAGINE, CALL | {"stream": "yes"}, 400, 3),
            (IMAGINE, CALL | {"source": {"data": {"type": "audio/wav", "src": "https://example.com/a.wav"}}}, 501, 12),
            (IMAGINE, CALL | {"source": {"data": {"text": "x" * 4_001}}}, 400, 3),
            (TRANSFORM, {"prompts": {"prompt": "upper case"}}, 400, 3),
            (TRANSFORM, {"source": TEXT_SOURCE}, 400, 3),
            (TRANSFORM, {"source": {"data": {"text": "a", "src": "https://example.com"}}, "prompts": {"prompt": "x"}}, 400, 3),
            (TRANSFORM, {"source": {"data": {"type": "a b", "text": "a"}}, "prompts": {"prompt": "x"}}, 400, 3),
            (TRANSFORM, {"source": {"data": {"type": "video/mp4", "text": "a"}}, "prompts": {"prompt": "x"}}, 501, 12),
            (TRANSFORM, {"source": {"data": {"src": "0190b5a0-0000-7000-8000-000000000000"}}, "prompts": {"prompt": "x"}}, 404, 5),
            (TRANSFORM, {"source": {"data": {"src": "ftp://example.com/x"}}, "prompts": {"prompt": "x"}}, 400, 3),
            (TRANSFORM, {"source": {"data": {"src": "http://169.254.169.254/latest"}}, "prompts": {"prompt": "x"}}, 400, 3),
            (TRANSFORM, {"source": {"data": {"src": "data:text/plain,"}}, "prompts": {"prompt": "x"}, "target": {"type": "sound"}}, 400, 3),
            (EXTRACT, {"source": {"data": {"src": "data:image/png;base64,AAAA"}}}, 400, 3),
            (EXTRACT, {"source": {"data": {"src": "data:;base64,AAAA"}}}, 501, 12),
            (TEXT2TEXT, HELLO | {"source": {"data": {"text": "x" * 200_001}}}, 400, 3),
        ],
    )  # fmt: skip
    def test_bad_calls_are_refused_and_leave_nothing(self, user: Actor, path: str, body: Any, status: int, code: int) -> None:
        before = everything_stored()
        reply = user.api.post(path, body, headers={"Prefer": "respond-async"})
        assert (reply.status, reply.json) == (status, platform_error(code))
        assert everything_stored() == before

    @pytest.mark.clause("P-2.1")
    def test_target_may_be_left_out_where_there_is_one(self, user: Actor, run_jobs: RunJobs) -> None:
        body = {"source": TEXT_SOURCE, "prompts": {"prompt": "upper case"}}
        location = user.api.post(TRANSFORM, body, headers={"Prefer": "respond-async"}).headers["location"]
        run_jobs()
        assert user.api.get(location).json["target"] == {"type": "text", "data": {"type": "text/plain", "text": "ONE TWO"}}

    @pytest.mark.clause("P-2.1")
    def test_sources_come_as_text_data_uri_or_uploaded_file(self, user: Actor, run_jobs: RunJobs) -> None:
        raw = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\none two\r\n--b--\r\n'
        file = user.api.send("POST", "/api/user/files", raw=raw, headers={"Content-Type": "multipart/form-data; boundary=b"})
        assert (file.status, file.json) == (
            201, {"id": UUID, "name": "a.txt", "type": "text/plain", "size": "7", "src": LINK, "createdAt": TIMESTAMP},
        )  # fmt: skip
        sources: list[Any] = [
            {"data": {"text": "one two"}},
            {"data": {"src": "data:text/plain,one%20two"}},
            {"data": {"src": "data:text/plain;base64,b25lIHR3bw=="}},
            {"data": {"src": file.json["id"]}},
        ]
        for source in sources:
            body = {"source": source, "prompts": {"prompt": "upper case"}, "target": {"type": "text"}}
            location = user.api.post(TRANSFORM, body, headers={"Prefer": "respond-async"}).headers["location"]
            run_jobs()
            assert user.api.get(location).json["target"]["data"]["text"] == "ONE TWO"

    @pytest.mark.clause("P-2.1")
    def test_files_of_others_are_no_sources(self, user: Actor, second_user: Actor) -> None:
        raw = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nsecret\r\n--b--\r\n'
        file = second_user.api.send("POST", "/api/user/files", raw=raw, headers={"Content-Type": "multipart/form-data; boundary=b"}).json
        before = everything_stored()
        reply = user.api.post(TRANSFORM, {"source": {"data": {"src": file["id"]}}, "prompts": {"prompt": "upper case"}})
        assert (reply.status, reply.json) == (404, platform_error(5, "There is no such file."))
        for path in (f"/api/user/files/{file['id']}",):
            assert user.api.get(path).json == user.api.delete(path).json == platform_error(5, "There is no such file.")
        assert user.api.get("/api/user/files").json == {"items": [], "next": ""}
        assert everything_stored() == before

    @pytest.mark.clause("P-2.4", "A-2.1")
    def test_a_call_that_turns_out_to_be_bad_fails_and_costs_nothing(self, user: Actor, run_jobs: RunJobs) -> None:
        body = {
            "source": {"data": {"src": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAI"}},
            "prompts": {"prompt": "resize to 4x4"},
        }
        location = user.api.post(TRANSFORM, body, headers={"Prefer": "respond-async"}).headers["location"]
        run_jobs()
        task = user.api.get(location).json
        assert (task["status"], task["target"], task["targets"], task["usage"]) == ("failed", None, [], {"credits": "0", "reserved": "0"})
        assert task["error"] == platform_error(3)
        assert user.api.get("/api/user/credits").json["balance"] == "500"


class TestRead:
    @pytest.mark.clause("P-2.4")
    def test_nobody_elses(self, api: Client, user: Actor, second_user: Actor) -> None:
        location = user.api.post(IMAGINE, CALL).headers["location"]
        before = everything_stored()
        for path in (location, f"{location}/events"):
            reply = second_user.api.get(path)
            assert (reply.status, reply.json) == (404, UNKNOWN_TASK)
            assert api.get(path).status == 401
        assert second_user.api.delete(location).json == UNKNOWN_TASK
        assert second_user.api.get(IMAGINE).json == {"items": [], "next": ""}
        assert everything_stored() == before

    @pytest.mark.clause("P-2.4")
    def test_not_under_another_feature(self, user: Actor) -> None:
        task = user.api.post(IMAGINE, CALL).json["id"]
        before = everything_stored()
        for reply in (user.api.get(f"{EXTRACT}/{task}"), user.api.delete(f"{EXTRACT}/{task}"), user.api.get(f"{EXTRACT}/{task}/events")):
            assert (reply.status, reply.json) == (404, UNKNOWN_TASK)
        assert everything_stored() == before

    @pytest.mark.clause("P-2.4")
    def test_list_shows_unfinished_ones_unless_asked(self, user: Actor, run_jobs: RunJobs) -> None:
        first = user.api.post(IMAGINE, CALL).json["id"]
        run_jobs()
        second = user.api.post(IMAGINE, CALL).json["id"]
        third = user.api.post(IMAGINE, CALL).json["id"]
        user.api.delete(f"{IMAGINE}/{third}")

        def listed(query: str) -> list[str]:
            return [item["id"] for item in user.api.get(f"{IMAGINE}{query}").json["items"]]

        assert listed("") == [second]
        assert listed("?status=all") == [third, second, first]
        assert listed("?status=succeeded") == [first]
        assert listed("?status=cancelled,queued") == [third, second]
        assert user.api.get(f"{IMAGINE}?status=done").status == 400
        assert user.api.get(IMAGINE).json["items"][0] == QUEUED | {"id": second}
        assert user.api.get(TEXT2TEXT).json == {"items": [], "next": ""}


class TestEnd:
    @pytest.mark.clause("P-2.6", "A-4.1")
    def test_cancels_what_is_unfinished_and_returns_the_credits(self, user: Actor, run_jobs: RunJobs) -> None:
        location = user.api.post(IMAGINE, CALL).headers["location"]
        reply = user.api.delete(location)
        assert (reply.status, reply.json) == (
            200, QUEUED | {"status": "cancelled", "usage": {"credits": "0", "reserved": "0"}, "finishedAt": TIMESTAMP},
        )  # fmt: skip
        balance = user.api.get("/api/user/credits").json
        assert (balance["balance"], balance["reserved"]) == ("500", "0")
        run_jobs()
        assert user.api.get(location).json == reply.json, "a job that comes late finds nothing to do"

    @pytest.mark.clause("P-2.6")
    def test_removes_what_is_finished_with_its_files(self, user: Actor, run_jobs: RunJobs) -> None:
        location = user.api.post(IMAGINE, CALL).headers["location"]
        run_jobs()
        link = user.api.get(location).json["target"]["data"]["src"]
        path = "/files/" + link.split("/files/")[1]
        assert user.api.get(path).status == 200
        reply = user.api.delete(location)
        assert (reply.status, reply.body) == (204, b"")
        assert (user.api.get(location).json, user.api.delete(location).json) == (UNKNOWN_TASK, UNKNOWN_TASK)
        assert (user.api.get(path).status, StoredFile.objects.count(), Task.objects.count()) == (404, 0, 0)
        assert user.api.get("/api/user/credits").json["balance"] == "490", "what was used stays paid"

    @pytest.mark.clause("P-2.6")
    def test_of_simultaneous_cancellations_one_ends_it(self, user: Actor) -> None:
        location = user.api.post(IMAGINE, CALL).headers["location"]
        replies = user.api.send_together([user.api.request("DELETE", location) for _ in range(10)])
        statuses = sorted(reply.status for reply in replies)
        # Whoever comes after the end removes the task, which may be before the one who cancelled has read it again.
        assert statuses[0] in {200, 204}
        assert set(statuses) <= {200, 204, 404}
        assert user.api.get("/api/user/credits").json["balance"] == "500"


class TestIdempotency:
    @pytest.mark.clause("P-2.8")
    def test_same_key_and_body_give_the_same_task(self, user: Actor, run_jobs: RunJobs) -> None:
        headers = {"Idempotency-Key": '"8e03978e-40d5"'}
        first = user.api.post(IMAGINE, CALL, headers=headers)
        again = user.api.post(IMAGINE, CALL, headers={"Idempotency-Key": "8e03978e-40d5"})
        assert (again.status, again.json, again.headers["location"]) == (202, first.json, first.headers["location"])
        run_jobs()
        done = user.api.post(IMAGINE, dict(reversed(CALL.items())), headers=headers)
        assert (done.status, done.json["id"], done.json["status"]) == (200, first.json["id"], "succeeded")
        assert (Task.objects.count(), Hold.objects.count()) == (1, 1)

    @pytest.mark.clause("P-2.8")
    @pytest.mark.parametrize(("path", "body"), [(IMAGINE, CALL | {"count": 2}), (TEXT2TEXT, HELLO)])
    def test_another_body_is_a_conflict(self, user: Actor, path: str, body: Any) -> None:
        headers = {"Idempotency-Key": "k1"}
        user.api.post(IMAGINE, CALL, headers=headers)
        before = everything_stored()
        reply = user.api.post(path, body, headers=headers)
        message = "This Idempotency-Key was used for another request. Use a new key for a new request."
        assert (reply.status, reply.json) == (409, platform_error(6, message))
        assert everything_stored() == before

    @pytest.mark.clause("P-2.8")
    def test_keys_belong_to_their_account(self, user: Actor, second_user: Actor) -> None:
        headers = {"Idempotency-Key": "k1"}
        ids = {actor.post(IMAGINE, CALL, headers=headers).json["id"] for actor in (user.api, second_user.api, user.key_api)}
        assert len(ids) == 2

    @pytest.mark.clause("P-2.8")
    def test_a_refused_call_leaves_its_key_free(self, user: Actor) -> None:
        headers = {"Idempotency-Key": "k1"}
        assert user.api.post(IMAGINE, {}, headers=headers).status == 400
        assert user.api.post(IMAGINE, CALL, headers=headers).status == 202

    @pytest.mark.clause("P-2.8")
    def test_of_simultaneous_calls_one_makes_the_task(self, user: Actor) -> None:
        replies = user.api.send_together([user.api.request("POST", IMAGINE, CALL, headers={"Idempotency-Key": "k1"}) for _ in range(20)])
        assert {(reply.status, reply.json["id"]) for reply in replies} == {(202, str(Task.objects.get().pk))}
        assert (Hold.objects.count(), Job.objects.count()) == (1, 1)
