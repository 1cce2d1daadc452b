"""What a model is given, by the schema that it publishes."""

from collections.abc import Callable
from typing import Any

import pytest

from aitasks.providers.port import Media, Work
from aitasks.providers.replicate.inputs import write_input

MakeWork = Callable[..., Work]
QUESTION = Media(type="text/plain", text="When?")


def given(work: Work, schema: Any, image: str = "") -> dict[str, Any]:
    """Return the input."""
    return write_input(work, schema, image)


def test_without_a_schema_the_usual_names(make_work: MakeWork) -> None:
    assert given(make_work(seed=2**40, count=2), {}) == {
        "prompt": "A boat",
        "seed": 2**40 % 2**31,
        "num_outputs": 2,
        "width": 512,
        "height": 512,
    }


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"aspect_ratio": {}}, {"aspect_ratio": "4:3"}),
        ({"aspect_ratio": {"enum": ["match_input_image", "1:1", "3:2", "5:4"]}}, {"aspect_ratio": "5:4"}),
        ({"aspect_ratio": {"enum": ["custom"]}}, {"aspect_ratio": "1:1"}),
        ({"size": {"enum": ["1024x1024", "1024x768"]}}, {"size": "1024x768"}),
        ({"size": {"enum": ["1K", "2K"]}}, {}),
        ({"width": {"maximum": 768}, "height": {}}, {"width": 1024, "height": 768}),
        ({"width": {}}, {}),
    ],
)
def test_sizes(make_work: MakeWork, schema: Any, expected: dict[str, Any]) -> None:
    assert given(make_work(size="1024x768"), {"prompt": {}, **schema}) == {"prompt": "A boat", **expected}


def test_numbers_stay_within_the_schema(make_work: MakeWork) -> None:
    schema = {"text_prompt": {}, "num_images": {"minimum": 1, "maximum": 2}, "seed": {"maximum": 65_535}}
    assert given(make_work(count=4, seed=65_540), schema) == {"text_prompt": "A boat", "num_images": 2, "seed": 4}


@pytest.mark.parametrize(("name", "value"), [("duration", 8), ("seconds_total", 8), ("audio_length_in_s", 8)])
def test_seconds(make_work: MakeWork, name: str, value: int) -> None:
    assert given(make_work(target="sound"), {"prompt": {}, name: {}}) == {"prompt": "A boat", name: value}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"text": {}}, {"text": "A boat"}),
        ({"prompt": {}, "text": {}}, {"text": "A boat"}),
        ({"text": {}, "speed": {"minimum": 0.5, "maximum": 1.2}}, {"text": "A boat", "speed": 1.2}),
        ({"text": {}, "language": {"enum": ["de", "en"]}}, {"text": "A boat", "language": "de"}),
        ({"text": {}, "language_boost": {"enum": ["auto", "German"]}}, {"text": "A boat", "language_boost": "German"}),
        ({"text": {}, "language": {"enum": ["zh"]}}, {"text": "A boat"}),
    ],
)
def test_speech(make_work: MakeWork, schema: Any, expected: dict[str, Any]) -> None:
    assert given(make_work(target="speech", voice="de-female", speed=240), schema) == expected


def test_rules_go_apart_where_they_can(make_work: MakeWork) -> None:
    work = make_work("inspire", "text", prompt="It opens at nine.", source=QUESTION, maxCharacters=3_000)
    apart = given(work, {"prompt": {}, "system_prompt": {}, "max_tokens": {"maximum": 512}})
    assert apart["prompt"] == "Context:\nIt opens at nine.\n\nQuestion:\nWhen?"
    assert apart["max_tokens"] == 512
    together = given(work, {"prompt": {}})
    assert together == {"prompt": f"{apart['system_prompt']}\n\n{apart['prompt']}"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"image": {}}, {"image": "data:x"}),
        ({"input_image": {}}, {"input_image": "data:x"}),
        ({"image_input": {"type": "array"}}, {"image_input": ["data:x"]}),
    ],
)
def test_images(make_work: MakeWork, schema: Any, expected: dict[str, Any]) -> None:
    work = make_work("extract", "text", prompt="", source=Media(type="image/png"))
    asked = {"prompt": "Read out all text and describe what can be seen."}
    assert given(work, {"prompt": {}, **schema}, "data:x") == asked | expected
