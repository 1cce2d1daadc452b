"""``CHAT_PROVIDER`` is checked at start."""

import pytest
from pydantic import ValidationError

from config.environment import Environment


@pytest.fixture(autouse=True)
def demo(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODELS", "CHAT_PROVIDER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DEMO", "1")


@pytest.mark.clause("G-4.4")
def test_chats_are_kept_here_unless_something_else_is_said() -> None:
    assert Environment().chat_provider == "local"


@pytest.mark.clause("G-4.4")
@pytest.mark.parametrize("kind", ["openai", "openai-assistants"])
def test_threads_at_openai_need_a_way_in(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setenv("CHAT_PROVIDER", kind)
    with pytest.raises(ValidationError, match=f"CHAT_PROVIDER={kind} needs OPENAI_API_KEY, or OPENAI_BASE_URL of a server"):
        Environment()
    monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
    assert Environment().chat_provider == kind


@pytest.mark.clause("G-4.4")
@pytest.mark.parametrize("kind", ["OpenAI", "assistants", "x"])
def test_other_providers_are_refused(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setenv("CHAT_PROVIDER", kind)
    with pytest.raises(ValidationError, match="'local', 'openai' or 'openai-assistants'"):
        Environment()
