"""Pictures and sounds over the fake: forms, results at once, jobs that are taken up again."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aitasks.providers import faults
from aitasks.providers.port import Access, Job, Media, Model, Output, Progress, Usage, Work
from aitasks.providers.stability import KIND, Stability
from tests.fakes.job_vendor import make_png
from tests.fakes.stability.server import KEY, FakeStability

pytestmark = pytest.mark.clause("P-3.2")
MakeWork = Callable[..., Work]


@pytest.fixture
def photo(tmp_path: Path) -> Media:
    """A picture to work on."""
    path = tmp_path / "source"
    path.write_bytes(make_png(77))
    return Media(type="image/png", path=path)


def test_picture(provider: Stability, stability_server: FakeStability, make_work: MakeWork, tmp_path: Path) -> None:
    events = list(provider.run(make_work(negative="birds", parameters={"size": "1024x768", "seed": 7})))
    assert [event for event in events if not isinstance(event, Progress)] == [
        Usage(1),
        Output(0, Media(type="image/png", path=tmp_path / "result-0")),
    ]
    assert (tmp_path / "result-0").read_bytes() == make_png(1)
    assert stability_server.forms == [
        {"prompt": b"A boat", "negative_prompt": b"birds", "seed": b"8", "aspect_ratio": b"5:4", "output_format": b"png"}
    ]
    request = stability_server.requests[0]
    assert (request.path, request.headers["accept"]) == ("/v2beta/stable-image/generate/core", "image/*")
    assert request.headers["authorization"] == f"Bearer {KEY}"


def test_several_pictures_come_one_after_another(provider: Stability, stability_server: FakeStability, make_work: MakeWork) -> None:
    seen = [
        (event.index, len(stability_server.forms))
        for event in provider.run(make_work(parameters={"count": 3, "seed": 0}))
        if isinstance(event, Output)
    ]
    assert seen == [(0, 1), (1, 2), (2, 3)]
    assert [form["seed"] for form in stability_server.forms] == [b"1", b"2", b"3"]


@pytest.mark.parametrize(
    ("model", "path", "fields"),
    [
        ("sd3.5-large", "/v2beta/stable-image/generate/sd3", {"model": b"sd3.5-large", "mode": b"image-to-image", "strength": b"0.65"}),
        ("ultra", "/v2beta/stable-image/generate/ultra", {"strength": b"0.65"}),
        ("structure", "/v2beta/stable-image/control/structure", {"control_strength": b"0.7"}),
    ],
)
def test_changed_picture(
    access: Access, stability_server: FakeStability, make_work: MakeWork, photo: Media, *, model: str, path: str, fields: Any
) -> None:
    provider = Stability(replace(access, models=(Model(name=model, steps=("transform",)),)))
    events = [event for event in provider.run(make_work("transform", source=photo)) if not isinstance(event, Progress)]
    assert events[0] == Usage(1)
    assert stability_server.requests[0].path == path
    assert stability_server.forms == [{"prompt": b"A boat", "output_format": b"png", "image": make_png(77), **fields}]


@pytest.mark.parametrize(("seconds", "units"), [(5.5, 6), (9.0, 8), (0.2, 1)])
def test_sound(provider: Stability, stability_server: FakeStability, make_work: MakeWork, seconds: float, units: int) -> None:
    stability_server.sound_seconds = seconds
    events = [event for event in provider.run(make_work(target="sound")) if isinstance(event, Usage | Output)]
    assert events[0] == Usage(units)
    assert stability_server.forms == [{"prompt": b"A boat", "duration": b"8", "output_format": b"mp3", "model": b"stable-audio-2.5"}]
    assert stability_server.requests[0].headers["accept"] == "audio/*"


def relight(make_work: MakeWork, photo: Media, **facts: Any) -> Work:
    """Return work for a model that answers with a job."""
    return make_work("transform", source=photo, model="relight", **facts)


def test_job(provider: Stability, stability_server: FakeStability, make_work: MakeWork, photo: Media) -> None:
    name = f"{1:064x}"
    events = [event for event in provider.run(relight(make_work, photo)) if not isinstance(event, Progress)]
    assert events[:2] == [Job(name), Usage(1)]
    assert stability_server.looks == {name: 2}
    assert stability_server.forms[0] == {"background_prompt": b"A boat", "output_format": b"png", "subject_image": make_png(77)}


def test_attempt_that_was_killed_is_gone_on_with(
    provider: Stability, stability_server: FakeStability, make_work: MakeWork, photo: Media
) -> None:
    killed = provider.run(relight(make_work, photo))
    job = next(event for event in killed if isinstance(event, Job))
    events = [event for event in provider.run(relight(make_work, photo, resume=job.reference)) if isinstance(event, Job | Usage)]
    assert events == [Usage(1)]
    assert len(stability_server.forms) == 1


def test_job_that_is_gone_is_begun_anew(provider: Stability, stability_server: FakeStability, make_work: MakeWork, photo: Media) -> None:
    events = [event for event in provider.run(relight(make_work, photo, resume="f" * 64)) if isinstance(event, Job | Usage)]
    assert events == [Job(f"{1:064x}"), Usage(1)]


def test_leaving_hangs_up(provider: Stability, stability_server: FakeStability, make_work: MakeWork) -> None:
    stability_server.fail(how="hang")
    events = provider.run(make_work())
    assert [next(events), next(events)] == [Progress(0), Progress(0)]
    events.close()
    assert stability_server.left.wait(2)


def test_filtered_pictures_are_not_delivered(provider: Stability, stability_server: FakeStability, make_work: MakeWork) -> None:
    stability_server.finish = "CONTENT_FILTERED"
    seen: list[Any] = []
    with pytest.raises(faults.Filtered):
        seen.extend(provider.run(make_work()))
    assert [event for event in seen if isinstance(event, Usage | Output)] == []


@pytest.mark.parametrize(
    ("model", "step", "target", "source", "serves"),
    [
        ("core", "imagine", "image", None, True),
        ("core", "transform", "image", "image/png", False),
        ("ultra", "imagine", "image", None, True),
        ("ultra", "transform", "image", "image/webp", True),
        ("structure", "imagine", "image", None, False),
        ("structure", "transform", "image", "image/gif", False),
        ("stable-audio-2", "imagine", "sound", None, True),
        ("stable-audio-2", "imagine", "speech", None, False),
        ("of-another-vendor", "imagine", "image", None, False),
    ],
)
def test_serves(access: Access, make_work: MakeWork, *, model: str, step: str, target: str, source: str | None, serves: bool) -> None:
    work = make_work(step, target, source=Media(type=source) if source else None)
    assert Stability(replace(access, models=(Model(name=model),))).serves(work) is serves


def test_first_model_of_the_row_is_the_usual_one(access: Access, make_work: MakeWork) -> None:
    assert Stability(replace(access, models=(Model(name="ultra"), Model(name="core")))).model(make_work()) == "ultra"


def test_kind() -> None:
    assert (KIND.name, KIND.credential_variable, KIND.base_url_variable) == ("stability", "STABILITY_API_KEY", "STABILITY_BASE_URL")
    assert KIND.connect(Access(name="s", base_url="", credential="x", models=KIND.models)).kind == "stability"


def test_web_processes_do_not_load_the_http_library() -> None:
    script = "import sys, aitasks.providers.stability; print([name for name in ('httpx2', 'av') if name in sys.modules])"
    reply = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert reply.stdout == "[]\n"
