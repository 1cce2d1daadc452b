"""The provider's front: which steps it does, and with which model.

The SDK, which takes half a second to import, is loaded by the first work, so that a web process, which only asks, never pays for it.
"""

import importlib
from collections.abc import Generator
from typing import Any

from aitasks.providers.offers import Method, NotServed, find_model, list_methods
from aitasks.providers.port import Access, Event, Model, Work
from aitasks.providers.replicate import models

IMAGES = ("image/png", "image/jpeg", "image/webp", "image/gif")
PLAIN = ("text/*",)

METHODS = (
    Method(step="imagine", target="image", sources=("",), module="predictions"),
    Method(step="imagine", target="sound", sources=("",), module="predictions"),
    Method(step="imagine", target="speech", sources=("",), module="predictions"),
    Method(step="transform", target="image", sources=IMAGES, module="predictions"),
    Method(step="extract", target="text", sources=IMAGES, module="predictions"),
    Method(step="inspire", target="text", sources=PLAIN, module="predictions"),
    Method(step="intent2text", target="text", sources=("", *PLAIN), module="predictions"),
    Method(step="transform", target="text", sources=PLAIN, module="predictions"),
)


class Replicate:
    """Models at Replicate; implements ``aitasks.providers.port.Provider``."""

    kind = "replicate"

    def __init__(self, access: Access) -> None:
        self._access = access

    def serves(self, work: Work) -> bool:
        """Return whether one of the row's models does this step, from such a source, with these parameters."""
        return self._find(work) is not None

    def model(self, work: Work) -> str:
        """Return the model that was asked for by name, else the usual one."""
        return self._get(work)[1].name

    def run(self, work: Work) -> Generator[Event, None, None]:
        """Do the work, yielding events until done or closed; closing cancels the prediction."""
        method, model = self._get(work)
        yield from load(method.module).run(self._access, model.name, work)

    def _find(self, work: Work) -> tuple[Method, Model] | None:
        for method in list_methods(METHODS, work):
            if model := find_model(self._access.models, method, work, family_of=models.family_of):
                return method, model
        return None

    def _get(self, work: Work) -> tuple[Method, Model]:
        found = self._find(work)
        if found is None:
            raise NotServed(name=self._access.name, work=work)
        return found


def load(module: str) -> Any:
    """Return a module of this room that needs the network."""
    return importlib.import_module(f"aitasks.providers.replicate.{module}")
