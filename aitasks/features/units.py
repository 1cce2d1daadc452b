"""How work is counted for its price: one rule per unit, shared by the declarations (what is held) and the providers (what is used).

It stands by itself so that no two providers count differently. Invariant: for the same call, what is counted as used never exceeds what
the price's ``units_max`` gave.
"""

from math import ceil

from pydantic import Field

from aitasks.feature import Call, Parameters

FILE_CHARACTERS = 5_000
"""What a source file counts as, whatever is in it: its text is unknown when the credits are held."""
CHARACTERS_PER_CREDIT = 1_000

SPEECH_SECONDS_MAX = 600
"""The longest speech that is made."""
VIDEO_SECONDS_MAX = 120
"""The longest video that is made."""
SPEECH_SECONDS_PER_CHARACTER = 0.2
"""At 175 words a minute; prose takes 0.07, so the hold is generous. Speech that lasts longer is charged at this bound."""
SPEECH_SPEED_USUAL = 175


class TextParameters(Parameters):
    """Parameters of every feature that makes text."""

    maxCharacters: int = Field(  # noqa: N815 (the wire's name)
        default=4_000,
        ge=1,
        le=50_000,
        description="The result is cut off after so many characters; what is not used is not charged.",
        json_schema_extra={"targets": ["text"]},
    )


def count_input(*, source_type: str, source_characters: int, prompt: str, negative: str) -> int:
    """Return the characters that the request counts as; a source file counts :data:`FILE_CHARACTERS`."""
    source = FILE_CHARACTERS if source_type and not source_characters else source_characters
    return source + len(prompt) + len(negative)


def count_text_max(call: Call) -> int:
    """Return the most characters, in and out, that a call to a text feature can use."""
    if not isinstance(call.parameters, TextParameters):
        raise TypeError(f"{type(call.parameters).__name__} has no maxCharacters: derive it from TextParameters.")
    return call.parameters.maxCharacters + count_input(
        source_type=call.source_type, source_characters=call.source_characters, prompt=call.prompt, negative=call.negative
    )


def count_speech_seconds_max(*, characters: int, speed: int) -> int:
    """Return the most seconds that speech of so many characters is charged, at ``speed`` words a minute."""
    return min(SPEECH_SECONDS_MAX, ceil(characters * SPEECH_SECONDS_PER_CHARACTER * SPEECH_SPEED_USUAL / speed) + 2)


def count_video_seconds_max(*, characters: int, speed: int) -> int:
    """Return the most seconds that a video of somebody who says so many characters is charged."""
    return min(VIDEO_SECONDS_MAX, count_speech_seconds_max(characters=characters, speed=speed))
