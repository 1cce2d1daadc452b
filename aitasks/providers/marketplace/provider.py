"""The provider's front: which steps a service does, and with which of its methods.

Light, because web processes ask it: what talks to the service is loaded by the first work.
"""

import importlib
from collections.abc import Generator

from aitasks.providers.offers import NotServed
from aitasks.providers.port import Access, Event, Model, Work


class Marketplace:
    """One service that follows the marketplace contract; implements ``aitasks.providers.port.Provider``."""

    kind = "marketplace"

    def __init__(self, access: Access) -> None:
        self._access = access

    def serves(self, work: Work) -> bool:
        """Return whether one of the row's methods does this step and target within its limits; chats need answers that come at once."""
        return self._find(work) is not None

    def model(self, work: Work) -> str:
        """Return the method that would do ``work``."""
        return self._get(work).name

    def run(self, work: Work) -> Generator[Event, None, None]:
        """Do the work, yielding events until done or closed; the service goes on with what it has taken."""
        following = importlib.import_module("aitasks.providers.marketplace.following")
        yield from following.run(self._access, self._get(work), work)

    def _find(self, work: Work) -> Model | None:
        return next((model for model in self._access.models if _does(model, work)), None)

    def _get(self, work: Work) -> Model:
        model = self._find(work)
        if model is None:
            raise NotServed(name=self._access.name, work=work)
        return model


def _does(model: Model, work: Work) -> bool:
    """Return whether the row offers this method for the work: an empty list means any step or target, but never a chat."""
    asked = ((work.parameters.get(name), most) for name, most in model.limits.items())
    return (
        (not work.model or work.model == model.name)
        and work.step != "chat"
        and (not model.steps or work.step in model.steps)
        and (not model.targets or work.target in model.targets)
        and all(value <= most for value, most in asked if isinstance(value, int | float))
    )
