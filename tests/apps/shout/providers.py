"""The provider of ``shout``; it keeps the work that it was given, so that a test can see what a provider gets to know."""

from collections.abc import Iterator

from aitasks.providers.port import Delta, Event, Media, Output, Progress, Usage, Work


class Shouter:
    """Says it in capitals."""

    kind = "shouter"

    def __init__(self) -> None:
        self.works: list[Work] = []

    def serves(self, work: Work) -> bool:
        """Return whether this is a shout."""
        return work.step == "shout"

    def model(self, work: Work) -> str:
        """Return how loud it is."""
        return f"loud-{work.parameters['marks']}"

    def run(self, work: Work) -> Iterator[Event]:
        """Shout."""
        self.works.append(work)
        text = work.prompt.upper() + "!" * work.parameters["marks"]
        yield Progress(50)
        yield Delta(text)
        yield Output(0, Media(type="text/plain", text=text))
        yield Usage(1)
        yield Progress(100)


PROVIDERS = (Shouter(),)
