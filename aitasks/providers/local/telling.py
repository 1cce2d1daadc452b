"""``tell2text``: the first step of ``tell``. Writes what is wanted by the rules of ``text2text``, whole, for the next step to speak."""

from collections.abc import Iterator

from aitasks.providers.local import intents, texts, writing
from aitasks.providers.port import Event, Media, Output, Progress, StepResult, Usage, Work


def run(work: Work) -> Iterator[Event]:
    """Write the text; it is the first result, and what the next step speaks."""
    yield Progress(5)
    wish, material = intents.split(work.prompt, texts.read_text(work.source) if work.source else "")
    intent = writing.Intent(name=intents.classify(wish, material), wish=wish, material=material, count=intents.read_count(wish))
    text = "".join(writing.WRITERS[intent.name](intent))[: int(work.parameters["maxCharacters"])]
    yield Output(0, Media(type="text/plain", text=text))
    yield StepResult({"text": text})
    yield Progress(100)
    # The price is by the second of speech: what is written costs nothing by itself.
    yield Usage(0)
