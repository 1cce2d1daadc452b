"""Sounds and music from words, as MP3."""

from collections.abc import Generator

from aitasks.providers import jobs
from aitasks.providers.port import Access, Event, Work
from aitasks.providers.results import Delivery
from aitasks.providers.stability.generations import Generation, make_seed
from aitasks.providers.stability.models import PLACES


def run(access: Access, model: str, work: Work) -> Generator[Event, None, None]:
    """Make the sound with ``model``, yielding events."""
    generation = Generation(access, PLACES[model], work, form=write_form(work), accept="audio/*")
    yield from jobs.follow(generation, Delivery(work, access).take_files, access=access, resume=work.resume)


def write_form(work: Work) -> dict[str, str]:
    """Return the form's fields."""
    form = {"prompt": work.prompt, "duration": str(work.parameters["seconds"]), "output_format": "mp3"}
    if work.parameters.get("seed") is not None:
        form["seed"] = make_seed(int(work.parameters["seed"]))
    return form
