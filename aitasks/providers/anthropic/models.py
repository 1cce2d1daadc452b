"""Which models there are. All of the vendor's are of one sort: they read texts, pictures and documents, and write texts."""

from aitasks.providers.port import Model

STEPS = ("inspire", "intent2text", "transform", "chat", "extract")

MODELS = (
    Model(name="claude-sonnet-5-5", steps=STEPS, targets=("text",)),
    Model(name="claude-haiku-5-5", steps=STEPS, targets=("text",)),
)
"""Names of the vendor's SDK 2.11, which announces no end for them."""
