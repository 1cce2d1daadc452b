"""Pictures: deterministic, of the size asked for, with progress and partial results."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from aitasks.providers.local.pictures.scene import read
from aitasks.providers.port import Output, Progress, Usage
from tests.unit.providers.local.doing import Done, get_path

Do = Callable[..., Done]


@pytest.mark.clause("P-3.4")
def test_same_words_and_seed_give_the_same_bytes(do: Do) -> None:
    first = do("imagine", "image", "a calm sea at sunset", seed=7)
    again = do("imagine", "image", "a calm sea at sunset", seed=7)
    other = do("imagine", "image", "a calm sea at sunset", seed=8)
    negated = do("imagine", "image", "a calm sea at sunset", seed=7, negative="clouds")
    assert first.bytes == again.bytes
    assert len({first.bytes, other.bytes, negated.bytes}) == 3


def test_without_a_seed_the_prompt_decides(do: Do) -> None:
    assert do("imagine", "image", "a fox").bytes == do("imagine", "image", "a fox").bytes


def test_image_n_uses_the_seed_plus_n(do: Do) -> None:
    both = do("imagine", "image", "mountains", seed=3, count=2)
    assert get_path(both.outputs[1]).read_bytes() == do("imagine", "image", "mountains", seed=4).bytes


@pytest.mark.clause("P-2.4")
def test_each_image_comes_as_soon_as_it_is_done(do: Do) -> None:
    done = do("imagine", "image", "a city at night", count=4)
    marks = [event for event in done.events if not isinstance(event, Progress)]
    assert [mark.index if isinstance(mark, Output) else mark for mark in marks] == [0, Usage(1), 1, Usage(2), 2, Usage(3), 3, Usage(4)]
    places = [number for number, event in enumerate(done.events) if isinstance(event, Output)]
    assert all(later - earlier > 5 for earlier, later in pairwise(places))


@pytest.mark.parametrize(
    "prompt", ["hello world", "space", "a storm with lightning", "abstract marble", "silk", "circles", "facets", "paper layers"]
)
def test_progress_is_real_even_for_one_image(do: Do, prompt: str) -> None:
    progress = do("imagine", "image", prompt).progress
    assert len(set(progress)) >= 5
    assert max(later - earlier for earlier, later in pairwise([0.0, *progress])) <= 25


@pytest.mark.parametrize("size", ["512x512", "768x768", "1024x1024", "1024x768", "768x1024"])
def test_size_and_format(do: Do, size: str) -> None:
    done = do("imagine", "image", "hills", size=size, seed=11)
    with Image.open(get_path(done.outputs[0])) as image:
        assert (image.format, image.mode, f"{image.width}x{image.height}") == ("PNG", "RGB", size)
        assert image.info["Seed"] == "11"
    assert done.outputs[0].media.type == "image/png"


def test_night_is_darker_than_day_and_colours_are_heard(do: Do) -> None:
    def mean(prompt: str) -> list[float]:
        with Image.open(get_path(do("imagine", "image", prompt, seed=1).outputs[0])) as image:
            return [float(value) for value in np.asarray(image).mean(axis=(0, 1))]

    assert sum(mean("hills at night")) < 0.5 * sum(mean("hills at noon"))
    red, _, blue = mean("abstract waves in red")
    assert red > blue + 30


@pytest.mark.parametrize(
    "prompt",
    [
        "fog over a lake with a lighthouse, balloon and boat", "deer, fox and cat by a house under a tree", "desert with cactus",
        "winter forest, snowfall", "northern lights", "rain over the city street", "a garden of red flowers with fireflies at dusk",
        "", "\x00", "🦊" * 50, "x" * 4000,
    ],
)  # fmt: skip
def test_any_prompt_is_drawn(do: Do, prompt: str) -> None:
    assert do("imagine", "image", prompt).units == 1


def test_the_negative_prompt_takes_things_away() -> None:
    with_birds = read("sea with birds and a boat", "", np.random.default_rng(1))
    without = read("sea with birds and a boat", "birds", np.random.default_rng(1))
    assert {"birds", "boat"} <= with_birds.things
    assert without.things == with_birds.things - {"birds"}


def test_a_colour_belongs_to_what_it_stands_before() -> None:
    scene = read("green hills with red flowers under a purple sky", "", np.random.default_rng(1))
    assert (len(scene.wanted), len(scene.blossom)) == (1, 1)
