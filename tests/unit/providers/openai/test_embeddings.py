"""Vectors and pictures that are read, by the fake through the official SDK."""

import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aitasks.providers import prompts
from aitasks.providers.faults import Busy, Down, Garbled, KeyRefused, Refused, TookTooLong
from aitasks.providers.openai import OpenAI
from aitasks.providers.port import Event, Media, Output, Progress, StepResult, Usage, Work
from common.errors import TollgateError
from tests.fakes.openai import images
from tests.fakes.openai.server import FakeOpenAI

MakeWork = Callable[..., Work]
pytestmark = pytest.mark.clause("P-3.2")
TEXT = Media(type="text/plain", text="The tram runs every ten minutes.")


@pytest.fixture
def wish(make_work: MakeWork) -> Callable[..., Work]:
    """A maker of texts to be embedded."""

    def make(source: Media = TEXT, **facts: Any) -> Work:
        return make_work("embed", "", target="vector", source=source, **({"dimensions": None} | facts))

    return make


def test_vector(wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork) -> None:
    events = list(wide.run(wish(key="task-1")))
    [output] = [event for event in events if isinstance(event, Output)]
    assert output.media.type == "application/json"
    assert json.loads(str(output.media.text)) == {"vector": [1, 2, 3, 4, 5, 6, 7, 8], "dimensions": 8}
    assert [event.units for event in events if isinstance(event, Usage)] == [32]
    assert [event.data for event in events if isinstance(event, StepResult)] == [{"tokens": {"input": 6, "output": 0}}]
    request = openai_server.requests[0]
    assert (request.path, request.headers["idempotency-key"]) == ("/v1/embeddings", "task-1")
    assert request.body == {"model": "text-embedding-3-test", "input": TEXT.text, "encoding_format": "float"}


def test_length_that_was_asked(wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork) -> None:
    [output] = [event for event in wide.run(wish(dimensions=16)) if isinstance(event, Output)]
    assert json.loads(str(output.media.text))["dimensions"] == 16
    assert openai_server.requests[0].body["dimensions"] == 16


def test_server_that_knows_no_lengths_says_so(wide: OpenAI, wish: MakeWork) -> None:
    with pytest.raises(Refused) as refused:
        list(wide.run(wish(dimensions=16, named="nomic-embed-test")))
    assert refused.value.message == "The AI provider refuses this: This model does not support specifying dimensions."


def test_another_length_than_asked_is_no_answer(wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork) -> None:
    openai_server.vector = [1.0, 2.0]
    with pytest.raises(Garbled):
        list(wide.run(wish(dimensions=16)))


@pytest.mark.parametrize("vector", [[], ["a"], [float("nan")], [None], "abc"])
def test_what_is_no_vector(wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork, vector: Any) -> None:
    openai_server.vector = vector
    with pytest.raises(Garbled):
        list(wide.run(wish()))


@pytest.mark.parametrize(("text", "kind"), [(" \n", "invalid"), ("word " * 4_001, "oversized")])
def test_texts_that_are_refused_before_anything_is_sent(
    wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork, tmp_path: Path, *, text: str, kind: str
) -> None:
    path = tmp_path / "text.txt"
    path.write_text(text)
    with pytest.raises(TollgateError) as refused:
        list(wide.run(wish(Media(type="text/plain", path=path))))
    assert refused.value.kind == kind
    assert openai_server.requests == []


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ({"status": 400}, Refused),
        ({"status": 401}, KeyRefused),
        ({"status": 429}, Busy),
        ({"status": 500}, Down),
        ({"how": "truncate"}, Down),
        ({"how": "garbage"}, Garbled),
        ({"how": "flood"}, Garbled),
    ],
)
def test_failures_cost_nothing(
    wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork, *, trouble: dict[str, Any], error: type[TollgateError]
) -> None:
    openai_server.fail(**trouble)
    seen: list[Event] = []
    with pytest.raises(TollgateError) as failed:
        seen.extend(wide.run(wish()))
    assert type(failed.value) is error
    assert [event for event in seen if isinstance(event, Usage)] == []


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_patience_ends(openai_server: FakeOpenAI, wide: OpenAI, wish: MakeWork, how: str) -> None:
    openai_server.fail(how=how)
    access = openai_server.give_access(models=wide._access.models, timeout_seconds=0.4)
    with pytest.raises(TookTooLong):
        list(OpenAI(access).run(wish()))
    assert openai_server.left.wait(2)


def test_leaving_hangs_up(wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork) -> None:
    openai_server.fail(how="hang")
    events = wide.run(wish())
    assert isinstance(next(events), Progress)
    events.close()
    assert openai_server.left.wait(2)


def test_picture_is_read(wide: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, tmp_path: Path) -> None:
    path = tmp_path / "sign.png"
    path.write_bytes(images.draw(8, 8))
    events = list(wide.run(make_work("extract", "", source=Media(type="image/png", path=path), negative="colours")))
    assert [event.media.text for event in events if isinstance(event, Output)] == ["All is well here today."]
    assert [event.units for event in events if isinstance(event, Usage)][-1] == 5_000 + len("colours") + 23
    system, said = openai_server.requests[0].body["messages"]
    assert system == {"role": "system", "content": prompts.EXTRACT}
    assert said == {
        "role": "user",
        "content": [
            {"type": "text", "text": f"Wanted:\n{prompts.EXTRACT_USUAL}\n\nAvoid:\ncolours"},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{b64encode(images.draw(8, 8)).decode()}"}},
        ],
    }


def test_pictures_that_are_too_large_are_not_sent(
    wide: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompts, "FILE_BYTES_MAX", 10)
    path = tmp_path / "sign.png"
    path.write_bytes(images.draw(8, 8))
    with pytest.raises(prompts.FileTooLarge):
        list(wide.run(make_work("extract", "", source=Media(type="image/png", path=path))))
    assert openai_server.requests == []
