"""``imagine``: an idea to an image, a sound, speech or a video. The text and the prompt say what; a video may show a portrait."""

from typing import Literal

from pydantic import Field

from aitasks.feature import Call, Feature, Parameters, Price
from aitasks.features import units

ImageSize = Literal["512x512", "768x768", "1024x1024", "1024x768", "768x1024"]
Voice = Literal[
    "en-us", "en-us-female", "en-gb", "en-gb-female", "en-gb-scotland", "de", "de-female", "fr", "fr-female",
    "es", "es-female", "it", "it-female", "pt", "nl", "pl", "sv", "tr", "ru", "hi",
]  # fmt: skip

SOUND_SECONDS_MAX = 300
"""The longest sound that is made."""


class ImagineParameters(Parameters):
    """How many, how large, how long, in which voice."""

    count: int = Field(default=1, ge=1, le=4, description="How many images.", json_schema_extra={"targets": ["image"]})
    size: ImageSize = Field(default="512x512", description="Width x height in pixels.", json_schema_extra={"targets": ["image"]})
    seed: int | None = Field(
        default=None,
        ge=0,
        le=2**53 - 1,
        description="The same prompt and seed give the same result; image n of several uses seed + n. Left out, the prompt decides.",
        json_schema_extra={"targets": ["image", "sound"]},
    )
    seconds: int = Field(
        default=8, ge=1, le=SOUND_SECONDS_MAX, description="Length of the sound.", json_schema_extra={"targets": ["sound"]}
    )
    voice: Voice = Field(default="en-us", description="Language and kind of the voice.", json_schema_extra={"targets": ["speech", "video"]})
    speed: int = Field(default=160, ge=80, le=300, description="Words a minute.", json_schema_extra={"targets": ["speech", "video"]})


def _parameters(call: Call) -> ImagineParameters:
    if not isinstance(call.parameters, ImagineParameters):
        raise TypeError("A call to imagine carries ImagineParameters.")
    return call.parameters


def _images_max(call: Call) -> int:
    return _parameters(call).count


def _sound_seconds_max(call: Call) -> int:
    return _parameters(call).seconds


def _speech_seconds_max(call: Call) -> int:
    return units.count_speech_seconds_max(characters=len(call.prompt), speed=_parameters(call).speed)


def _video_seconds_max(call: Call) -> int:
    return units.count_video_seconds_max(characters=len(call.prompt), speed=_parameters(call).speed)


IMAGINE = Feature(
    name="imagine",
    title="Imagine",
    summary="Makes an image, a sound, speech or a video from an idea in words; a video may show a portrait that you send.",
    parameters=ImagineParameters,
    prices={
        "image": Price(credits=10, per=1, unit="image", units_max=_images_max),
        "sound": Price(credits=1, per=1, unit="second", units_max=_sound_seconds_max),
        "speech": Price(credits=1, per=1, unit="second", units_max=_speech_seconds_max),
        "video": Price(credits=3, per=1, unit="second", units_max=_video_seconds_max),
    },
    sources=("text/plain", "image/png", "image/jpeg", "image/webp"),
    source_text_is_prompt=True,
    prompt_required=True,
    long_running=True,
    examples=(
        {
            "prompts": {"prompt": "A calm sea at sunset with a small boat", "negative": "birds"},
            "target": {"type": "image"},
            "count": 2,
            "seed": 7,
        },
        {"prompts": {"prompt": "Slow sad piano in the rain"}, "target": {"type": "sound"}, "seconds": 12},
        {"prompts": {"prompt": "Welcome. Your order is ready."}, "target": {"type": "speech"}, "voice": "en-gb", "speed": 150},
        {"prompts": {"prompt": "Hello. I am drawn, and I speak."}, "target": {"type": "video"}, "voice": "en-us-female"},
    ),
)
