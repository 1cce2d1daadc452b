"""Speech and transcriptions by the fake, through the official SDK: exact requests, exact results, what is counted."""

import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aitasks.providers.faults import Busy, Down, Garbled, KeyRefused, Refused, StreamBroken, TookTooLong, TooLong
from aitasks.providers.openai import OpenAI
from aitasks.providers.port import Delta, Event, Media, Output, Progress, StepResult, Usage, Work
from common.errors import TollgateError
from tests.fakes.openai.server import FakeOpenAI
from tests.fakes.vendor import File

MakeWork = Callable[..., Work]
pytestmark = pytest.mark.clause("P-3.2")
TROUBLES: list[tuple[dict[str, Any], type[TollgateError]]] = [
    ({"status": 400, "message": "Too loud."}, Refused),
    ({"status": 401}, KeyRefused),
    ({"status": 413}, TooLong),
    ({"status": 429}, Busy),
    ({"status": 500}, Down),
    ({"status": 503}, Down),
    ({"how": "truncate"}, Down),
    ({"how": "garbage"}, Garbled),
    ({"how": "flood"}, Garbled),
]


@pytest.fixture
def saying(make_work: MakeWork) -> Callable[..., Work]:
    """A maker of words to be spoken."""

    def make(prompt: str = "Welcome. Your order is ready.", *, voice: str = "en-us", speed: int = 160, **facts: Any) -> Work:
        return make_work("imagine", prompt, target="speech", voice=voice, speed=speed, **facts)

    return make


@pytest.fixture
def recording(tmp_path: Path) -> Media:
    """A file that the fake takes for a sound."""
    path = tmp_path / "recording"
    path.write_bytes(b"ID3 of the tests")
    return Media(type="audio/mpeg", path=path)


def test_speech_is_a_file_with_its_length(wide: OpenAI, openai_server: FakeOpenAI, saying: MakeWork) -> None:
    openai_server.sound_seconds = 2.25
    events = list(wide.run(saying(key="task-1")))
    [output] = [event for event in events if isinstance(event, Output)]
    assert output.media.type == "audio/wav"
    with wave.open(str(output.media.path)) as file:
        assert file.getparams()[:4] == (1, 2, 24_000, 54_000)
        assert len(file.readframes(54_000)) == 108_000
    assert [event.units for event in events if isinstance(event, Usage)] == [3]
    request = openai_server.requests[0]
    assert (request.path, request.headers["idempotency-key"]) == ("/v1/audio/speech", "task-1")
    assert request.body == {
        "model": "gpt-test-tts",
        "input": "Welcome. Your order is ready.",
        "voice": "cedar",
        "response_format": "pcm",
        "speed": 1.0,
        "instructions": "Speak English with an American accent.",
    }
    percents = [event.percent for event in events if isinstance(event, Progress)]
    assert percents == sorted(percents)
    assert len(percents) > 5
    assert percents[-1] == 100


@pytest.mark.parametrize(
    ("voice", "speed", "told"),
    [
        ("de-female", 80, {"voice": "marin", "speed": 0.5, "instructions": "Speak German."}),
        ("en-gb-scotland", 300, {"voice": "cedar", "speed": 1.875, "instructions": "Speak English with a Scottish accent."}),
        ("hi", 160, {"voice": "cedar", "speed": 1.0, "instructions": "Speak Hindi."}),
    ],
)
def test_voices(wide: OpenAI, openai_server: FakeOpenAI, saying: MakeWork, *, voice: str, speed: int, told: dict[str, Any]) -> None:
    list(wide.run(saying(voice=voice, speed=speed)))
    assert {name: openai_server.requests[0].body[name] for name in told} == told


def test_speech_is_charged_no_more_than_was_held(wide: OpenAI, openai_server: FakeOpenAI, saying: MakeWork) -> None:
    openai_server.sound_seconds = 30.0
    events = list(wide.run(saying("Hi", speed=175)))
    assert [event.units for event in events if isinstance(event, Usage)] == [3]


def test_silence_without_a_sample_is_no_speech(wide: OpenAI, openai_server: FakeOpenAI, saying: MakeWork) -> None:
    openai_server.sound_seconds = 0
    with pytest.raises(Garbled):
        list(wide.run(saying()))


@pytest.mark.parametrize(("trouble", "error"), TROUBLES)
def test_speech_that_fails_costs_nothing(
    wide: OpenAI, openai_server: FakeOpenAI, saying: MakeWork, *, trouble: dict[str, Any], error: type[TollgateError]
) -> None:
    openai_server.fail(**trouble)
    seen: list[Event] = []
    with pytest.raises(TollgateError) as failed:
        seen.extend(wide.run(saying()))
    assert type(failed.value) is error
    assert [event for event in seen if isinstance(event, Usage | Output)] == []


def test_speech_that_breaks_off_is_not_delivered(wide: OpenAI, openai_server: FakeOpenAI, saying: MakeWork) -> None:
    openai_server.fail(how="truncate", after=3)
    seen: list[Event] = []
    with pytest.raises(Down):
        seen.extend(wide.run(saying()))
    assert [event for event in seen if isinstance(event, Usage | Output)] == []


@pytest.mark.parametrize("after", [0, 3])
def test_leaving_speech_hangs_up(wide: OpenAI, openai_server: FakeOpenAI, saying: MakeWork, after: int) -> None:
    openai_server.fail(how="hang", after=after)
    events = wide.run(saying())
    assert isinstance(next(events), Progress)
    events.close()
    assert openai_server.left.wait(2)


def test_speech_that_stops_coming(openai_server: FakeOpenAI, saying: MakeWork, wide: OpenAI) -> None:
    openai_server.fail(how="hang", after=2)
    access = openai_server.give_access(models=wide._access.models, timeout_seconds=0.5, idle_seconds=0.3)
    with pytest.raises(TookTooLong):
        list(OpenAI(access).run(saying()))


def test_transcription_comes_in_pieces(wide: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, recording: Media) -> None:
    events = list(wide.run(make_work("extract", "Tollgate", source=recording, key="task-2")))
    assert [event.text for event in events if isinstance(event, Delta)] == ["All ", "is ", "well ", "here ", "today."]
    assert [event.media.text for event in events if isinstance(event, Output)] == ["All is well here today."]
    assert [event.units for event in events if isinstance(event, Usage)][-1] == 5_000 + len("Tollgate") + 23
    assert [event.data for event in events if isinstance(event, StepResult)] == [{"tokens": {"input": 14, "output": 5}}]
    request = openai_server.requests[0]
    assert (request.path, request.headers["idempotency-key"]) == ("/v1/audio/transcriptions", "task-2")
    assert request.body == {
        "file": File("sound.mp3", "audio/mpeg", b"ID3 of the tests"),
        "model": "gpt-test-transcribe",
        "stream": "true",
        "prompt": "Tollgate",
    }


def test_whisper_replies_at_once(wide: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, recording: Media) -> None:
    events = list(wide.run(make_work("extract", "", source=recording, named="whisper-test", maxCharacters=6)))
    assert [event.media.text for event in events if isinstance(event, Output)] == ["All is"]
    assert [event.units for event in events if isinstance(event, Usage)][-1] == 5_006
    assert sorted(openai_server.requests[0].body) == ["file", "model"]


@pytest.mark.parametrize(("trouble", "error"), TROUBLES)
@pytest.mark.parametrize("named", ["gpt-test-transcribe", "whisper-test"])
def test_transcription_that_fails(
    wide: OpenAI,
    openai_server: FakeOpenAI,
    make_work: MakeWork,
    recording: Media,
    *,
    trouble: dict[str, Any],
    error: type[TollgateError],
    named: str,
) -> None:
    openai_server.fail(**trouble)
    with pytest.raises(TollgateError) as failed:
        list(wide.run(make_work("extract", "", source=recording, named=named)))
    assert type(failed.value) is error


@pytest.mark.parametrize("how", ["truncate", "garbage", "error", "cut"])
def test_transcription_that_breaks_off(wide: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, recording: Media, how: str) -> None:
    openai_server.fail(how=how, after=2)
    seen: list[Event] = []
    with pytest.raises(StreamBroken):
        seen.extend(wide.run(make_work("extract", "", source=recording)))
    assert [event.units for event in seen if isinstance(event, Usage)][-1] == 5_000 + len("All is ")


def test_sound_has_to_be_a_file(wide: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    with pytest.raises(TollgateError) as refused:
        list(wide.run(make_work("extract", "", source=Media(type="audio/mpeg", text="la la la"))))
    assert refused.value.kind == "invalid"
    assert openai_server.requests == []
