"""What the tests of the Replicate provider share: the fake server, access to it, work to be done."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aitasks.providers import jobs
from aitasks.providers.port import Access, Media, Model, Work
from aitasks.providers.replicate import Replicate, predictions
from tests.fakes.replicate.server import TOKEN, FakeReplicate, replicate_server

__all__ = ["access", "make_work", "provider", "replicate_server"]

MODELS = (
    Model(name="acme/painter", steps=("imagine", "transform"), targets=("image",), limits={"count": 4}),
    Model(name="acme/player", steps=("imagine",), targets=("sound",)),
    Model(name="acme/speaker", steps=("imagine",), targets=("speech",)),
    Model(name="acme/writer", steps=("extract", "inspire", "intent2text", "transform"), targets=("text",)),
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Look often, and ask each test's server for its schemas."""
    monkeypatch.setattr(jobs, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(jobs, "GROWTH", 1.0)
    predictions._schemas.clear()
    yield
    predictions._schemas.clear()


@pytest.fixture
def access(replicate_server: FakeReplicate) -> Access:
    """Access to the fake, with little patience."""
    return Access(
        name="replicate", base_url=replicate_server.base_url, credential=TOKEN, models=MODELS, timeout_seconds=3.0, deadline_seconds=20.0
    )


@pytest.fixture
def provider(access: Access) -> Replicate:
    """The provider under test."""
    return Replicate(access)


@pytest.fixture
def make_work(tmp_path: Path) -> Callable[..., Work]:
    """A maker of work."""

    def make(
        step: str = "imagine",
        target: str = "image",
        *,
        prompt: str = "A boat",
        negative: str = "",
        source: Media | None = None,
        model: str = "",
        resume: str = "",
        **parameters: Any,
    ) -> Work:
        usual: dict[str, Any] = {
            "image": {"count": 1, "size": "512x512", "seed": None} if step == "imagine" else {"quality": 88},
            "sound": {"seconds": 8, "seed": None},
            "speech": {"voice": "en-gb", "speed": 160},
            "text": {"maxCharacters": 4_000},
        }[target]
        return Work(
            step=step,
            source=source,
            prompt=prompt,
            negative=negative,
            target=target,
            parameters={**usual, **parameters},
            folder=tmp_path,
            model=model,
            resume=resume,
        )

    return make
