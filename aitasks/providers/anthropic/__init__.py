"""Anthropic, and every server that speaks its Messages API.

One door: :class:`Anthropic` does the text features, chats whose history is ours, and reads pictures and PDF documents. Address, key and
models come from the operator alone; nothing that a caller sends chooses them.
"""

from aitasks.providers.anthropic.models import MODELS
from aitasks.providers.anthropic.provider import Anthropic
from aitasks.providers.port import Kind

__all__ = ["KIND", "Anthropic"]

KIND = Kind(
    name="anthropic",
    title="Anthropic",
    connect=Anthropic,
    models=MODELS,
    credential_variable="ANTHROPIC_API_KEY",
    base_url_variable="ANTHROPIC_BASE_URL",
)
