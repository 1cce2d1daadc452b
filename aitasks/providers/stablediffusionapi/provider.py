"""The provider's front: which steps it does, with which model. The HTTP library is loaded by the first work, as an SDK would be."""

from aitasks.providers.offers import Front, Method
from aitasks.providers.port import Model
from aitasks.providers.stablediffusionapi import models

IMAGES = ("image/png", "image/jpeg", "image/webp")

METHODS = (
    Method(step="imagine", target="image", sources=("",), module="images", family=models.PICTURE),
    Method(step="imagine", target="sound", sources=("",), module="sounds", family=models.EFFECT),
    Method(step="transform", target="image", sources=IMAGES, module="images", family=models.PICTURE),
)


class StableDiffusionAPI(Front):
    """Pictures and sound effects of ModelsLab."""

    kind = "stablediffusionapi"
    methods = METHODS

    @staticmethod
    def family_of(model: Model) -> str:
        """Return the sort of a model."""
        return models.family_of(model)
