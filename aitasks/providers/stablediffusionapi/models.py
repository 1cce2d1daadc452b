"""What a new row of this kind offers. Any ``model_id`` of the vendor's library makes pictures; ``sfx`` is the name of its sound effects.

Names and limits: docs.modelslab.com, read 2026-11-20. What a picture costs depends on the operator's plan.
"""

from aitasks.providers.port import Model

PICTURE, EFFECT = "picture", "effect"
EFFECT_NAME = "sfx"

MODELS = (
    Model(name="flux", steps=("imagine",), targets=("image",), limits={"count": 4}),
    Model(name="realistic-vision-v6", steps=("transform",), targets=("image",)),
    Model(name=EFFECT_NAME, steps=("imagine",), targets=("sound",), limits={"seconds": 15}),
)


def family_of(model: Model) -> str:
    """Return what sort of model it is, by its name."""
    return EFFECT if model.name == EFFECT_NAME else PICTURE
