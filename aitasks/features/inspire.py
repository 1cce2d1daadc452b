"""``inspire``: a question with its context to an answer. The source is the question, the prompt is the context (P-2.1)."""

from pydantic import Field

from aitasks.feature import Feature, Price
from aitasks.features import units


class InspireParameters(units.TextParameters):
    """How long the answer may be."""

    sentences: int = Field(
        default=3,
        ge=1,
        le=20,
        description="The most sentences of the context that an answer quotes.",
        json_schema_extra={"targets": ["text"]},
    )


INSPIRE = Feature(
    name="inspire",
    title="Inspire",
    summary="Answers a question from the context that comes with it, and says so when the context holds no answer.",
    parameters=InspireParameters,
    prices={"text": Price(credits=1, per=units.CHARACTERS_PER_CREDIT, unit="character", units_max=units.count_text_max)},
    sources=("text/plain", "text/markdown"),
    source_required=True,
    prompt_characters_max=100_000,
    source_characters_max=4_000,
    streams=("text",),
    examples=(
        {
            "source": {"type": "text", "data": {"type": "text/plain", "text": "When does the museum open on Sundays?"}},
            "prompts": {
                "prompt": (
                    "The museum shows modern art. On weekdays it opens at nine. On Sundays the museum opens at eleven. Tickets cost 8 "
                    "euros."
                )
            },
            "target": {"type": "text"},
        },
        {
            "source": {"type": "text", "data": {"type": "text/plain", "text": "Who wrote the report?"}},
            "prompts": {"prompt": "The report was written by the harbour office in May. It counts the ships of one year."},
            "target": {"type": "text"},
            "sentences": 1,
            "stream": True,
        },
    ),
)
