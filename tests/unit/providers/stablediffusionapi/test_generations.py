"""Pictures and sound effects over the fake: asked for, looked at, taken up again, fetched."""

import base64
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aitasks.providers import faults
from aitasks.providers.port import Access, Job, Media, Model, Output, Progress, Usage, Work
from aitasks.providers.stablediffusionapi import KIND, StableDiffusionAPI, images
from tests.fakes.job_vendor import make_png, make_wav
from tests.fakes.stablediffusionapi.server import KEY, FakeModelsLab

pytestmark = pytest.mark.clause("P-3.2")
MakeWork = Callable[..., Work]


def draw(fake: FakeModelsLab, count: int) -> list[str]:
    """Return the links of so many pictures."""
    return [fake.serve_file(f"{number}.png", make_png(number), "image/png") for number in range(count)]


def told(provider: StableDiffusionAPI, work: Work) -> list[Any]:
    """Return what the work yields but for its progress."""
    return [event for event in provider.run(work) if not isinstance(event, Progress)]


def test_picture(provider: StableDiffusionAPI, modelslab_server: FakeModelsLab, make_work: MakeWork, tmp_path: Path) -> None:
    modelslab_server.steps = [{"status": "processing", "output": ""}, {"status": "success", "output": draw(modelslab_server, 1)}]
    events = told(provider, make_work(negative="birds", parameters={"seed": 2**32 + 5, "size": "1024x768"}))
    assert events == [Job("101"), Usage(1), Output(0, Media(type="image/png", path=tmp_path / "result-0"))]
    assert [(request.path, request.json) for request in modelslab_server.calls("POST", "/api/v6/")] == [
        (
            "/api/v6/images/text2img",
            {
                "key": KEY,
                "model_id": "flux",
                "prompt": "A boat",
                "negative_prompt": "birds",
                "samples": 1,
                "safety_checker": "yes",
                "base64": "no",
                "seed": 5,
                "width": 1024,
                "height": 768,
            },
        ),
        ("/api/v6/images/fetch", {"key": KEY, "request_id": "101"}),
        ("/api/v6/images/fetch", {"key": KEY, "request_id": "101"}),
    ]
    assert modelslab_server.calls("POST", "/elsewhere") == [], "an address that the reply chose is not given the key"


def test_quick_models_answer_at_once(provider: StableDiffusionAPI, modelslab_server: FakeModelsLab, make_work: MakeWork) -> None:
    modelslab_server.is_quick = True
    modelslab_server.steps = [{"status": "success", "output": draw(modelslab_server, 2)}]
    events = told(provider, make_work(parameters={"count": 2}))
    assert [type(event) for event in events] == [Usage, Output, Usage, Output]
    assert modelslab_server.looks == {}


def test_pictures_come_one_after_another(provider: StableDiffusionAPI, modelslab_server: FakeModelsLab, make_work: MakeWork) -> None:
    links = draw(modelslab_server, 3)
    modelslab_server.steps = [
        {"status": "processing", "output": links[:1]},
        {"status": "processing", "output": links[:2]},
        {"status": "success", "output": links},
    ]
    seen = [
        (event.index, modelslab_server.looks["101"])
        for event in provider.run(make_work(parameters={"count": 3}))
        if isinstance(event, Output)
    ]
    assert seen == [(0, 1), (1, 2), (2, 3)]


@pytest.mark.parametrize("before", ["", "data:image/png;base64,"])
def test_changed_picture(
    provider: StableDiffusionAPI, modelslab_server: FakeModelsLab, make_work: MakeWork, tmp_path: Path, before: str
) -> None:
    """An image is sent as base64, and then the results are files of base64."""
    source = tmp_path / "source"
    source.write_bytes(make_png(77))
    packed = (before + base64.b64encode(make_png(8)).decode()).encode()
    modelslab_server.steps = [{"status": "success", "output": [modelslab_server.serve_file("a.base64", packed, "text/plain")]}]
    events = told(provider, make_work("transform", source=Media(type="image/png", path=source)))
    assert events == [Job("101"), Usage(1), Output(0, Media(type="image/png", path=tmp_path / "result-0"))]
    assert (tmp_path / "result-0").read_bytes() == make_png(8)
    assert modelslab_server.requests[0].path == "/api/v6/images/img2img"
    assert modelslab_server.requests[0].json == {
        "key": KEY,
        "model_id": "realistic-vision-v6",
        "prompt": "A boat",
        "samples": 1,
        "safety_checker": "yes",
        "base64": "yes",
        "init_image": base64.b64encode(make_png(77)).decode(),
        "strength": 0.65,
    }


def test_large_sources_are_refused_before_anything_is_sent(
    provider: StableDiffusionAPI, modelslab_server: FakeModelsLab, make_work: MakeWork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    source.write_bytes(bytes(1_001))
    monkeypatch.setattr(images, "SOURCE_BYTES_MAX", 1_000)
    with pytest.raises(faults.TooLong):
        list(provider.run(make_work("transform", source=Media(type="image/png", path=source))))
    assert modelslab_server.requests == []


@pytest.mark.parametrize(("asked", "sent", "units"), [(8, 8, 5), (1, 3, 1)])
def test_sound(
    provider: StableDiffusionAPI, modelslab_server: FakeModelsLab, make_work: MakeWork, *, asked: int, sent: int, units: int
) -> None:
    modelslab_server.steps = [{"status": "success", "output": [modelslab_server.serve_file("a.wav", make_wav(4.2), "audio/wav")]}]
    events = told(provider, make_work(target="sound", parameters={"seconds": asked}))
    assert events[:2] == [Job("101"), Usage(units)]
    assert modelslab_server.requests[0].json == {"key": KEY, "prompt": "A boat", "duration": sent}
    assert modelslab_server.requests[1].path == "/api/v6/voice/fetch/101"


def test_attempt_that_was_killed_is_gone_on_with(
    provider: StableDiffusionAPI, modelslab_server: FakeModelsLab, make_work: MakeWork
) -> None:
    modelslab_server.steps = [{"status": "success", "output": draw(modelslab_server, 1)}]
    killed = provider.run(make_work())
    job = next(event for event in killed if isinstance(event, Job))
    assert [type(event) for event in told(provider, make_work(resume=job.reference))] == [Usage, Output]
    assert len(modelslab_server.calls("POST", "/api/v6/images/text2img")) == 1


def test_job_that_failed_is_begun_anew(provider: StableDiffusionAPI, modelslab_server: FakeModelsLab, make_work: MakeWork) -> None:
    modelslab_server.steps = [{"status": "success", "output": draw(modelslab_server, 1)}]
    assert [type(event) for event in told(provider, make_work(resume="99"))] == [Job, Usage, Output]


def test_leaving_hangs_up(provider: StableDiffusionAPI, modelslab_server: FakeModelsLab, make_work: MakeWork) -> None:
    modelslab_server.fail(how="hang")
    events = provider.run(make_work())
    assert [next(events), next(events)] == [Progress(0), Progress(0)]
    events.close()
    assert modelslab_server.left.wait(2)


def test_blank_pictures_are_not_delivered(provider: StableDiffusionAPI, modelslab_server: FakeModelsLab, make_work: MakeWork) -> None:
    modelslab_server.steps = [{"status": "success", "output": draw(modelslab_server, 1), "nsfw_content_detected": True}]
    with pytest.raises(faults.Filtered):
        list(provider.run(make_work()))
    assert modelslab_server.calls("GET", "/files/") == []


@pytest.mark.parametrize(
    ("model", "step", "target", "source", "serves"),
    [
        ("flux", "imagine", "image", None, True),
        ("flux", "transform", "image", "image/png", True),
        ("flux", "transform", "image", "image/tiff", False),
        ("flux", "imagine", "sound", None, False),
        ("sfx", "imagine", "sound", None, True),
        ("sfx", "imagine", "image", None, False),
        ("sfx", "imagine", "speech", None, False),
    ],
)
def test_serves(access: Access, make_work: MakeWork, *, model: str, step: str, target: str, source: str | None, serves: bool) -> None:
    work = make_work(step, target, source=Media(type=source) if source else None)
    only = Access(name="m", base_url=access.base_url, credential=KEY, models=(Model(name=model),))
    assert StableDiffusionAPI(only).serves(work) is serves


def test_longer_effects_are_not_made(provider: StableDiffusionAPI, make_work: MakeWork) -> None:
    assert provider.serves(make_work(target="sound", parameters={"seconds": 15})) is True
    assert provider.serves(make_work(target="sound", parameters={"seconds": 16})) is False


def test_kind() -> None:
    assert (KIND.name, KIND.credential_variable, KIND.base_url_variable) == (
        "stablediffusionapi",
        "STABLEDIFFUSIONAPI_API_KEY",
        "STABLEDIFFUSIONAPI_BASE_URL",
    )
    assert KIND.connect(Access(name="s", base_url="", credential="x", models=KIND.models)).kind == "stablediffusionapi"


def test_web_processes_do_not_load_the_http_library() -> None:
    script = "import sys, aitasks.providers.stablediffusionapi; print([name for name in ('httpx2', 'av') if name in sys.modules])"
    reply = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert reply.stdout == "[]\n"
