"""Videos: a portrait whose mouth moves with what is said."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from aitasks.features import units
from aitasks.providers.local.errors import BrokenFile, SourceMissing
from aitasks.providers.local.videos import portrait, studio, talking
from aitasks.providers.port import Media
from tests.unit.providers.local.doing import Done, get_path

Do = Callable[..., Done]
WORDS = "Hello. I am drawn, and I speak."


def read_streams(done: Done) -> dict[str, Any]:
    with av.open(str(get_path(done.outputs[0]))) as container:
        streams = {stream.type: stream for stream in container.streams}
        return {
            "codecs": (streams["video"].codec_context.name, streams["audio"].codec_context.name),
            "seconds": (container.duration or 0) / av.time_base,
            "frames": [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)],
        }


@pytest.mark.clause("P-2.2", "P-3.4")
def test_a_drawn_portrait_speaks_the_prompt(do: Do) -> None:
    done = do("imagine", "video", WORDS)
    found = read_streams(done)
    assert found["codecs"] == ("h264", "aac")
    assert {frame.shape for frame in found["frames"]} == {(512, 512, 3)}
    assert done.outputs[0].media.type == "video/mp4"
    assert done.units - 1 < found["seconds"] <= done.units + 0.2
    assert done.progress == sorted(done.progress)
    assert (len(set(done.progress)) >= 5, done.progress[-1]) == (True, 100)
    mouths = [frame[300:340, 230:280].astype(int).sum() for frame in found["frames"]]
    assert max(mouths) - min(mouths) > 20_000


@pytest.mark.clause("P-3.4")
def test_a_picture_that_is_sent_speaks_in_its_own_shape(do: Do, tmp_path: Path) -> None:
    path = tmp_path / "me.png"
    Image.new("RGB", (1_001, 501), (225, 184, 150)).save(path)
    found = read_streams(do("imagine", "video", WORDS, source=Media(type="image/png", path=path)))
    assert {frame.shape for frame in found["frames"]} == {(256, 512, 3)}


def test_no_picture_is_a_clear_refusal(do: Do, tmp_path: Path) -> None:
    path = tmp_path / "me.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n nothing")
    with pytest.raises(BrokenFile):
        do("imagine", "video", WORDS, source=Media(type="image/png", path=path))


def test_nothing_to_say_is_refused(do: Do) -> None:
    with pytest.raises(SourceMissing, match="nothing to say"):
        do("imagine", "video", "\n")


def test_a_text_that_lasts_too_long_is_refused(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "VIDEO_SECONDS_MAX", 1)
    with pytest.raises(studio.VideoTooLong, match="longer to say than 1 seconds"):
        do("imagine", "video", WORDS * 3)


@pytest.mark.parametrize("size", [(2, 2), (512, 2), (3, 512)])
def test_every_shape_has_frames(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "thin.png"
    Image.new("RGB", size, (225, 184, 150)).save(path)
    found = portrait.read_portrait(path)
    frames = list(talking.draw_frames(found, np.ones(3, np.float32)))
    assert [frame.shape for frame in frames] == [found.pixels.shape] * 3


def test_the_mouth_is_open_while_it_is_loud() -> None:
    rate = 1_000
    loud, silent = np.full(rate, 20_000, np.int16), np.zeros(rate, np.int16)
    openness = talking.measure_openness(np.concatenate([silent, loud, silent]), rate_hertz=rate)
    assert len(openness) == 3 * talking.FRAMES_PER_SECOND
    assert (openness[10], openness[30], openness[-1]) == (0, 1, 0)


def test_the_mouth_is_found_below_the_middle_of_what_is_skin(tmp_path: Path) -> None:
    path = tmp_path / "head.png"
    image = Image.new("RGB", (400, 400), (30, 60, 120))
    image.paste((225, 184, 150), (120, 40, 280, 240))
    image.save(path)
    found = portrait.read_portrait(path)
    assert abs(found.mouth_x - 200) < 4
    assert 170 < found.mouth_y < 200
