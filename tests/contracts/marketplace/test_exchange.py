"""M-9.1: the callback of services that this platform calls, and such a service doing the work of a feature, with its files."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from aitasks.models import Provider, ProviderAnswer, ProviderCall
from aitasks.providers.marketplace import following
from aitasks.services import answers, providers
from config import demo
from marketplace.models import Service
from tasks.models import StoredFile, Task
from tests.conftest import Actor
from tests.contracts.stored import everything_stored
from tests.factories import services
from tests.fakes.asgi import Client, Reply
from tests.fakes.job_vendor import make_wav
from tests.fakes.marketplace_service import TOKEN, FakeService, fake_service, result

__all__ = ["fake_service"]
pytestmark = pytest.mark.clause("M-9.1")
PATH = "/api/v1/ai-connection/callback"
MUSIC = [{"name": "music_gen", "steps": ["imagine"], "targets": ["sound"], "inputs": {"prompt": "prompt", "duration": "seconds"}}]
SOUND = {"prompts": {"prompt": "calm piano"}, "target": {"type": "sound"}, "seconds": 2}
RunJobs = Callable[[], int]


@pytest.fixture
def row(live_database: None, fake_service: FakeService, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """The fake service as a provider, asked ahead of everybody else."""
    monkeypatch.setattr(following, "LOOK_SECONDS", 0.01)
    facts: providers.Facts = {"kind": "marketplace", "base_url": fake_service.base_url, "model_list": MUSIC, "priority": 1}
    yield providers.save_provider(name="audiocraft", facts=facts, credential=TOKEN)
    Provider.objects.all().delete()


@pytest.fixture
def job(row: Provider, user: Actor) -> str:
    """The name that the service has given to a job of ours."""
    task = Task.objects.get(pk=UUID(user.api.post("/api/ai/imagine", SOUND).json["id"]))
    ProviderCall.objects.create(task=task, step="imagine", attempt=1, provider=row.name, kind=row.kind, job_reference="task-1")
    return "task-1"


def push(api: Client, task_id: str, *, token: str = TOKEN, **response: Any) -> Reply:
    """Say that a task has ended, as the service does."""
    return api.post(
        PATH, result("000", "success", **response) | {"taskId": task_id}, headers={"x-marketplace-token": token} if token else {}
    )


@pytest.mark.clause("M-3.1", "M-3.4")
def test_a_callback_is_kept_once_and_answered_201(api: Client, job: str) -> None:
    for _ in range(2):
        reply = push(api, job, data="done")
        assert (reply.status, reply.json) == (201, {"code": 0, "message": "success", "data": None})
    answer = ProviderAnswer.objects.get()
    assert (answer.provider, answer.reference, answer.body["response"]["data"]) == ("audiocraft", "task-1", "done")


@pytest.mark.parametrize("token", ["", "x", TOKEN[:-1], TOKEN + "x", TOKEN.upper()])
def test_nobody_else_can_send_one(api: Client, job: str, token: str) -> None:
    before = everything_stored()
    reply = push(api, job, token=token)
    message = "The x-marketplace-token is missing, or not one that this platform calls a service with."
    assert (reply.status, reply.json) == (401, {"code": 401, "message": message, "data": None})
    assert everything_stored() == before


def test_a_service_cannot_answer_for_another(api: Client, job: str) -> None:
    facts: providers.Facts = {"kind": "marketplace", "base_url": "http://127.0.0.1:1", "model_list": MUSIC}
    providers.save_provider(name="another", facts=facts, credential="another-token-than-the-first")
    before = everything_stored()
    reply = push(api, job, token="another-token-than-the-first")
    assert (reply.status, reply.json) == (
        404,
        {"code": 404, "message": "This platform waits for no task with this taskId.", "data": None},
    )
    assert everything_stored() == before


def test_a_task_that_nobody_waits_for(api: Client, job: str) -> None:
    ProviderCall.objects.update(outcome="succeeded", ended_at="2026-01-01T00:00:00Z")
    assert push(api, "task-2").status == 404
    assert push(api, job).status == 201
    assert ProviderAnswer.objects.count() == 1


def test_a_callback_that_is_faster_than_the_reply_to_the_call(api: Client, job: str) -> None:
    ProviderCall.objects.update(job_reference="")
    assert push(api, "task-2").status == 201
    assert answers.find_answer(provider="audiocraft", reference="task-2") is not None


def test_a_service_of_our_own_that_was_called_by_hand(api: Client, row: Provider) -> None:
    call = services.make_ended_call(services.make_service())
    before = everything_stored()
    assert push(api, str(call.task_id), token=services.TOKEN).status == 201
    assert push(api, str(call.task_id), token=services.TOKEN + "x").status == 401
    assert push(api, str(call.pk), token=services.TOKEN).status == 401
    assert everything_stored() == before


def test_the_demo_answers_itself_and_keeps_what_its_key_opens(api: Client) -> None:
    facts = demo.make_demo()["marketplace"]
    reply = api.post("/api/v1/ai-resource/presigned-upload", {"s3Key": "a.wav"}, headers={"x-publisher-key": facts["publisher_key"]})
    assert (reply.status, reply.json["code"]) == (200, 0)
    assert demo.make_demo()["marketplace"] == facts
    call = services.make_ended_call(Service.objects.get(), payload={"prompt": "Hello"})
    assert push(api, str(call.task_id), token=facts["token"]).status == 201


@pytest.mark.clause("M-3.1", "M-3.4")
def test_a_failure_without_words_is_taken(api: Client, job: str) -> None:
    """A service that hears anything but 201 sends the same for a day."""
    body = {"taskId": job, "response": None, "errorCode": {"status": "AC_500", "reason": None}}
    assert api.post(PATH, body, headers={"x-marketplace-token": TOKEN}).status == 201
    assert ProviderAnswer.objects.get().body == body


@pytest.mark.parametrize("body", [{}, {"taskId": "task-1"}, {"taskId": "", "errorCode": {}}, {"taskId": "task-1", "errorCode": "AC_000"}])
def test_callbacks_that_say_nothing(api: Client, job: str, body: object) -> None:
    reply = api.post(PATH, body, headers={"x-marketplace-token": TOKEN})
    assert (reply.status, reply.json["code"], reply.json["data"]) == (400, 400, None)
    assert ProviderAnswer.objects.count() == 0


def test_a_feature_done_by_the_service(row: Provider, user: Actor, fake_service: FakeService, run_jobs: RunJobs) -> None:
    link = fake_service.serve_file("a.wav", make_wav(2), "audio/wav")
    fake_service.endings = [("000", {"dataType": "S3_OBJECT", "data": link})]
    accepted = user.api.post("/api/ai/imagine", SOUND)
    assert accepted.status == 202
    run_jobs()
    task = user.api.get(f"/api/ai/imagine/{accepted.json['id']}").json
    assert (task["status"], task["provider"], task["model"], task["usage"]["credits"]) == ("succeeded", "marketplace", "music_gen", "2")
    file = StoredFile.objects.get()
    assert (file.size_bytes, file.content_type) == (len(make_wav(2)), "audio/wav")
    call = fake_service.requests[0]
    assert call.headers["x-request-id"] == f"{UUID(task['id']).hex}-imagine-audiocraft"
    told = str([request.headers for request in fake_service.requests]) + str([request.json for request in fake_service.calls("POST", "/")])
    assert user.user.email not in told
    assert str(user.account_id) not in told
    assert user.account_id.hex not in told


def test_a_service_that_refuses(row: Provider, user: Actor, fake_service: FakeService, run_jobs: RunJobs) -> None:
    fake_service.endings = [("400", {})]
    accepted = user.api.post("/api/ai/imagine", SOUND)
    run_jobs()
    task = user.api.get(f"/api/ai/imagine/{accepted.json['id']}").json
    assert (task["status"], task["error"]) == ("failed", {"code": 3, "message": "The AI provider refuses this: as it is"})
    assert task["usage"] == {"credits": "0", "reserved": "0"}
