"""Pictures: drawn from words, or changed. One request makes one picture, so several are made one after another, each told as it comes."""

from collections.abc import Generator

from aitasks.providers import jobs
from aitasks.providers.port import Access, Event, Work
from aitasks.providers.results import Delivery
from aitasks.providers.sizes import find_ratio
from aitasks.providers.stability.generations import Generation, make_seed
from aitasks.providers.stability.models import PLACES, Place

RATIOS = ("16:9", "1:1", "21:9", "2:3", "3:2", "4:5", "5:4", "9:16", "9:21")
FORMATS = {"image/jpeg": "jpeg", "image/webp": "webp"}
"""Of a changed picture: its own, else PNG."""


def run(access: Access, model: str, work: Work) -> Generator[Event, None, None]:
    """Make the pictures with ``model``, yielding events."""
    place = PLACES[model]
    delivery = Delivery(work, access)
    for number in range(int(work.parameters.get("count") or 1)):
        delivery.begin_job()
        generation = Generation(access, place, work, form=write_form(work, place, number), accept="image/*")
        yield from jobs.follow(generation, delivery.take_files, access=access, resume=work.resume if number == 0 else "")


def write_form(work: Work, place: Place, number: int) -> dict[str, str]:
    """Return the form's fields for picture ``number``."""
    form = {place.prompt: work.prompt, "output_format": FORMATS.get(work.source.type, "png") if work.source else "png"}
    if work.negative and place.takes_negative:
        form["negative_prompt"] = work.negative
    if work.parameters.get("seed") is not None:
        form["seed"] = make_seed(int(work.parameters["seed"]) + number)
    if size := work.parameters.get("size"):
        form["aspect_ratio"] = find_ratio(str(size), RATIOS)
    return form
