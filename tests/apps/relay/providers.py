"""The providers of ``relay``: one for each step."""

import os
from collections.abc import Iterator
from pathlib import Path

from aitasks.providers.port import Event, Media, Output, Progress, StepResult, Usage, Work
from tests.apps.slow.providers import end_badly

STEPS = ("relay-plan", "relay-make", "relay-sign")


class Runner:
    """Does one of the steps: delivers a text with what the steps before have left, and leaves its own."""

    def __init__(self, step: str) -> None:
        self.kind = f"{step}er"
        self._step = step

    def serves(self, work: Work) -> bool:
        """Return whether this is the runner's step."""
        return work.step == self._step

    def model(self, work: Work) -> str:
        """Return a name."""
        return f"{self._step}-1"

    def run(self, work: Work) -> Iterator[Event]:
        """Do the step."""
        called = note(work)
        yield Progress(50)
        if self._step == "relay-make" and called <= work.parameters["fails"]:
            end_badly(work.parameters["how"])
        before = [work.context[step]["said"] for step in STEPS if step in work.context]
        yield Usage(1)
        yield Output(STEPS.index(self._step), Media(type="text/plain", text=" ".join([*before, self._step])))
        yield StepResult({"said": self._step})


def note(work: Work) -> int:
    """Add a line for this call, and return how many there are of its step; one without a journal."""
    journal = Path(work.parameters["journal"] or os.devnull)
    with journal.open("a") as file:
        file.write(f"{work.step}\n")
    return max(1, journal.read_text().splitlines().count(work.step))


PROVIDERS = tuple(Runner(step) for step in STEPS)
