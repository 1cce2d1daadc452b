"""The declarations: names, targets, limits, prices, examples that hold."""

from typing import Any

import pytest
from pydantic import ValidationError

from aitasks.feature import Call, Parameters
from aitasks.features import FEATURES, units
from aitasks.features.imagine import IMAGINE, ImagineParameters
from aitasks.features.inspire import INSPIRE, InspireParameters
from aitasks.features.transform import TRANSFORM
from aitasks.providers.local.speech import VOICES
from tests.unit.providers.local.doing import find_feature

ENVELOPE = {"source", "prompts", "target", "stream"}


def call(feature: str, **given: Any) -> Call:
    facts = {"source_type": "", "source_characters": 0, "prompt": "", "negative": "", "target": "text"}
    return Call(**{**facts, "parameters": find_feature(feature).parameters(), **given})


@pytest.mark.clause("P-2.2")
def test_names_and_targets() -> None:
    assert {feature.name: tuple(feature.prices) for feature in FEATURES} == {
        "imagine": ("image", "sound", "speech", "video"),
        "inspire": ("text",),
        "extract": ("text",),
        "transform": ("image", "text"),
        "text2text": ("text",),
        "tell": ("speech",),
        "embed": ("vector",),
        "chat": ("text",),
    }
    assert [feature.name for feature in FEATURES if not feature.public] == ["chat"]
    assert [feature.name for feature in FEATURES if feature.long_running] == ["imagine", "tell"]
    assert {feature.name: feature.streams for feature in FEATURES if feature.streams} == {
        "inspire": ("text",), "transform": ("text",), "text2text": ("text",), "chat": ("text",),
    }  # fmt: skip


@pytest.mark.clause("P-1.5")
@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_parameters_are_described_and_examples_hold(feature: Any) -> None:
    assert 2 <= len(feature.examples) <= 4
    for name, field in feature.parameters.model_fields.items():
        assert field.description, name
        extra: Any = field.json_schema_extra or {}
        assert set(extra.get("targets", ())) <= set(feature.prices)
    for example in feature.examples:
        assert example["target"]["type"] in feature.prices
        given = {name: value for name, value in example.items() if name not in ENVELOPE}
        assert isinstance(feature.parameters(**given), Parameters)


@pytest.mark.parametrize(
    "given",
    [
        {"count": 0},
        {"count": 5},
        {"size": "640x480"},
        {"seed": -1},
        {"seconds": 0},
        {"seconds": 301},
        {"voice": "xx"},
        {"speed": 79},
        {"speed": 301},
        {"x": 1},
    ],
)
def test_imagine_refuses_parameters_beyond_the_limits(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ImagineParameters(**given)


@pytest.mark.parametrize(
    "given", [{"count": 1}, {"count": 4}, {"seed": 0}, {"seconds": 1}, {"seconds": 300}, {"speed": 80}, {"speed": 300}, {"seed": None}]
)
def test_imagine_takes_parameters_at_the_limits(given: dict[str, Any]) -> None:
    assert ImagineParameters(**given).model_dump(include=set(given)) == given


def test_every_voice_that_is_offered_is_known() -> None:
    schema = ImagineParameters.model_json_schema()
    assert schema["properties"]["voice"]["enum"] == list(VOICES)


def test_prices_of_imagine() -> None:
    parameters = ImagineParameters(count=3, seconds=20, speed=175)
    made = call("imagine", prompt="x" * 100, parameters=parameters)
    assert {target: price.units_max(made) for target, price in IMAGINE.prices.items()} == {
        "image": 3,
        "sound": 20,
        "speech": 22,
        "video": 22,
    }
    assert {target: (price.credits, price.per) for target, price in IMAGINE.prices.items()} == {
        "image": (10, 1),
        "sound": (1, 1),
        "speech": (1, 1),
        "video": (3, 1),
    }


def test_speech_is_never_held_beyond_its_longest() -> None:
    assert units.count_speech_seconds_max(characters=4_000, speed=80) == 600


def test_prices_of_text() -> None:
    typed = call(
        "inspire", source_type="text/plain", source_characters=30, prompt="y" * 70, parameters=InspireParameters(maxCharacters=500)
    )
    assert INSPIRE.prices["text"].units_max(typed) == 600
    filed = call("inspire", source_type="text/plain", prompt="y" * 70, parameters=InspireParameters(maxCharacters=500))
    assert INSPIRE.prices["text"].units_max(filed) == 5_570
    assert TRANSFORM.prices["image"].units_max(call("transform", target="image")) == 1
