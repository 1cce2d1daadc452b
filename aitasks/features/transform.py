"""``transform``: an image or a text changed as the prompt says. The target is of the same family as the source."""

from pydantic import Field

from aitasks.feature import Call, Feature, Price
from aitasks.features import samples, units


class TransformParameters(units.TextParameters):
    """How the result is written."""

    quality: int = Field(
        default=88, ge=1, le=100, description="Quality of a JPEG or WebP result; PNG has none.", json_schema_extra={"targets": ["image"]}
    )


def _one_image(_call: Call) -> int:
    return 1


TRANSFORM = Feature(
    name="transform",
    title="Transform",
    summary="Changes an image or a text as the prompt says, several wishes in order.",
    parameters=TransformParameters,
    prices={
        "image": Price(credits=2, per=1, unit="image", units_max=_one_image),
        "text": Price(credits=1, per=units.CHARACTERS_PER_CREDIT, unit="character", units_max=units.count_text_max),
    },
    sources=("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/tiff", "text/plain", "text/markdown", "text/csv"),
    source_required=True,
    prompt_required=True,
    streams=("text",),
    examples=(
        {
            "source": samples.IMAGE,
            "prompts": {"prompt": "resize to 64x64, then grayscale, then convert to jpeg"},
            "target": {"type": "image"},
            "quality": 80,
        },
        {
            "source": {"type": "text", "data": {"type": "text/plain", "text": "write to anna@example.org or call +1 202 555 0143"}},
            "prompts": {"prompt": "redact e-mails and phone numbers, then upper case"},
            "target": {"type": "text"},
        },
        {
            "source": {
                "type": "text",
                "data": {
                    "type": "text/plain",
                    "text": "Bees make honey. Honey keeps for years. Bees also pollinate most fruit. Fruit needs bees.",
                },
            },
            "prompts": {"prompt": "summarise in 2 sentences"},
            "target": {"type": "text"},
            "stream": True,
        },
    ),
)
