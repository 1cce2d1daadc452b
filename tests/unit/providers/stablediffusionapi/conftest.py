"""What the tests of the Stable Diffusion API's provider share: the fake server, access to it, work to be done."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aitasks.providers import jobs
from aitasks.providers.port import Access, Media, Work
from aitasks.providers.stablediffusionapi import StableDiffusionAPI
from aitasks.providers.stablediffusionapi.models import MODELS
from tests.fakes.stablediffusionapi.server import KEY, FakeModelsLab, modelslab_server

__all__ = ["access", "make_work", "modelslab_server", "provider"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look often."""
    monkeypatch.setattr(jobs, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(jobs, "LONGEST_SECONDS", 0.01)


@pytest.fixture
def access(modelslab_server: FakeModelsLab) -> Access:
    """Access to the fake, with little patience."""
    return Access(
        name="modelslab", base_url=modelslab_server.api_url, credential=KEY, models=MODELS, timeout_seconds=3.0, deadline_seconds=20.0
    )


@pytest.fixture
def provider(access: Access) -> StableDiffusionAPI:
    """The provider under test."""
    return StableDiffusionAPI(access)


@pytest.fixture
def make_work(tmp_path: Path) -> Callable[..., Work]:
    """A maker of work."""

    def make(step: str = "imagine", target: str = "image", *, source: Media | None = None, **facts: Any) -> Work:
        usual: dict[str, Any] = {"seconds": 8, "seed": None} if target == "sound" else {"count": 1, "size": "512x512", "seed": None}
        parameters = {**({"quality": 88} if step == "transform" else usual), **facts.pop("parameters", {})}
        given: dict[str, Any] = {"prompt": "A boat", "negative": "", "folder": tmp_path, **facts}
        return Work(step=step, target=target, source=source, parameters=parameters, **given)

    return make
