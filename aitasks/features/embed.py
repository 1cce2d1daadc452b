"""``embed``: a text to a vector, for finding texts that are alike.

Vectors of different models cannot be compared; the reply says which model made one.
"""

import json
from collections.abc import Sequence

from pydantic import Field

from aitasks.feature import Call, Feature, Parameters, Price
from aitasks.features import units
from common import errors

TYPE = "application/json"
TEXT_CHARACTERS_MAX = 20_000
"""What an embedding model reads at once is some 8,000 tokens; a prose text of so many characters has fewer."""
DIGITS = 8


class NothingToEmbed(errors.Invalid):
    """The text is empty, or nothing but spaces."""

    def __init__(self) -> None:
        super().__init__("The source has no text. Write one into it.")


class EmbedTooLong(errors.Oversized):
    """The text is longer than a vector can stand for."""

    def __init__(self) -> None:
        super().__init__(f"The source has more than {TEXT_CHARACTERS_MAX:,} characters. Split it, and embed the parts.")


class EmbedParameters(Parameters):
    """How many numbers the vector has."""

    dimensions: int | None = Field(
        default=None,
        ge=16,
        le=3_072,
        description="How many numbers the vector has. Left out, the model decides.",
        json_schema_extra={"targets": ["vector"]},
    )


def count_characters(call: Call) -> int:
    """Return the characters that a call is charged; there is no more to it than what is sent."""
    return units.count_input(
        source_type=call.source_type, source_characters=call.source_characters, prompt=call.prompt, negative=call.negative
    )


def check_text(text: str) -> str:
    """Return the text; raises :class:`NothingToEmbed` or :class:`EmbedTooLong`, which only a file can be by then."""
    if not text.strip():
        raise NothingToEmbed
    if len(text) > TEXT_CHARACTERS_MAX:
        raise EmbedTooLong
    return text


def write_vector(numbers: Sequence[float]) -> str:
    """Return the result as it is handed over: ``{"vector": […], "dimensions": n}``."""
    return json.dumps({"vector": [round(float(number), DIGITS) for number in numbers], "dimensions": len(numbers)})


EMBED = Feature(
    name="embed",
    title="Embed",
    summary="Turns a text into a vector of numbers, so that texts can be compared: the nearer two vectors, the more alike the texts.",
    parameters=EmbedParameters,
    prices={"vector": Price(credits=1, per=units.CHARACTERS_PER_CREDIT, unit="character", units_max=count_characters)},
    sources=("text/plain", "text/markdown", "text/csv"),
    source_required=True,
    prompt_characters_max=0,
    source_characters_max=TEXT_CHARACTERS_MAX,
    examples=(
        {
            "source": {"type": "text", "data": {"type": "text/plain", "text": "The tram runs every ten minutes."}},
            "target": {"type": "vector"},
        },
        {
            "source": {"type": "text", "data": {"type": "text/plain", "text": "Bees make honey."}},
            "target": {"type": "vector"},
            "dimensions": 64,
        },
    ),
)
