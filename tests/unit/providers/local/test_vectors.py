"""``embed`` without a model: the same numbers everywhere, near for texts that share words, of length 1."""

import json
import math
from collections.abc import Callable

import numpy as np
import pytest

from aitasks.features import embed
from aitasks.providers.local.vectors import make_vector
from aitasks.providers.port import Media
from common.errors import TollgateError
from tests.unit.providers.local.doing import Done

Do = Callable[..., Done]
pytestmark = pytest.mark.clause("P-3.4")
TRAM = "The tram runs every ten minutes."


def compare(first: str, second: str) -> float:
    """Return how near two texts are, 1 for the same."""
    return float(make_vector(first, dimensions=512) @ make_vector(second, dimensions=512))


def test_result_is_json(do: Do) -> None:
    done = do("embed", "vector", source=Media(type="text/plain", text=TRAM))
    [output] = done.outputs
    assert output.media.type == "application/json"
    result = json.loads(str(output.media.text))
    assert sorted(result) == ["dimensions", "vector"]
    assert (result["dimensions"], len(result["vector"])) == (512, 512)
    assert math.isclose(math.hypot(*result["vector"]), 1, abs_tol=1e-6)
    assert done.units == len(TRAM)


@pytest.mark.parametrize("dimensions", [16, 64, 3_072])
def test_as_many_numbers_as_asked(do: Do, dimensions: int) -> None:
    done = do("embed", "vector", source=Media(type="text/plain", text=TRAM), dimensions=dimensions)
    assert len(json.loads(str(done.outputs[0].media.text))["vector"]) == dimensions


def test_numbers_are_the_same_on_every_machine() -> None:
    found = {place: round(float(number), 6) for place, number in enumerate(make_vector("tram", dimensions=16)) if number}
    assert found == {0: 0.368355, 1: -0.515697, 2: 0.257848, 7: -0.257848, 8: 0.257848, 10: -0.257848, 11: -0.257848, 15: -0.515697}


def test_texts_that_share_words_are_near() -> None:
    near = compare(TRAM, "Every ten minutes a tram runs.")
    akin = compare(TRAM, "Trams run often.")
    far = compare(TRAM, "Bees make honey in summer.")
    assert near > 0.85
    assert near > akin > 0.25
    assert abs(far) < 0.1


def test_case_and_form_do_not_matter() -> None:
    assert compare("STRASSE ﬁne", "straße fine") == pytest.approx(1)
    assert compare(TRAM, TRAM) == pytest.approx(1)


@pytest.mark.parametrize("text", ["?!", "…", "🚋", "a", "的"])
def test_texts_without_words_have_a_direction_too(text: str) -> None:
    vector = make_vector(text, dimensions=16)
    assert math.isclose(float(np.linalg.norm(vector)), 1)


@pytest.mark.parametrize(("text", "error"), [(" \n", embed.NothingToEmbed), ("x" * 20_001, embed.EmbedTooLong)])
def test_texts_that_are_refused(do: Do, text: str, error: type[TollgateError]) -> None:
    with pytest.raises(error):
        do("embed", "vector", source=Media(type="text/plain", text=text))


def test_longest_text(do: Do) -> None:
    assert do("embed", "vector", source=Media(type="text/plain", text="word " * 4_000)).units == 20_000
