"""The demo's service: every method does real work, and all kinds of reply are among them."""

import wave
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from config import demo
from marketplace.models import Service
from marketplace.services import example, hosting
from tests.contracts.marketplace.conftest import Marketplace
from tests.contracts.matching import LINK, TEXT
from tests.fakes.asgi import Client

RunJobs = Callable[[], int]
TOKEN = "the-token-of-the-example-service"


@pytest.fixture
def shop(api: Client) -> Marketplace:
    """The marketplace, calling the example service."""
    example.make_example(token=TOKEN, publisher_key="key", callback_url="")
    return Marketplace(client=api, token=TOKEN)


@pytest.mark.clause("M-3.3")
@pytest.mark.parametrize("method", ["music_gen", "audio_gen"])
def test_sounds(shop: Marketplace, run_jobs: RunJobs, method: str) -> None:
    task_id = shop.call_task({"method": method, "payload": {"prompt": "rain in the night", "duration": 2}})
    run_jobs()
    response = shop.result(task_id)["response"]
    assert response == {"dataType": "S3_OBJECT", "data": LINK}
    sound = shop.client.get("/files/" + response["data"].split("/files/")[1]).body
    with wave.open(BytesIO(sound)) as file:
        assert file.getnframes() / file.getframerate() == 2


@pytest.mark.clause("M-2.2")
@pytest.mark.parametrize(("duration", "status"), [(1, "AC_001"), (300, "AC_001"), (301, "AC_401"), (360, "AC_401"), (0, "AC_400")])
def test_five_minutes_at_most(shop: Marketplace, duration: int, status: str) -> None:
    reply = shop.call({"method": "music_gen", "payload": {"prompt": "x", "duration": duration}})
    assert (reply.status, reply.json["errorCode"]["status"]) == (200, status)


@pytest.mark.clause("M-2.3", "M-3.3")
def test_chat_and_tell(shop: Marketplace, run_jobs: RunJobs) -> None:
    chat, tell = (shop.call_task({"method": name, "payload": {"prompt": "What is 2 + 3?"}}) for name in ("chat", "tell"))
    run_jobs()
    said, told = shop.result(chat), shop.result(tell)
    assert (said["extraType"], said["response"]) == ("chat_app", {"dataType": "META_DATA", "data": "2+3 = 5"})
    parts = [{"dataType": "META_DATA", "data": "2+3 = 5"}, {"dataType": "S3_OBJECT", "data": LINK}]
    assert (told["extraType"], told["response"]) == ("others", {"dataType": "HYBRID", "data": parts})


@pytest.mark.clause("M-2.6")
def test_an_image_by_link_is_described(shop: Marketplace) -> None:
    body: dict[str, Any] = {"method": "image_description", "payload": {"image_url": "https://example.com/cat.png", "prompt": "colours"}}
    assert shop.call(body).json["errorCode"] == {"status": "AC_001", "reason": "pending"}


def test_every_reply_is_among_them() -> None:
    kinds = {(facts["data_type"], facts.get("extra_type", "others")) for facts, _ in example.METHODS.values()}
    assert {kind for kind, _ in kinds} == {"META_DATA", "S3_OBJECT", "HYBRID"}
    assert {extra for _, extra in kinds} == {"others", "chat_app"}


def test_the_demo_tells_how_to_call_it(api: Client, settings: Any) -> None:
    settings.DEMO_CALLBACK_URL = "http://127.0.0.1:9999/callback"
    facts = demo.make_demo()["marketplace"]
    assert facts == {
        "service": "AudioCraft", "slug": "audiocraft", "code": "AC", "token": TEXT,
        "methods": ["audio_gen", "chat", "image_description", "music_gen", "tell"],
        "callback_url": "http://127.0.0.1:9999/callback", "publisher_key": TEXT,
    }  # fmt: skip
    shop = Marketplace(client=api, token=facts["token"])
    assert shop.call({"method": "chat", "payload": {"prompt": "Hello"}}).json["errorCode"]["status"] == "AC_001"
    settings.DEMO_CALLBACK_URL = ""
    again = demo.make_demo()["marketplace"]
    assert again == facts | {"callback_url": f"{settings.PUBLIC_URL}/api/v1/ai-connection/callback"}
    assert Service.objects.get().callback_url == again["callback_url"]
    assert hosting.open_publisher_key(Service.objects.get()) == facts["publisher_key"]
