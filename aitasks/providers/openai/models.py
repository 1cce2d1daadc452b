"""Which models there are, and what a model can be asked for, told by its name where a row says nothing.

An operator may name any model of any server. Names of this vendor, and those that others give theirs, show what sort a model is, and so at
which endpoint it is asked.
"""

from aitasks.providers.port import Model

TEXT, IMAGE, SPEECH, HEARING, EMBEDDING = "text", "image", "speech", "hearing", "embedding"

TEXT_STEPS = ("inspire", "intent2text", "transform", "chat")

MODELS = (
    Model(name="gpt-5.4-mini", steps=(*TEXT_STEPS, "extract"), targets=("text",)),
    Model(name="gpt-image-2", steps=("imagine", "transform"), targets=("image",)),
    Model(name="gpt-4o-mini-tts", steps=("imagine",), targets=("speech",)),
    Model(name="gpt-transcribe", steps=("extract",), targets=("text",)),
    Model(name="text-embedding-3-small", steps=("embed",), targets=("vector",), limits={"dimensions": 1_536}),
)
"""Names of the vendor's OpenAPI document of 2026-08-21 and of its SDK 3.51.0. None is announced to end but the speech model, on 2027-01-06;
there is no other yet."""

_WORDS = (
    (EMBEDDING, ("embed", "bge-", "e5-", "gte-")),
    (HEARING, ("transcribe", "whisper", "parakeet", "-asr")),
    (SPEECH, ("tts", "kokoro", "speech")),
    (IMAGE, ("image", "dall-e", "diffusion", "sdxl", "flux")),
)


def family_of(model: Model) -> str:
    """Return the sort of a model: by the words in its name, else by what its row says that it makes, else text."""
    name = model.name.lower()
    for family, words in _WORDS:
        if any(word in name for word in words):
            return family
    made = {"image": IMAGE, "speech": SPEECH, "vector": EMBEDDING}
    return next((made[target] for target in model.targets if target in made), TEXT)


def describe_model(name: str) -> Model:
    """Return the model of a row that only names it: as the vendor's own is known, else able to do what its sort usually does."""
    return next((model for model in MODELS if model.name == name), Model(name=name))
