"""What the tests of the OpenAI provider share: the fake server, an account at it, work to be done."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aitasks.providers.openai import Account, OpenAI
from aitasks.providers.port import Media, Work
from tests.fakes.openai.server import KEY, MODELS, FakeOpenAI, openai_server

__all__ = ["account", "make_work", "openai_server", "provider"]


@pytest.fixture
def account(openai_server: FakeOpenAI) -> Account:
    """Access to the fake, with little patience."""
    return Account(api_key=KEY, base_url=openai_server.base_url, models=MODELS, timeout_seconds=3.0, idle_seconds=3.0)


@pytest.fixture
def provider(account: Account) -> OpenAI:
    """The provider under test."""
    return OpenAI(account)


@pytest.fixture
def make_work(tmp_path: Path) -> Callable[..., Work]:
    """A maker of work."""

    def make(
        step: str = "chat",
        prompt: str = "Hello?",
        *,
        source: Media | None = None,
        negative: str = "",
        target: str = "text",
        context: Any = None,
        **parameters: Any,
    ) -> Work:
        return Work(
            step=step,
            source=source,
            prompt=prompt,
            negative=negative,
            target=target,
            parameters={"maxCharacters": 4_000, **parameters},
            folder=tmp_path,
            context=context or {},
        )

    return make
