"""The frame: where horizon, light and main things stand in a picture, decided once so that the layers agree."""

from dataclasses import dataclass

import numpy as np

from aitasks.providers.local.pictures.scene import Scene

LOW_HOURS = frozenset({"sunset", "dawn", "dusk"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A scene with its composition; places are 0..1 from the left and from the top."""

    scene: Scene
    horizon: float
    light_x: float
    light_y: float
    subject_x: float
    """Where the animal, boat or house stands: on the other third than the light."""
    subject_flip: bool

    @property
    def watery(self) -> bool:
        """Return whether the foreground is water."""
        return bool(self.scene.places & {"sea", "lake"})


def compose(scene: Scene, rng: np.random.Generator) -> Frame:
    """Return a frame by the rule of thirds: light on one side, subject on the other, horizon above or below the middle."""
    watery = bool(scene.places & {"sea", "lake"})
    horizon = 0.52 + 0.08 * rng.random() if watery else 0.66 + 0.08 * rng.random()
    left = rng.random() < 0.5
    light_x = (0.26 if left else 0.66) + 0.08 * rng.random()
    low = scene.hour in LOW_HOURS
    light_y = horizon * (0.68 + 0.2 * rng.random()) if low else horizon * (0.22 + 0.16 * rng.random())
    subject_x = (0.64 if left else 0.28) + 0.08 * rng.random()
    return Frame(scene=scene, horizon=horizon, light_x=light_x, light_y=light_y, subject_x=subject_x, subject_flip=left)
