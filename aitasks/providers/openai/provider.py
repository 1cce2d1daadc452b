"""The provider's front: which steps it does and with which model.

The SDK, which takes half a second to import, is loaded by the first work, so that a web process, which only asks, never pays for it.
"""

import importlib
from collections.abc import Generator
from fnmatch import fnmatchcase
from typing import Any

from aitasks.providers.openai.account import Account
from aitasks.providers.port import Event, Work, find_keeper

STEPS = ("inspire", "intent2text", "transform", "chat")
SOURCES = ("", "text/*")


class OpenAI:
    """A server that speaks OpenAI's API; implements ``aitasks.providers.port.Provider``."""

    kind = "openai"

    def __init__(self, account: Account) -> None:
        self._account = account

    def serves(self, work: Work) -> bool:
        """Return whether this is a text step, from text, with one of our models, whose history is not kept elsewhere."""
        source_type = work.source.type if work.source else ""
        return (
            work.step in STEPS
            and work.target == "text"
            and any(fnmatchcase(source_type, pattern) for pattern in SOURCES)
            and work.parameters.get("model") in {None, "", *self._account.models}
            and not find_keeper(work)
        )

    def model(self, work: Work) -> str:
        """Return the model that was asked for by name, else the usual one."""
        return str(work.parameters.get("model") or self._account.models[0])

    def run(self, work: Work) -> Generator[Event, None, None]:
        """Do the work, yielding events until done or closed; closing ends the request at the vendor at once."""
        yield from load("completions").run(self._account, self.model(work), work)


def load(module: str) -> Any:
    """Return a module of this room that needs the SDK."""
    return importlib.import_module(f"aitasks.providers.openai.{module}")
