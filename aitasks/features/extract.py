"""``extract``: from an image, a document or a sound to text. The prompt narrows what is wanted."""

from pydantic import Field

from aitasks.feature import Feature, Price
from aitasks.features import samples, units


class ExtractParameters(units.TextParameters):
    """How much of a document is read."""

    pages: int = Field(
        default=50, ge=1, le=200, description="The most pages of a document that are read.", json_schema_extra={"targets": ["text"]}
    )


EXTRACT = Feature(
    name="extract",
    title="Extract",
    summary="Reads text and facts out of an image, a document or a sound.",
    parameters=ExtractParameters,
    prices={"text": Price(credits=1, per=units.CHARACTERS_PER_CREDIT, unit="character", units_max=units.count_text_max)},
    sources=(
        "image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/tiff",
        "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/html", "text/plain", "text/markdown", "text/csv",
        "audio/wav", "audio/x-wav", "audio/wave", "audio/mpeg", "audio/mp3", "audio/ogg", "audio/opus", "audio/flac", "audio/x-flac",
        "audio/mp4", "audio/aac",
    ),
    source_required=True,
    examples=(
        {
            "source": {"type": "text", "data": {"type": "text/html", "text": "<h1>Opening hours</h1><p>Nine to five.</p>"}},
            "prompts": {"prompt": ""},
            "target": {"type": "text"},
        },
        {
            "source": samples.IMAGE,
            "prompts": {"prompt": "colours and size"},
            "target": {"type": "text"},
        },
    ),
)  # fmt: skip
