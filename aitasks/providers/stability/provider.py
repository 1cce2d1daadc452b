"""The provider's front: which steps it does, with which model. The HTTP library is loaded by the first work, as an SDK would be."""

from aitasks.providers.offers import Front, Method, find_model, list_methods
from aitasks.providers.port import Model, Work
from aitasks.providers.stability import models

IMAGES = ("image/png", "image/jpeg", "image/webp")

METHODS = (
    Method(step="imagine", target="image", sources=("",), module="images", family=models.DRAW),
    Method(step="imagine", target="sound", sources=("",), module="sounds", family=models.PLAY),
    Method(step="transform", target="image", sources=IMAGES, module="images", family=models.EDIT),
)


class Stability(Front):
    """Pictures and sounds at Stability AI, whose models do several sorts of work each."""

    kind = "stability"
    methods = METHODS

    def _find(self, work: Work) -> tuple[Method, Model] | None:
        for method in list_methods(METHODS, work):
            fitting = [model for model in self._access.models if models.does(model, method.family)]
            if model := find_model(fitting, method, work, family_of=lambda _model: method.family):  # noqa: B023 - called at once
                return method, model
        return None
