"""The provider of ``slow``: sleeps, counts its calls, and fails or kills its process when told to."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from aitasks.providers.port import Event, Media, Output, Progress, Usage, Work
from common import errors

TICKS = 5


class Overloaded(errors.ProviderFailed):
    """What passes by itself."""


class Refused(errors.Invalid):
    """What will never do."""


class Slow:
    """Does what the parameters of ``slow`` say."""

    kind = "slow"

    def serves(self, work: Work) -> bool:
        """Return whether this is our feature."""
        return work.step == "slow"

    def model(self, work: Work) -> str:
        """Return a name."""
        return "slow-1"

    def run(self, work: Work) -> Iterator[Event]:
        """Make the pieces: before each a few events of progress, with it what has been used."""
        is_doomed = count_call(work) <= work.parameters["fails"]
        pieces, seconds = work.parameters["pieces"], work.parameters["seconds"]
        for index in range(pieces):
            if is_doomed and index == work.parameters["after"]:
                end_badly(work.parameters["how"])
            for tick in range(TICKS if seconds else 0):
                time.sleep(seconds / pieces / TICKS)
                yield Progress(100 * (index + tick / TICKS) / pieces)
            yield Usage(index + 1)
            yield Output(index, Media(type="text/plain", text=f"{work.prompt} {index}"))


def count_call(work: Work) -> int:
    """Note this call, and return how many there have been for its prompt."""
    journal = Path(work.parameters["journal"] or os.devnull)
    with journal.open("a") as file:
        file.write(f"{work.prompt}\n")
    return journal.read_text().splitlines().count(work.prompt)


def end_badly(how: str) -> None:
    """Fail as a provider may."""
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "passing":
        raise Overloaded("The provider is busy.")
    if how == "refused":
        raise Refused("The provider does not do this.")
    raise RuntimeError("The provider's own mistake.")


PROVIDERS = (Slow(),)
