"""OpenAI, and every server that speaks its API, such as vLLM, Ollama, llama.cpp, LM Studio and Azure.

Two doors: :class:`OpenAI` does a step with one request to the endpoint that is for it; :class:`OpenAIThreads` keeps chats at the vendor, in
one of two dialects. Address, key and models come from the operator alone; nothing that a caller sends chooses them.
"""

from aitasks.providers.openai.models import MODELS, describe_model
from aitasks.providers.openai.provider import OpenAI
from aitasks.providers.openai.threads import OpenAIThreads
from aitasks.providers.port import Kind

__all__ = ["KIND", "OpenAI", "OpenAIThreads", "describe_model"]

KIND = Kind(
    name="openai",
    title="OpenAI",
    connect=OpenAI,
    models=MODELS,
    needs_credential=False,  # many servers that speak this API ask for none
    credential_variable="OPENAI_API_KEY",
    base_url_variable="OPENAI_BASE_URL",
)
