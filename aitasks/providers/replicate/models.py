"""What a new row of this kind offers: models that Replicate itself keeps running, so that their names need no version. Plain facts.

Their inputs are asked of the vendor (:mod:`inputs`), so a row may name any other model. Names and prices: replicate.com, read 2026-11-20.
"""

from aitasks.providers.port import Model

MODELS = (
    Model(name="black-forest-labs/flux-schnell", steps=("imagine",), targets=("image",), limits={"count": 4}, cost=3_000),
    Model(name="stability-ai/stable-audio-2.5", steps=("imagine",), targets=("sound",)),
    Model(name="minimax/speech-02-turbo", steps=("imagine",), targets=("speech",)),
    Model(name="black-forest-labs/flux-kontext-pro", steps=("transform",), targets=("image",), cost=40_000),
    Model(name="openai/gpt-4o-mini", steps=("extract", "inspire", "intent2text", "transform"), targets=("text",)),
)
