"""What the tests of the OpenAI provider share: the fake server, access to it, the provider."""

import pytest

from aitasks.providers.openai import OpenAI
from aitasks.providers.port import Access, Model
from tests.fakes.openai.server import MODELS, OTHER_MODELS, FakeOpenAI, openai_server

__all__ = ["access", "openai_server", "provider", "wide"]


@pytest.fixture
def access(openai_server: FakeOpenAI) -> Access:
    """Access to the fake's language models."""
    return openai_server.give_access()


@pytest.fixture
def provider(access: Access) -> OpenAI:
    """The provider under test, with language models alone."""
    return OpenAI(access)


@pytest.fixture
def wide(openai_server: FakeOpenAI) -> OpenAI:
    """The provider under test, with a model of each sort; the first language model also reads pictures."""
    seeing = Model(name=MODELS[0], steps=("chat", "transform", "extract"), targets=("text",))
    return OpenAI(openai_server.give_access(models=(seeing, *(Model(name=name) for name in OTHER_MODELS))))
