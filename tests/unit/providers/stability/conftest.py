"""What the tests of the Stability AI provider share: the fake server, access to it, work to be done."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aitasks.providers import jobs
from aitasks.providers.port import Access, Media, Model, Work
from aitasks.providers.stability import Stability
from aitasks.providers.stability.models import MODELS
from tests.fakes.stability.server import KEY, FakeStability, stability_server

__all__ = ["access", "make_work", "provider", "stability_server"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look often."""
    monkeypatch.setattr(jobs, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(jobs, "GROWTH", 1.0)


@pytest.fixture
def access(stability_server: FakeStability) -> Access:
    """Access to the fake, with little patience."""
    models = (*MODELS, Model(name="relight", steps=("transform",), targets=("image",)))
    return Access(
        name="stability", base_url=stability_server.base_url, credential=KEY, models=models, timeout_seconds=3.0, deadline_seconds=20.0
    )


@pytest.fixture
def provider(access: Access) -> Stability:
    """The provider under test."""
    return Stability(access)


@pytest.fixture
def make_work(tmp_path: Path) -> Callable[..., Work]:
    """A maker of work."""

    def make(step: str = "imagine", target: str = "image", *, source: Media | None = None, **facts: Any) -> Work:
        usual: dict[str, Any] = {"seconds": 8, "seed": None} if target == "sound" else {"count": 1, "size": "512x512", "seed": None}
        parameters = {**({"quality": 88} if step == "transform" else usual), **facts.pop("parameters", {})}
        given: dict[str, Any] = {"prompt": "A boat", "negative": "", "folder": tmp_path, **facts}
        return Work(step=step, target=target, source=source, parameters=parameters, **given)

    return make
