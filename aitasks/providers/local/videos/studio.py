"""``imagine`` to video: the prompt is spoken, a portrait moves its mouth to it, and both become an MP4.

With a picture as the source it is that one that speaks; without, one is drawn. Invariant: a video is never longer than
``units.VIDEO_SECONDS_MAX``; it is written frame by frame, so its length costs no memory.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from aitasks.features import units
from aitasks.providers.local import speech
from aitasks.providers.local.errors import SourceMissing, TooBig
from aitasks.providers.local.videos.portrait import Portrait, draw_portrait, read_portrait
from aitasks.providers.local.videos.talking import FRAMES_PER_SECOND, draw_frames, measure_openness
from aitasks.providers.port import Event, Media, Output, Progress, Usage, Work

SPOKEN, FILMED = 25, 97
"""Percent at which the speech is there, and the last frame."""
TOLD_EVERY_FRAMES = 10


class VideoTooLong(TooBig):
    """The text would take longer to say than a video may last."""


def run(work: Work) -> Iterator[Event]:
    """Film the portrait speaking the prompt; charged by the second begun, never beyond what was held."""
    pieces = speech.split(work.prompt)
    if not pieces:
        raise SourceMissing("There is nothing to say: write the words to be spoken into the prompt.")
    yield Progress(1)
    spoken: list[bytes] = []
    for number, piece in enumerate(pieces):
        spoken.append(speech.say(piece, voice=speech.VOICES[str(work.parameters["voice"])], speed=int(work.parameters["speed"])))
        yield Progress(1 + (SPOKEN - 1) * (number + 1) / len(pieces))
    samples = np.frombuffer(b"".join(spoken), np.int16)
    rate_hertz = speech.get_rate_hertz()
    if len(samples) > units.VIDEO_SECONDS_MAX * rate_hertz:
        raise VideoTooLong(f"The text takes longer to say than {units.VIDEO_SECONDS_MAX} seconds. Split it into several calls.")
    portrait = read_portrait(work.source.path) if work.source and work.source.path else draw_portrait(work.prompt)
    path = work.folder / "video.mp4"
    yield from _film(path, portrait, samples, rate_hertz=rate_hertz)
    yield Progress(100)
    yield Output(0, Media(type="video/mp4", path=path))
    yield Usage(
        min(
            ceil(len(samples) / rate_hertz), units.count_video_seconds_max(characters=len(work.prompt), speed=int(work.parameters["speed"]))
        )
    )


def _film(path: Path, portrait: Portrait, samples: NDArray[np.int16], *, rate_hertz: int) -> Iterator[Event]:
    openness = measure_openness(samples, rate_hertz=rate_hertz)
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        picture = container.add_stream("libx264", rate=FRAMES_PER_SECOND, options={"preset": "veryfast", "crf": "25"})
        picture.height, picture.width = portrait.pixels.shape[:2]
        picture.pix_fmt = "yuv420p"
        sound = container.add_stream("aac", rate=rate_hertz, layout="mono")
        step = rate_hertz // FRAMES_PER_SECOND
        for number, pixels in enumerate(draw_frames(portrait, openness)):
            container.mux(picture.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
            piece = samples[number * step : (number + 1) * step]
            if len(piece):
                container.mux(sound.encode(_sound_frame(piece, at=number * step, rate_hertz=rate_hertz)))
            if number % TOLD_EVERY_FRAMES == 0:
                yield Progress(SPOKEN + (FILMED - SPOKEN) * number / len(openness))
        container.mux(picture.encode())
        container.mux(sound.encode())


def _sound_frame(piece: NDArray[np.int16], *, at: int, rate_hertz: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(piece[None, :], format="s16", layout="mono")
    frame.sample_rate = rate_hertz
    frame.pts = at
    frame.time_base = Fraction(1, rate_hertz)
    return frame
