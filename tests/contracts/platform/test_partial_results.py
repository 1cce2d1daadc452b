"""P-2.4, P-2.5: results are seen as they come: two of four pictures, before the third is begun."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from aitasks import registry, routing
from aitasks.providers.port import Event, Media, Output, Progress, Usage, Work
from tests.conftest import Actor
from tests.fakes.asgi import Stream

IMAGINE = "/api/ai/imagine"
CALL = {"prompts": {"prompt": "a red ball"}, "target": {"type": "image"}, "count": 4}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


class Painter:
    """Makes two pictures, and the others when it is told to."""

    kind = "painter"

    def __init__(self) -> None:
        self.go = threading.Event()

    def serves(self, work: Work) -> bool:
        return work.step == "imagine"

    def model(self, work: Work) -> str:
        return "painter-1"

    def run(self, work: Work) -> Iterator[Event]:
        for index in range(work.parameters["count"]):
            while index == 2 and not self.go.wait(0.05):
                yield Progress(50)
            path = work.folder / f"{index}.png"
            path.write_bytes(PIXEL)
            yield Usage(index + 1)
            yield Output(index, Media(type="image/png", path=path))
            yield Progress(25 * (index + 1))


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Painter]:
    """The only provider."""
    provider = Painter()
    monkeypatch.setattr(registry, "all_providers", lambda: (provider,))
    routing.forget_offers()
    yield provider
    provider.go.set()


def read_chunks(stream: Stream) -> Iterator[dict[str, Any]]:
    """Yield the stream's chunks as they come."""
    buffer = b""
    for piece in stream.chunks():
        *events, buffer = (buffer + piece).split(b"\n\n")
        for event in events:
            data = [line.removeprefix(b"data: ") for line in event.split(b"\n") if line.startswith(b"data: {")]
            if data:
                yield json.loads(data[0])


@pytest.mark.clause("P-2.4", "P-2.5", "P-1.3")
def test_two_of_four_pictures_are_seen_before_the_third(
    user: Actor, painter: Painter, worker: Callable[[], AbstractContextManager[None]]
) -> None:
    location = user.api.post(IMAGINE, CALL).headers["location"]
    seen: list[dict[str, Any]] = []
    then: list[dict[str, Any]] = []
    with worker(), user.api.stream("GET", f"{location}/events") as stream:
        for chunk in read_chunks(stream):
            seen.append(chunk)
            if chunk["event"] == "partial" and sum(each["event"] == "partial" for each in seen) == 2:
                # The painter has not begun the third, and does not before this.
                then.append(user.api.get(location).json)
                painter.go.set()
    [shown] = then
    assert (shown["status"], [target["index"] for target in shown["targets"]]) == ("running", [0, 1])
    partial = [chunk for chunk in seen if chunk["event"] == "partial"]
    assert [chunk["target"]["index"] for chunk in partial] == [0, 1, 2, 3]
    assert [target["data"]["file"] for target in shown["targets"]] == [chunk["target"]["data"]["file"] for chunk in partial[:2]]
    assert (seen[-1]["status"], len(seen[-1]["targets"]), seen[-1]["usage"]["credits"]) == ("succeeded", 4, "40")
