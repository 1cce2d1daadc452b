"""The frames of a talking portrait: the mouth opens with the loudness of the speech, the chin goes down with it, the head moves a little.

Plain geometry on pixels, frame by frame; nothing is kept but the portrait and one frame.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from aitasks.providers.local.videos.portrait import Pixels, Portrait

FRAMES_PER_SECOND = 20
INSIDE = np.array((58, 22, 26), np.float32)
"""The colour behind the lips."""


def measure_openness(samples: NDArray[np.int16], *, rate_hertz: int) -> NDArray[np.float32]:
    """Return how far the mouth is open in each frame, 0 to 1: the loudness of its stretch of speech, slower to close than to open."""
    step = rate_hertz // FRAMES_PER_SECOND
    count = max(1, -(-len(samples) // step))
    padded = np.zeros(count * step, np.float32)
    padded[: len(samples)] = samples
    loudness = np.sqrt((padded.reshape(count, step) ** 2).mean(axis=1))
    openness = np.clip(loudness / max(float(np.percentile(loudness, 95)), 1.0), 0, 1) ** 0.7
    for number in range(1, count):
        openness[number] = max(openness[number], openness[number - 1] * 0.55)
    openness[-1] = 0
    return np.asarray(openness, np.float32)


def draw_frames(portrait: Portrait, openness: NDArray[np.float32]) -> Iterator[Pixels]:
    """Yield the frames, RGB, each as large as the portrait."""
    for number, opened in enumerate(openness):
        nod = round(1.5 * np.sin(number / FRAMES_PER_SECOND * 1.7))
        rows = np.clip(np.arange(portrait.pixels.shape[0]) - nod, 0, portrait.pixels.shape[0] - 1)
        yield _open_mouth(portrait, float(opened))[rows]


def _open_mouth(portrait: Portrait, opened: float) -> Pixels:
    """Return the portrait with its mouth open so far: what is below the lips moves down, and the gap shows the inside."""
    frame = portrait.pixels.copy()
    half = portrait.mouth_half
    gap = opened * half * 0.8
    if gap < 1:
        return frame
    height, width = frame.shape[:2]
    top, bottom = portrait.mouth_y, min(height, portrait.mouth_y + half * 4)
    left, right = max(0, portrait.mouth_x - half * 2), min(width, portrait.mouth_x + half * 2)
    y, x = np.mgrid[top:bottom, left:right]
    # The chin follows fully under the mouth, less to the sides and further down.
    aside = np.clip(1 - (np.abs(x - portrait.mouth_x) / (half * 1.3)) ** 3, 0, 1)
    fading = np.clip(1 - (y - top - gap) / max(half * 4 - gap, 1), 0, 1)
    source = np.clip(np.rint(y - gap * aside * fading), top, height - 1).astype(np.intp)
    frame[top:bottom, left:right] = portrait.pixels[source, x]
    _paint_inside(frame, portrait, gap)
    return frame


def _paint_inside(frame: Pixels, portrait: Portrait, gap: float) -> None:
    """Paint the dark between the lips, soft at its edge."""
    half = portrait.mouth_half
    middle = portrait.mouth_y + gap / 2
    top, bottom = max(0, int(middle - gap)), min(frame.shape[0], int(middle + gap) + 1)
    left, right = max(0, portrait.mouth_x - half), min(frame.shape[1], portrait.mouth_x + half + 1)
    y, x = np.mgrid[top:bottom, left:right]
    distance = np.sqrt(((x - portrait.mouth_x) / (half * 0.85)) ** 2 + ((y - middle) / max(gap * 0.55, 1)) ** 2)
    cover = np.clip((1 - distance) * 5, 0, 1)[..., None].astype(np.float32)
    frame[top:bottom, left:right] = (frame[top:bottom, left:right] * (1 - cover) + INSIDE * cover).astype(np.uint8)
