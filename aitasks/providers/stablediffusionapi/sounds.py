"""Sound effects from words, of 3 to 15 seconds."""

from collections.abc import Generator

from aitasks.providers import jobs
from aitasks.providers.port import Access, Event, Work
from aitasks.providers.results import Delivery
from aitasks.providers.stablediffusionapi.generations import Generation

SECONDS_MIN = 3
"""Shorter ones are not made: the caller is given more than asked, and charged for what was asked."""


def run(access: Access, model: str, work: Work) -> Generator[Event, None, None]:
    """Make the sound, yielding events."""
    body = {"prompt": work.prompt, "duration": max(SECONDS_MIN, int(work.parameters["seconds"]))}
    generation = Generation(access, path=f"voice/{model}", body=body)
    yield from jobs.follow(generation, Delivery(work, access).take_files, access=access, resume=work.resume)
