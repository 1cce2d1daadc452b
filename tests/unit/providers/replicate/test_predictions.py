"""Predictions over the fake, by the official SDK: made once, looked at, taken up again, cancelled, their files fetched."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aitasks.providers import faults, jobs
from aitasks.providers.port import Access, Delta, Event, Job, Media, Output, Progress, Usage, Work
from aitasks.providers.replicate import KIND, Replicate
from tests.fakes.job_vendor import make_png, make_wav
from tests.fakes.replicate.server import TOKEN, FakeReplicate

pytestmark = pytest.mark.clause("P-3.2")
MakeWork = Callable[..., Work]


def gather(events: Iterable[Event], *kinds: type[Event]) -> list[Any]:
    """Return the events of these kinds."""
    return [event for event in events if isinstance(event, kinds)]


def draw(fake: FakeReplicate, count: int) -> list[str]:
    """Return the links of so many pictures, each of another shade."""
    return [fake.serve_file(f"{number}.png", make_png(number), "image/png") for number in range(count)]


def finish_with(fake: FakeReplicate, output: Any) -> None:
    """Have predictions end with this output."""
    fake.steps = [{"status": "processing", "logs": " 40%|####"}, {"status": "succeeded", "output": output}]


def test_picture(provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork, tmp_path: Path) -> None:
    finish_with(replicate_server, draw(replicate_server, 1))
    events = list(provider.run(make_work(negative="birds", seed=7)))
    assert [event for event in events if not isinstance(event, Progress)] == [
        Job("prediction1"),
        Usage(1),
        Output(0, Media(type="image/png", path=tmp_path / "result-0")),
    ]
    assert (tmp_path / "result-0").read_bytes() == make_png(0)
    assert Progress(40.0) in events
    created = replicate_server.calls("POST", "/v1/models/acme/painter/predictions")
    assert [request.json for request in created] == [
        {
            "input": {
                "prompt": "A boat",
                "negative_prompt": "birds",
                "seed": 7,
                "num_outputs": 1,
                "width": 512,
                "height": 512,
                "output_format": "png",
            }
        }
    ]
    assert (created[0].headers["authorization"], created[0].headers["cancel-after"]) == (f"Bearer {TOKEN}", "20s")
    fetched = replicate_server.calls("GET", "/files/")
    assert ["authorization" in request.headers for request in fetched] == [False], "the token goes to the API alone"
    assert replicate_server.cancelled == []


def test_pictures_come_one_after_another(provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork) -> None:
    links = draw(replicate_server, 4)
    replicate_server.steps = [
        {"status": "processing", "output": links[:2]},
        {"status": "processing", "output": links[:3]},
        {"status": "succeeded", "output": links},
    ]
    looks = [
        (event.index, replicate_server.looks["prediction1"]) for event in provider.run(make_work(count=4)) if isinstance(event, Output)
    ]
    assert looks == [(0, 1), (1, 1), (2, 2), (3, 3)]
    assert len(replicate_server.calls("GET", "/files/")) == 4


def test_no_more_than_was_asked_for(provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork) -> None:
    finish_with(replicate_server, draw(replicate_server, 3))
    assert [event.units for event in gather(provider.run(make_work(count=2)), Usage)] == [1, 2]
    assert len(replicate_server.calls("GET", "/files/")) == 2


@pytest.mark.parametrize(
    ("target", "seconds", "facts", "units"),
    [("sound", 7.2, {"seconds": 8}, 8), ("sound", 9.5, {"seconds": 8}, 8), ("speech", 1.3, {}, 2), ("speech", 60.0, {}, 4)],
)
def test_sounds_are_counted_by_the_second_and_never_beyond_the_hold(
    provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork, *, target: str, seconds: float, facts: Any, units: int
) -> None:
    replicate_server.schemas |= {"acme/player": {"prompt": {}}, "acme/speaker": {"text": {}}}
    finish_with(replicate_server, replicate_server.serve_file("a.wav", make_wav(seconds), "audio/wav"))
    events = gather(provider.run(make_work(target=target, **facts)), Usage, Output)
    assert events[0] == Usage(units)
    assert events[1].media.type == "audio/wav"


@pytest.mark.parametrize(
    ("output", "text"),
    [(["Two ", "boats", "."], "Two boats."), ("Two boats.", "Two boats."), ({"text": "Two boats.", "segments": []}, "Two boats.")],
)
def test_texts(provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork, output: Any, text: str) -> None:
    replicate_server.schemas["acme/writer"] = {"prompt": {}, "system_prompt": {}}
    finish_with(replicate_server, output)
    source = Media(type="text/plain", text="Boats, two")
    events = gather(provider.run(make_work("transform", "text", prompt="shorten", source=source)), Usage, Delta, Output)
    assert events == [Usage(len("shorten") + len("Boats, two") + len(text)), Delta(text), Output(0, Media(type="text/plain", text=text))]


def test_text_is_cut_where_the_call_says(provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork) -> None:
    replicate_server.schemas["acme/writer"] = {"prompt": {}}
    finish_with(replicate_server, "abcdefgh")
    work = make_work("intent2text", "text", prompt="x", maxCharacters=3)
    assert gather(provider.run(work), Usage, Output) == [Usage(4), Output(0, Media(type="text/plain", text="abc"))]


def test_small_sources_go_with_the_input_and_large_ones_before_it(
    provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork, tmp_path: Path
) -> None:
    replicate_server.schemas["acme/writer"] = {"prompt": {}, "image_input": {"type": "array"}}
    finish_with(replicate_server, "A grey square.")
    source = tmp_path / "source"
    source.write_bytes(make_png(9))
    work = make_work("extract", "text", source=Media(type="image/png", path=source))
    list(provider.run(work))
    source.write_bytes(bytes(300_000))
    list(provider.run(work))
    inputs = [request.json["input"]["image_input"] for request in replicate_server.calls("POST", "/v1/models/")]
    assert inputs[0][0].startswith("data:image/png;base64,iVBOR")
    assert inputs[1] == [f"{replicate_server.base_url}/v1/files/file1"]
    assert len(replicate_server.calls("POST", "/v1/files")) == 1


def test_versions(access: Access, replicate_server: FakeReplicate, make_work: MakeWork) -> None:
    finish_with(replicate_server, draw(replicate_server, 1))
    bare = "0123456789abcdef" * 4
    for name in (f"acme/painter:{bare}", bare):
        access = replace(access, models=(replace(access.models[0], name=name),))
        assert len(gather(Replicate(access).run(make_work()), Output)) == 1
    assert [request.json["version"] for request in replicate_server.calls("POST", "/v1/predictions")] == [bare, bare]
    assert [request.path for request in replicate_server.calls("GET", "/v1/models/")] == [f"/v1/models/acme/painter/versions/{bare}"]


def test_schema_is_asked_for_now_and_then(provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork) -> None:
    finish_with(replicate_server, draw(replicate_server, 1))
    for _ in range(3):
        list(provider.run(make_work()))
    assert len(replicate_server.calls("GET", "/v1/models/acme/painter")) == 1


def test_attempt_that_was_killed_is_gone_on_with(provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork) -> None:
    """A killed process closes no generator; here it is left where it stands."""
    finish_with(replicate_server, draw(replicate_server, 1))
    killed = provider.run(make_work())
    job = next(event for event in killed if isinstance(event, Job))
    events = list(provider.run(make_work(resume=job.reference)))
    assert gather(events, Job, Usage) == [Usage(1)]
    assert len(replicate_server.predictions) == 1


@pytest.mark.parametrize(
    "found", [{"status": "canceled"}, {"status": "failed", "error": "CUDA out of memory"}, {"status": "aborted"}, None]
)
def test_job_that_came_to_nothing_is_begun_anew(
    provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork, found: dict[str, Any] | None
) -> None:
    finish_with(replicate_server, draw(replicate_server, 1))
    killed = provider.run(make_work())
    job = next(event for event in killed if isinstance(event, Job))
    if found:
        replicate_server.predictions[job.reference] |= found
    else:
        del replicate_server.predictions[job.reference]
    assert gather(provider.run(make_work(resume=job.reference)), Job, Usage) == [Job("prediction2"), Usage(1)]


def test_leaving_cancels_the_prediction(provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork) -> None:
    replicate_server.steps = [{"status": "processing"}]
    events = provider.run(make_work())
    while replicate_server.looks.get("prediction1", 0) < 2:
        next(events)
    events.close()
    assert replicate_server.cancelled == ["prediction1"]


def test_leaving_while_it_is_made_cancels_it_when_it_is_known(
    provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork
) -> None:
    replicate_server.reply_seconds = 0.6
    events = provider.run(make_work())
    while not replicate_server.calls("POST", "/v1/models/"):
        assert next(events) == Progress(0)
    events.close()
    assert replicate_server.was_cancelled.wait(5)
    assert replicate_server.cancelled == ["prediction1"]


def test_other_exceptions_leave_the_job_alone(provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork) -> None:
    """A worker that stops gives its task back: the next attempt goes on with the job."""
    replicate_server.steps = [{"status": "processing"}]
    events = provider.run(make_work())
    while not replicate_server.looks:
        next(events)
    with pytest.raises(KeyboardInterrupt):
        events.throw(KeyboardInterrupt())
    assert replicate_server.cancelled == []


def test_deadline_cancels(access: Access, replicate_server: FakeReplicate, make_work: MakeWork) -> None:
    replicate_server.steps = [{"status": "processing"}]
    with pytest.raises(faults.TookTooLong):
        list(Replicate(replace(access, deadline_seconds=0.5)).run(make_work()))
    assert replicate_server.cancelled == ["prediction1"]


def test_silence_is_told_as_progress(provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork) -> None:
    replicate_server.fail(how="hang")
    events = provider.run(make_work())
    assert [next(events), next(events)] == [Progress(0), Progress(0)]
    events.close()


def test_a_few_looks_may_fail(provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork) -> None:
    finish_with(replicate_server, draw(replicate_server, 1))
    replicate_server.fail(503, {}, path="/v1/predictions/", times=jobs.LOOKS_FAILED_MAX)
    assert gather(provider.run(make_work()), Job, Usage) == [Job("prediction1"), Usage(1)]


def test_many_looks_that_fail_end_the_attempt_and_not_the_job(
    provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork
) -> None:
    replicate_server.fail(503, {}, path="/v1/predictions/", times=jobs.LOOKS_FAILED_MAX + 1)
    with pytest.raises(faults.Down):
        list(provider.run(make_work()))
    assert len(replicate_server.calls("GET", "/v1/predictions/")) == jobs.LOOKS_FAILED_MAX + 1
    assert replicate_server.cancelled == []


@pytest.mark.parametrize(
    ("step", "target", "source", "serves"),
    [
        ("imagine", "image", None, True),
        ("imagine", "sound", None, True),
        ("imagine", "speech", None, True),
        ("imagine", "video", None, False),
        ("transform", "image", Media(type="image/png"), True),
        ("transform", "image", Media(type="image/svg+xml"), False),
        ("extract", "text", Media(type="image/jpeg"), True),
        ("extract", "text", Media(type="application/pdf"), False),
        ("inspire", "text", Media(type="text/plain", text="?"), True),
        ("intent2text", "text", None, True),
        ("text2intent", "text", None, False),
        ("chat", "text", None, False),
    ],
)
def test_serves(provider: Replicate, *, step: str, target: str, source: Media | None, serves: bool, tmp_path: Path) -> None:
    work = Work(step=step, source=source, prompt="x", negative="", target=target, parameters={}, folder=tmp_path)
    assert provider.serves(work) is serves


def test_models_and_limits_are_the_operators(provider: Replicate, make_work: MakeWork) -> None:
    assert provider.model(make_work(count=4)) == "acme/painter"
    assert provider.serves(make_work(count=5)) is False
    assert provider.serves(make_work(model="caller/own")) is False


def test_kind() -> None:
    assert (KIND.name, KIND.needs_credential, KIND.credential_variable, KIND.base_url_variable) == (
        "replicate",
        True,
        "REPLICATE_API_TOKEN",
        "REPLICATE_BASE_URL",
    )
    assert KIND.connect(Access(name="r", base_url="", credential="x", models=KIND.models)).kind == "replicate"


def test_web_processes_do_not_load_the_sdk() -> None:
    names = "('replicate.client', 'httpx', 'httpx2', 'av')"
    script = f"import sys, aitasks.providers.replicate; print([name for name in {names} if name in sys.modules])"
    reply = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert reply.stdout == "[]\n"
