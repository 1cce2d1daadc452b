"""Two installations of the product, chained by the marketplace contract (M-9.1): one calls, the other works, files cross both ways."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from pytest_django import DjangoDbBlocker, Settings

from aitasks.models import ProviderAnswer, ProviderCall
from aitasks.services import providers
from billing import audit
from marketplace.models import Call, Resource, Service
from marketplace.services import hosting, resources
from tasks.models import Delivery, StoredFile, Task
from tests.factories import services
from tests.faults.actors import Owner, make_owner
from tests.faults.stack import Stack, free_port, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.clause("M-9.1")]
SECRET_KEY = "a secret of forty characters, more or less"
"""The stacks' own; what this process seals, they open."""
CAT = Path("docs/images/cat.jpg")
METHODS = [
    {"name": "music_gen", "steps": ["imagine"], "targets": ["sound"], "inputs": {"prompt": "prompt", "duration": "seconds"}},
    {"name": "image_description", "steps": ["extract"], "targets": ["text"], "inputs": {"image_url": "source"}},
]


@pytest.fixture
def pair(migrated_sqlite: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker, settings: Settings) -> Iterator[tuple[Stack, Stack]]:
    """Two deployments on SQLite that have not been started."""
    settings.SECRET_KEY = SECRET_KEY
    made = []
    for name in ("front", "back"):
        folder = tmp_path / name
        folder.mkdir()
        url = f"sqlite:///{shutil.copy(migrated_sqlite, folder)}"
        environment = {"DATABASE_URL": url, "BROKER_URL": "embedded", "REDIS_URL": "", "SAFE_FETCH_ALLOW": "127.0.0.0/8"}
        made.append(Stack(name=name, folder=folder, environment=environment, flush_broker=lambda: None, port=free_port()))
    with django_db_blocker.unblock(), ExitStack() as ending:
        for stack in made:
            ending.callback(show, stack)
            ending.callback(stack.kill_all)
        yield made[0], made[1]


def show(stack: Stack) -> None:
    """Print what a stack said: pytest shows it for a test that failed."""
    path = stack.folder / "output"
    print(stack.name, path.read_text() if path.exists() else "was not started")  # noqa: T201 - as above


@pytest.fixture
def chain(pair: tuple[Stack, Stack]) -> Callable[..., tuple[Owner, Stack, Stack]]:
    """Makes the second, served with ``options``, a service of the first, which keeps its results; returns somebody who calls the first."""
    front, back = pair

    def make(*options: str, callback_url: str = "") -> tuple[Owner, Stack, Stack]:
        callback = callback_url or f"{front.base_url}/api/v1/ai-connection/callback"
        with front.books():
            owner = make_owner(front, credits=100)
            _, publisher_key = resources.create_publisher(name="AudioCraft")
            facts: providers.Facts = {
                "kind": "marketplace", "base_url": f"{back.base_url}/services/audiocraft", "model_list": METHODS, "priority": 1,
            }  # fmt: skip
            providers.save_provider(name="audiocraft", facts=facts, credential=services.TOKEN)
        with back.books():
            service = services.make_service(callback_url=callback)
            service.storage, service.storage_url = "marketplace", front.base_url
            hosting.save_service(service=service, publisher_key=publisher_key)
        front.start()
        back.start(*options)
        return owner, front, back

    return make


def call(owner: Owner, feature: str, body: dict[str, Any]) -> UUID:
    """Call the first installation and return the task's id."""
    headers = {"Authorization": f"Bearer {owner.key}", "Prefer": "respond-async"}
    reply = httpx2.post(f"{owner.stack.base_url}/api/ai/{feature}", json=body, headers=headers, timeout=60)
    assert reply.status_code == 202, reply.text
    return UUID(reply.json()["id"])


def wait_for(owner: Owner, task_id: UUID) -> dict[str, Any]:
    """Return the task when it has ended, as its owner sees it."""
    headers = {"Authorization": f"Bearer {owner.key}"}
    with owner.stack.books():
        kind = Task.objects.get(pk=task_id).kind
        wait_until(lambda: Task.objects.exclude(finished_at=None).filter(pk=task_id).exists(), what="the task to end")
    found: dict[str, Any] = httpx2.get(f"{owner.stack.base_url}/api/ai/{kind}/{task_id}", headers=headers, timeout=60).json()
    return found


def check_sound(owner: Owner, task_id: UUID, *, seconds: int) -> None:
    """The task has made a sound of so many seconds, which its link serves, and was charged for it."""
    task = wait_for(owner, task_id)
    assert (task["status"], task["error"], task["provider"], task["model"]) == ("succeeded", None, "marketplace", "music_gen")
    sound = httpx2.get(task["target"]["data"]["src"], timeout=60)
    assert (sound.status_code, sound.content[:4], sound.content[8:12]) == (200, b"RIFF", b"WAVE")
    assert task["usage"] == {"credits": str(seconds), "reserved": "0"}


@pytest.mark.clause("M-6.1", "M-6.2", "M-3.1")
def test_a_sound_made_by_the_other_one(chain: Callable[..., tuple[Owner, Stack, Stack]]) -> None:
    owner, front, back = chain()
    task_id = call(owner, "imagine", {"prompts": {"prompt": "calm piano"}, "target": {"type": "sound"}, "seconds": 2})
    check_sound(owner, task_id, seconds=2)
    with back.books():
        remote = Call.objects.select_related("task", "account").get()
        assert (remote.request_id, remote.account.outside_id, remote.task.state) == (
            f"{task_id.hex}-imagine-audiocraft",
            "tollgate-audiocraft",
            "succeeded",
        )
        wait_until(lambda: Delivery.objects.filter(state="delivered").exists(), what="the callback")
        assert list(Delivery.objects.get().tries.values_list("status", flat=True)) == [201]
        kept = StoredFile.objects.get(task=remote.task)
        assert kept.storage == "marketplace:audiocraft"
        assert not (back.folder / "data" / "files").exists()
        assert list(audit.find_problems()) == []
    with front.books():
        assert Resource.objects.get().key == kept.storage_key
        assert ProviderAnswer.objects.get().reference == str(remote.task_id)
        tried = ProviderCall.objects.get(task_id=task_id)
        assert (tried.outcome, tried.job_reference, tried.provider) == ("succeeded", str(remote.task_id), "audiocraft")
        assert StoredFile.objects.filter(task_id=task_id, storage="").count() == 1
        assert list(audit.find_problems()) == []


@pytest.mark.clause("M-4.2")
def test_a_callback_that_never_comes(chain: Callable[..., tuple[Owner, Stack, Stack]]) -> None:
    owner, front, back = chain(callback_url=f"http://127.0.0.1:{free_port()}/nobody")
    task_id = call(owner, "imagine", {"prompts": {"prompt": "calm piano"}, "target": {"type": "sound"}, "seconds": 1})
    check_sound(owner, task_id, seconds=1)
    with front.books():
        assert ProviderAnswer.objects.count() == 0
    with back.books():
        assert Delivery.objects.get().state == "waiting"


@pytest.mark.clause("M-2.6")
def test_a_picture_read_by_the_other_one(chain: Callable[..., tuple[Owner, Stack, Stack]]) -> None:
    owner, front, back = chain()
    with CAT.open("rb") as picture:
        files = {"file": ("cat.jpg", picture, "image/jpeg")}
        headers = {"Authorization": f"Bearer {owner.key}"}
        uploaded = httpx2.post(f"{front.base_url}/api/user/files", files=files, headers=headers, timeout=60)
    task_id = call(owner, "extract", {"source": {"data": {"src": uploaded.json()["id"]}}, "prompts": {"prompt": "size"}})
    task = wait_for(owner, task_id)
    assert (task["status"], task["error"], task["model"]) == ("succeeded", None, "image_description")
    with back.books():
        assert Task.objects.get().payload["source"]["url"].startswith(f"{front.base_url}/files/")
        assert task["target"]["data"]["text"] == Task.objects.get().outputs.get().text
        assert Service.objects.get().storage == "marketplace"


def test_the_worker_dies_while_the_other_one_works(chain: Callable[..., tuple[Owner, Stack, Stack]]) -> None:
    owner, front, back = chain("--only", "web,scheduler")
    task_id = call(owner, "imagine", {"prompts": {"prompt": "calm piano"}, "target": {"type": "sound"}, "seconds": 2})
    with front.books():
        wait_until(lambda: ProviderCall.objects.exclude(job_reference="").exists(), what="the job to be known")
    front.kill("worker")
    back.start("--only", "worker")
    check_sound(owner, task_id, seconds=2)
    with back.books():
        reference = str(Call.objects.get().task_id)
    with front.books():
        tries = ProviderCall.objects.order_by("pk").values_list("job_reference", "is_resumed", "outcome")
        assert list(tries) == [(reference, False, "running"), (reference, True, "succeeded")]
