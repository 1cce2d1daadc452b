"""The provider's front: which steps it does, with which model, at which endpoint.

The SDK, which takes half a second to import, is loaded by the first work: a web process, which only asks, never pays for it.
"""

from aitasks.providers.offers import Front, Method
from aitasks.providers.openai import models
from aitasks.providers.port import Model

PLAIN = ("text/*",)
PICTURES = ("image/png", "image/jpeg", "image/webp")
SOUNDS = (
    "audio/wav", "audio/x-wav", "audio/wave", "audio/mpeg", "audio/mp3", "audio/ogg", "audio/opus", "audio/flac", "audio/x-flac",
    "audio/mp4",
)  # fmt: skip

METHODS = (
    Method(step="inspire", target="text", sources=PLAIN, module="completions", family=models.TEXT),
    Method(step="intent2text", target="text", sources=("", *PLAIN), module="completions", family=models.TEXT),
    Method(step="transform", target="text", sources=PLAIN, module="completions", family=models.TEXT),
    Method(step="chat", target="text", sources=("",), module="completions", family=models.TEXT),
    Method(step="extract", target="text", sources=(*PICTURES, "image/gif"), module="completions", family=models.TEXT, asks=True),
    Method(step="extract", target="text", sources=SOUNDS, module="transcriptions", family=models.HEARING),
    Method(step="imagine", target="image", sources=("",), module="images", family=models.IMAGE, cannot=("seed",)),
    Method(step="transform", target="image", sources=PICTURES, module="images", family=models.IMAGE),
    Method(step="imagine", target="speech", sources=("",), module="speech", family=models.SPEECH),
    Method(step="embed", target="vector", sources=PLAIN, module="embeddings", family=models.EMBEDDING),
)


class OpenAI(Front):
    """A server that speaks OpenAI's API."""

    kind = "openai"
    methods = METHODS

    @staticmethod
    def family_of(model: Model) -> str:
        """Return the sort of a model."""
        return models.family_of(model)
