"""What the tests of the Anthropic provider share: the fake server, access to it, the provider."""

import pytest

from aitasks.providers.anthropic import Anthropic
from aitasks.providers.port import Access
from tests.fakes.anthropic.server import FakeAnthropic, anthropic_server

__all__ = ["access", "anthropic_server", "provider"]


@pytest.fixture
def access(anthropic_server: FakeAnthropic) -> Access:
    """Access to the fake."""
    return anthropic_server.give_access()


@pytest.fixture
def provider(access: Access) -> Anthropic:
    """The provider under test."""
    return Anthropic(access)
