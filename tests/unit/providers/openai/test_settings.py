"""The variables that give the product its models."""

import pytest
from pydantic import ValidationError

from config.environment import Environment, split


@pytest.fixture(autouse=True)
def demo(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODELS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DEMO", "1")


def test_models_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_MODELS", "large, small,")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    environment = Environment()
    assert split(environment.openai_models) == ("large", "small")
    assert "sk-secret" not in repr(environment)
    assert (environment.provider_timeout_seconds, environment.provider_stream_idle_seconds) == (60, 30)


def test_server_without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_MODELS", "llama")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1/")
    assert Environment().openai_base_url == "http://127.0.0.1:11434/v1"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"OPENAI_MODELS": "large"}, "OPENAI_MODELS needs OPENAI_API_KEY, or OPENAI_BASE_URL of a server that asks for none"),
        ({"OPENAI_BASE_URL": "127.0.0.1:11434"}, "must be an absolute http or https address"),
        ({"PROVIDER_TIMEOUT_SECONDS": "0"}, "greater than 0"),
        ({"PROVIDER_STREAM_IDLE_SECONDS": "601"}, "less than or equal to 600"),
    ],
)
def test_mistakes_are_said_at_start(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=said):
        Environment()
