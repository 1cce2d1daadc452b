"""The provider's front: which steps it does, with which model. The HTTP library is loaded by the first work, as an SDK would be."""

import importlib
from collections.abc import Generator
from typing import Any

from aitasks.providers.offers import Method, NotServed, find_model, list_methods
from aitasks.providers.port import Access, Event, Model, Work
from aitasks.providers.stablediffusionapi import models

IMAGES = ("image/png", "image/jpeg", "image/webp")

METHODS = (
    Method(step="imagine", target="image", sources=("",), module="images", family=models.PICTURE),
    Method(step="imagine", target="sound", sources=("",), module="sounds", family=models.EFFECT),
    Method(step="transform", target="image", sources=IMAGES, module="images", family=models.PICTURE),
)


class StableDiffusionAPI:
    """Pictures and sound effects of ModelsLab; implements ``aitasks.providers.port.Provider``."""

    kind = "stablediffusionapi"

    def __init__(self, access: Access) -> None:
        self._access = access

    def serves(self, work: Work) -> bool:
        """Return whether one of the row's models does this step, from such a source, with these parameters."""
        return self._find(work) is not None

    def model(self, work: Work) -> str:
        """Return the model that was asked for by name, else the usual one."""
        return self._get(work)[1].name

    def run(self, work: Work) -> Generator[Event, None, None]:
        """Do the work, yielding events until done or closed; closing hangs up."""
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
    return importlib.import_module(f"aitasks.providers.stablediffusionapi.{module}")
