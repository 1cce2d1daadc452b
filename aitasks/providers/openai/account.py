"""Who we are at the vendor, and how long we wait: what every request of this provider needs. Plain facts, made once from the settings."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The operator's access to one server."""

    api_key: str = field(repr=False)
    """Empty for servers that ask for none."""
    base_url: str = ""
    """Empty: OpenAI's own, ``https://api.openai.com/v1``."""
    models: tuple[str, ...]
    """The models that may be used; the first is the usual one."""
    timeout_seconds: float = 60
    """How long the vendor may take until the reply begins."""
    idle_seconds: float = 30
    """How long a stream may say nothing."""
