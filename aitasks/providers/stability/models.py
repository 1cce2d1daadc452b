"""Which models there are, where each is asked, and what it is told. Plain facts.

Paths, fields and prices: platform.stability.ai/docs/api-reference and /pricing, read 2026-11-20. A credit costs a cent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aitasks.providers.port import Model

DRAW, EDIT, PLAY = "draw", "edit", "play"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a model is asked, and by which fields."""

    path: str
    does: tuple[str, ...]
    prompt: str = "prompt"
    image: str = "image"
    fields: Mapping[str, str] = field(default_factory=dict)
    """Fields that are always sent."""
    edit_fields: Mapping[str, str] = field(default_factory=dict)
    """Fields that are sent with an image."""
    takes_negative: bool = True


STRENGTH = {"strength": "0.65"}
"""How far an image may be left: between a touch (0) and a new picture (1)."""
IMAGE_TO_IMAGE = {"mode": "image-to-image", **STRENGTH}
GENERATE, CONTROL = "/v2beta/stable-image/generate", "/v2beta/stable-image/control"

PLACES: Mapping[str, Place] = {
    "core": Place(path=f"{GENERATE}/core", does=(DRAW,)),
    "ultra": Place(path=f"{GENERATE}/ultra", does=(DRAW, EDIT), edit_fields=STRENGTH),
    "structure": Place(path=f"{CONTROL}/structure", does=(EDIT,), fields={"control_strength": "0.7"}),
    "sketch": Place(path=f"{CONTROL}/sketch", does=(EDIT,), fields={"control_strength": "0.7"}),
    "style": Place(path=f"{CONTROL}/style", does=(EDIT,)),
    "relight": Place(
        path="/v2beta/stable-image/edit/replace-background-and-relight", does=(EDIT,), prompt="background_prompt", image="subject_image"
    ),
    "creative": Place(path="/v2beta/stable-image/upscale/creative", does=(EDIT,)),
    **{
        name: Place(
            path=f"{GENERATE}/sd3",
            does=(DRAW, EDIT),
            fields={"model": name},
            edit_fields=IMAGE_TO_IMAGE,
            takes_negative="turbo" not in name and "flash" not in name,
        )
        for name in ("sd3.5-large", "sd3.5-large-turbo", "sd3.5-medium", "sd3.5-flash")
    },
    **{
        name: Place(path="/v2beta/audio/stable-audio-2/text-to-audio", does=(PLAY,), fields={"model": name}, takes_negative=False)
        for name in ("stable-audio-2.5", "stable-audio-2")
    },
}
"""By a model's name in a row; other names are not known. ``relight`` and ``creative`` answer with a job."""

MODELS = (
    Model(name="core", steps=("imagine",), targets=("image",), limits={"count": 4}, cost=30_000),
    Model(name="ultra", steps=("imagine",), targets=("image",), limits={"count": 4}, cost=80_000),
    Model(name="stable-audio-2.5", steps=("imagine",), targets=("sound",), limits={"seconds": 190}),
    Model(name="sd3.5-large", steps=("transform",), targets=("image",), cost=65_000),
)


def does(model: Model, family: str) -> bool:
    """Return whether there is such a model, and it does such work."""
    place = PLACES.get(model.name)
    return place is not None and family in place.does
