"""What the tests of the marketplace provider share: a fake service, access to it, work to be done."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aitasks.providers.marketplace import Marketplace, following
from aitasks.providers.port import Access, Model, Work
from tests.fakes.marketplace_service import TOKEN, FakeService, fake_service

__all__ = ["access", "fake_service", "make_work", "provider"]
MODELS = (
    Model(
        name="music_gen", steps=("imagine",), targets=("sound",), limits={"seconds": 30}, inputs={"text": "prompt", "duration": "seconds"}
    ),
    Model(name="drawing", steps=("imagine",), targets=("image",)),
    Model(name="describing", targets=("text",), inputs={"image_url": "source", "question": "prompt"}),
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look often, and ask soon."""
    monkeypatch.setattr(following, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(following, "ASK_SECONDS", 0.02)
    monkeypatch.setattr(following, "ASK_SECONDS_MAX", 0.02)


@pytest.fixture
def access(fake_service: FakeService) -> Access:
    """Access to the fake, with little patience."""
    return Access(
        name="fake", base_url=f"{fake_service.base_url}/services/fake", credential=TOKEN, models=MODELS, timeout_seconds=1.0,
        deadline_seconds=5.0,
    )  # fmt: skip


@pytest.fixture
def provider(access: Access) -> Marketplace:
    """The provider under test."""
    return Marketplace(access)


@pytest.fixture
def make_work(tmp_path: Path) -> Callable[..., Work]:
    """A maker of work."""

    def make(step: str = "imagine", target: str = "sound", **facts: Any) -> Work:
        parameters = {"seconds": 2, "count": 1, "seed": None, "maxCharacters": 20} | facts.pop("parameters", {})
        usual = {"source": None, "prompt": "calm piano", "negative": "", "folder": tmp_path, "key": "task-imagine-fake"}
        return Work(step=step, target=target, parameters=parameters, **(usual | facts))

    return make
