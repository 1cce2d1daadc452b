"""``tell``: a text is written, then spoken; two results for the price of the speech."""

import wave
from collections.abc import Callable
from typing import Any

import pytest

from aitasks.features.tell import SPEAK, WRITE
from aitasks.providers.local.errors import SourceMissing
from tests.unit.providers.local.doing import Done, get_path, text

Do = Callable[..., Done]
TRAM = text("The tram runs every ten minutes. At night it runs every half hour. Dogs ride free.")


def tell(do: Do, prompt: str, **how: Any) -> tuple[Done, Done]:
    first = do("tell", "speech", prompt, step=WRITE, **how)
    return first, do("tell", "speech", prompt, step=SPEAK, context={WRITE: first.result}, **how)


@pytest.mark.clause("P-1.3", "P-3.4")
def test_a_text_is_written_and_spoken(do: Do) -> None:
    first, second = tell(do, "How often does the tram run at night?", source=TRAM)
    assert ([output.index for output in first.outputs], "every half hour" in first.text) == ([0], True)
    assert [(output.index, output.media.type) for output in second.outputs] == [(1, "audio/wav")]
    with wave.open(str(get_path(second.outputs[0])), "rb") as file:
        seconds = file.getnframes() / file.getframerate()
    assert 1 < seconds <= second.units < seconds + 1


def test_the_text_is_cut_off_where_it_was_asked(do: Do) -> None:
    first, _ = tell(do, "What can you do?", maxCharacters=40)
    assert len(first.text) == 40


def test_nothing_written_is_nothing_said(do: Do) -> None:
    with pytest.raises(SourceMissing, match="no text was written"):
        do("tell", "speech", "x", step=SPEAK, context={WRITE: {"text": " "}})
