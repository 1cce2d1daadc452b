"""Images made and changed by the fake, through the official SDK: exact requests, exact results, what is counted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from aitasks.providers.faults import Busy, Down, Filtered, Garbled, KeyRefused, Refused, StreamBroken, TookTooLong
from aitasks.providers.openai import OpenAI
from aitasks.providers.port import Event, Media, Model, Output, Progress, Usage, Work
from common.errors import TollgateError
from tests.fakes.openai import images
from tests.fakes.openai.server import FakeOpenAI
from tests.fakes.vendor import File

MakeWork = Callable[..., Work]
pytestmark = pytest.mark.clause("P-3.2")


@pytest.fixture
def wish(make_work: MakeWork) -> Callable[..., Work]:
    """A maker of wishes for images."""

    def make(*, count: int = 1, size: str = "512x512", named: str = "gpt-image-test", **facts: Any) -> Work:
        return make_work("imagine", "A calm sea", target="image", count=count, size=size, seed=None, named=named, **facts)

    return make


@pytest.fixture
def photograph(tmp_path: Path) -> Media:
    """A JPEG."""
    path = tmp_path / "photograph.jpg"
    Image.new("RGB", (40, 30), "blue").save(path, "JPEG")
    return Media(type="image/jpeg", path=path)


def outputs(events: list[Event]) -> list[Output]:
    return [event for event in events if isinstance(event, Output)]


def test_images_come_one_by_one_and_are_counted(wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork) -> None:
    events = list(wide.run(wish(count=3, negative="birds", key="task-1")))
    told = [event for event in events if isinstance(event, Usage | Output)]
    assert [type(event).__name__ for event in told] == ["Usage", "Output"] * 3
    assert [event.units for event in told if isinstance(event, Usage)] == [1, 2, 3]
    assert [(output.index, output.media.type) for output in outputs(events)] == [(0, "image/png"), (1, "image/png"), (2, "image/png")]
    request = openai_server.requests[0]
    assert len(openai_server.requests) == 1
    assert (request.path, request.headers["idempotency-key"]) == ("/v1/images/generations", "task-1")
    assert request.body == {
        "model": "gpt-image-test",
        "prompt": "A calm sea\n\nAvoid: birds",
        "n": 3,
        "size": "1024x1024",
        "stream": True,
    }
    percents = [event.percent for event in events if isinstance(event, Progress)]
    assert percents == sorted(percents)
    assert percents[-1] == 100


@pytest.mark.parametrize(
    ("size", "asked"),
    [("512x512", "1024x1024"), ("1024x1024", "1024x1024"), ("1024x768", "1536x1024"), ("768x1024", "1024x1536")],
)
def test_images_have_the_size_that_was_asked(wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork, *, size: str, asked: str) -> None:
    [output] = outputs(list(wide.run(wish(size=size))))
    assert openai_server.requests[0].body["size"] == asked
    with Image.open(str(output.media.path)) as image:
        assert "{}x{}".format(*image.size) == size


def test_images_of_the_right_size_are_left_alone(wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork) -> None:
    openai_server.image = images.draw(512, 512)
    [output] = outputs(list(wide.run(wish())))
    assert output.media.path is not None
    assert output.media.path.read_bytes() == openai_server.image


def test_other_servers_are_asked_in_their_way(wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork) -> None:
    assert len(outputs(list(wide.run(wish(count=2, size="768x768", named="sd-image-test"))))) == 2
    assert openai_server.requests[0].body == {
        "model": "sd-image-test",
        "prompt": "A calm sea",
        "n": 2,
        "size": "768x768",
        "response_format": "b64_json",
    }


def test_what_is_missing_is_asked_for_again(wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork) -> None:
    """As at servers that make one image a request, whatever is asked."""
    openai_server.images_max = 1
    assert [output.index for output in outputs(list(wide.run(wish(count=3, named="sd-image-test", key="k"))))] == [0, 1, 2]
    assert [request.body["n"] for request in openai_server.requests] == [3, 2, 1]
    assert [request.headers["idempotency-key"] for request in openai_server.requests] == ["k", "k-1", "k-2"]


def test_more_than_asked_is_not_delivered(wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork) -> None:
    openai_server.images_extra = 2
    events = list(wide.run(wish(named="sd-image-test")))
    assert len(outputs(events)) == 1
    assert [event.units for event in events if isinstance(event, Usage)] == [1]


def test_photograph_is_changed(wide: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, photograph: Media) -> None:
    work = make_work("transform", "At night", target="image", source=photograph, quality=80, named="gpt-image-test", key="task-2")
    [output] = outputs(list(wide.run(work)))
    assert output.media.type == "image/png"
    request = openai_server.requests[0]
    assert (request.path, request.headers["idempotency-key"]) == ("/v1/images/edits", "task-2")
    assert photograph.path is not None
    assert request.body == {
        "image": File("image.jpg", "image/jpeg", photograph.path.read_bytes()),
        "model": "gpt-image-test",
        "prompt": "At night",
        "n": "1",
        "size": "auto",
        "stream": "true",
        "output_format": "jpeg",
        "output_compression": "80",
    }


def test_photograph_is_changed_by_other_servers(wide: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, photograph: Media) -> None:
    work = make_work("transform", "At night", target="image", source=photograph, quality=80, named="sd-image-test")
    assert len(outputs(list(wide.run(work)))) == 1
    assert sorted(openai_server.requests[0].body) == ["image", "model", "n", "prompt", "response_format"]


@pytest.mark.parametrize("how", ["truncate", "garbage", "error", "cut", "flood"])
def test_break_after_an_image_is_final_and_counted(wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork, how: str) -> None:
    openai_server.fail(how=how, after=1)
    if how == "cut":
        openai_server.fail(status=500)  # what is missing is asked for again
    seen: list[Event] = []
    with pytest.raises(StreamBroken):
        seen.extend(wide.run(wish(count=2)))
    assert len(outputs(seen)) == 1
    assert [event.units for event in seen if isinstance(event, Usage)] == [1]


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ({"status": 400, "message": "Too dark."}, Refused),
        ({"status": 400, "code": "moderation_blocked"}, Filtered),
        ({"status": 401}, KeyRefused),
        ({"status": 429}, Busy),
        ({"status": 500}, Down),
        ({"status": 503}, Down),
        ({"how": "truncate"}, Down),
        ({"how": "garbage"}, Garbled),
        ({"how": "flood"}, Garbled),
    ],
)
@pytest.mark.parametrize("named", ["gpt-image-test", "sd-image-test"])
def test_failures_before_the_first_image(
    wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork, *, trouble: dict[str, Any], error: type[TollgateError], named: str
) -> None:
    openai_server.fail(**trouble)
    seen: list[Event] = []
    with pytest.raises(TollgateError) as failed:
        seen.extend(wide.run(wish(named=named)))
    assert type(failed.value) is error
    assert [event for event in seen if isinstance(event, Usage)] == []


@pytest.mark.parametrize("data", [b"", b"no image", b"GIF89a"])
def test_what_is_no_image(wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork, data: bytes) -> None:
    openai_server.image = data
    with pytest.raises(Garbled):
        list(wide.run(wish()))


def test_links_are_not_followed(wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork) -> None:
    openai_server.only_links = True
    with pytest.raises(Garbled):
        list(wide.run(wish(named="sd-image-test")))
    assert len(openai_server.requests) == 1


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_patience_ends(openai_server: FakeOpenAI, wish: MakeWork, how: str) -> None:
    """An image may take three times as long as a text's beginning, but not longer than the whole piece of work."""
    openai_server.fail(how=how)
    access = openai_server.give_access(models=(Model(name="sd-image-test"),), timeout_seconds=0.5, idle_seconds=0.3, deadline_seconds=0.6)
    with pytest.raises(TookTooLong):
        list(OpenAI(access).run(wish(named="sd-image-test")))
    assert openai_server.left.wait(2)


@pytest.mark.parametrize("after", [0, 1])
def test_leaving_hangs_up(wide: OpenAI, openai_server: FakeOpenAI, wish: MakeWork, after: int) -> None:
    openai_server.fail(how="hang", after=after)
    events = wide.run(wish(count=2))
    while not isinstance(next(events), Output if after else Progress):
        continue
    events.close()
    assert openai_server.left.wait(2)
