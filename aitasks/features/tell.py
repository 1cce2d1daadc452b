"""``tell``: a wish in words to a text, written and then spoken: two results, one price by the second of speech (P-1.3)."""

from pydantic import Field
from pydantic.config import JsonDict

from aitasks.feature import Call, Feature, Parameters, Price, Step
from aitasks.features import units
from aitasks.features.imagine import Voice

WRITE, SPEAK = "tell2text", "text2speech"
"""The steps: the second finds the first one's text in its context."""
FOR_SPEECH: JsonDict = {"targets": ["speech"]}


class TellParameters(Parameters):
    """How long the text may be, and who speaks it."""

    maxCharacters: int = Field(  # noqa: N815 (the wire's name)
        default=600,
        ge=1,
        le=2_000,
        description="The text is cut off after so many characters; what is not spoken is not charged.",
        json_schema_extra=FOR_SPEECH,
    )
    voice: Voice = Field(default="en-us", description="Language and kind of the voice.", json_schema_extra=FOR_SPEECH)
    speed: int = Field(default=160, ge=80, le=300, description="Words a minute.", json_schema_extra=FOR_SPEECH)


def _seconds_max(call: Call) -> int:
    if not isinstance(call.parameters, TellParameters):
        raise TypeError("A call to tell carries TellParameters.")
    return units.count_speech_seconds_max(characters=call.parameters.maxCharacters, speed=call.parameters.speed)


TELL = Feature(
    name="tell",
    title="Write and tell",
    summary="Writes a text as asked for, and reads it aloud: the first result is the text, the second its sound.",
    parameters=TellParameters,
    prices={"speech": Price(credits=1, per=1, unit="second", units_max=_seconds_max)},
    sources=("text/plain", "text/markdown"),
    prompt_required=True,
    prompt_characters_max=20_000,
    steps=(Step(name=WRITE, share=1), Step(name=SPEAK, share=4)),
    long_running=True,
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
            "target": {"type": "speech"},
            "voice": "en-gb",
        },
        {"prompts": {"prompt": "What is 12 * (3 + 4.5)?"}, "target": {"type": "speech"}},
    ),
)
