"""Chats whose history the vendor keeps, in two dialects: Conversations with Responses, and the older Assistants.

A front as :mod:`provider` is one: it implements ``ThreadKeeper`` for chat and ``Provider`` for the messages that come as work.
"""

from collections.abc import Generator, Sequence
from typing import cast

from aitasks.providers.openai import models
from aitasks.providers.openai.provider import OpenAI
from aitasks.providers.port import Access, Event, Work, find_keeper
from aitasks.providers.threads import ThreadMessage

DIALECTS = {"openai": "conversations", "openai-assistants": "assistants"}
"""The module for each value of ``CHAT_PROVIDER``."""


class OpenAIThreads:
    """One kind of thread at the vendor."""

    def __init__(self, access: Access, *, kind: str) -> None:
        self.kind = kind
        self._access = access
        self._model = _find_chat_model(access)
        self._dialect = DIALECTS[kind]

    def create(self) -> str:
        """Make an empty thread and return the vendor's id of it."""
        return cast(str, OpenAI.load(self._dialect).create(self._access))

    def delete(self, thread_id: str) -> None:
        """Delete the thread; one that is gone already is deleted."""
        OpenAI.load(self._dialect).delete(self._access, thread_id)

    def send(self, thread_id: str, content: str, *, characters_max: int) -> Generator[Event, None, None]:
        """Add the user's message and yield the reply as it is generated."""
        yield from OpenAI.load(self._dialect).send(self._access, self._model, thread_id, content, characters_max=characters_max)

    def list(self, thread_id: str) -> Sequence[ThreadMessage]:
        """Return the thread's messages, oldest first."""
        return cast(Sequence[ThreadMessage], OpenAI.load(self._dialect).list_messages(self._access, thread_id))

    def serves(self, work: Work) -> bool:
        """Return whether this is a message of a thread of this kind."""
        return work.step == "chat" and work.target == "text" and find_keeper(work) == self.kind

    def model(self, work: Work) -> str:
        """Return the model that answers."""
        return self._model

    def run(self, work: Work) -> Generator[Event, None, None]:
        """Send the work's prompt to its thread."""
        yield from self.send(str(work.context["thread"]["id"]), work.prompt, characters_max=int(work.parameters["maxCharacters"]))


def _find_chat_model(access: Access) -> str:
    """Return the row's first language model that chats."""
    chats = (model for model in access.models if models.family_of(model) == models.TEXT and (not model.steps or "chat" in model.steps))
    return next(chats, models.MODELS[0]).name
