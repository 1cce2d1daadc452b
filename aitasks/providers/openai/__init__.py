"""OpenAI, and every server that speaks its API, such as vLLM, Ollama, llama.cpp and LM Studio.

Two doors: :class:`OpenAI` does the text features and stateless chat by chat completions; :class:`OpenAIThreads` keeps chats at the vendor,
in one of two dialects. Address, key and models come from the operator alone; nothing that a caller sends chooses them.
"""

from aitasks.providers.openai.account import Account
from aitasks.providers.openai.provider import OpenAI
from aitasks.providers.openai.threads import OpenAIThreads

__all__ = ["Account", "OpenAI", "OpenAIThreads"]
