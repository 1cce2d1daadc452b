"""``text2speech``: the second step of ``tell``. Speaks what the first step wrote; the sound is the second result."""

from collections.abc import Iterator
from dataclasses import replace

from aitasks.features.tell import WRITE
from aitasks.providers.local import speech
from aitasks.providers.local.errors import SourceMissing
from aitasks.providers.port import Event, Output, Work


def run(work: Work) -> Iterator[Event]:
    """Speak the text, as ``imagine`` speaks its prompt."""
    text = str((work.context.get(WRITE) or {}).get("text", ""))
    if not text.strip():
        raise SourceMissing("There is nothing to say: no text was written.")
    for event in speech.run(replace(work, prompt=text)):
        yield Output(1, event.media) if isinstance(event, Output) else event
