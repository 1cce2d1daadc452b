"""What tests of the embedded provider speak in: what a piece of work yielded, what it would cost at most, a text as a source."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aitasks.feature import Call, Feature
from aitasks.features import FEATURES
from aitasks.providers.port import Delta, Event, Media, Output, Progress, StepResult, Usage, Work


@dataclass(frozen=True)
class Done:
    """Everything that a piece of work yielded."""

    events: list[Event]

    @property
    def progress(self) -> list[float]:
        return [event.percent for event in self.events if isinstance(event, Progress)]

    @property
    def outputs(self) -> list[Output]:
        return [event for event in self.events if isinstance(event, Output)]

    @property
    def text(self) -> str:
        text = self.outputs[-1].media.text
        assert text is not None
        return text

    @property
    def streamed(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, Delta))

    @property
    def units(self) -> int:
        return [event.units for event in self.events if isinstance(event, Usage)][-1]

    @property
    def result(self) -> Mapping[str, Any]:
        return [event.data for event in self.events if isinstance(event, StepResult)][-1]

    @property
    def bytes(self) -> bytes:
        return get_path(self.outputs[-1]).read_bytes()


def get_path(output: Output) -> Path:
    """Return where an output's file is."""
    assert output.media.path is not None
    return output.media.path


def find_feature(name: str) -> Feature:
    """Return a feature by its name."""
    return next(feature for feature in FEATURES if feature.name == name)


def count_units_max(work: Work, feature: str) -> int:
    """Return what would be held for this work."""
    declared = find_feature(feature)
    call = Call(
        source_type=work.source.type if work.source else "",
        source_characters=len(work.source.text or "") if work.source else 0,
        prompt=work.prompt,
        negative=work.negative,
        target=work.target,
        parameters=declared.parameters(**work.parameters),
    )
    return declared.prices[work.target].units_max(call)


def text(content: str, kind: str = "text/plain") -> Media:
    """Return a text as a source."""
    return Media(type=kind, text=content)
