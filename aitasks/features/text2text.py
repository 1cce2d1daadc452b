"""``text2text``: a wish in words, with or without a text to work on, to a text. Two steps inside, one feature outside (P-1.3)."""

from aitasks.feature import Feature, Price, Step
from aitasks.features import units


class Text2TextParameters(units.TextParameters):
    """How long the reply may be."""


TEXT2TEXT = Feature(
    name="text2text",
    title="Text to text",
    summary="Finds out what is wanted (an answer, a summary, a rewrite, keywords, a sum, a greeting) and does it.",
    parameters=Text2TextParameters,
    prices={"text": Price(credits=1, per=units.CHARACTERS_PER_CREDIT, unit="character", units_max=units.count_text_max)},
    sources=("text/plain", "text/markdown"),
    prompt_characters_max=20_000,
    steps=(Step(name="text2intent", share=1), Step(name="intent2text", share=4)),
    streams=("text",),
    examples=(
        {
            "source": {
                "type": "text",
                "data": {
                    "type": "text/plain",
                    "text": "The tram runs every ten minutes. At night it runs every half hour. Dogs ride free.",
                },
            },
            "prompts": {"prompt": "How often does the tram run at night?"},
            "target": {"type": "text"},
        },
        {"prompts": {"prompt": "What is 12 * (3 + 4.5)?"}, "target": {"type": "text"}},
        {"prompts": {"prompt": "Hello, what can you do?"}, "target": {"type": "text"}, "stream": True},
    ),
)
