"""The provider of ``noop``."""

from collections.abc import Iterator

from aitasks.providers.port import Event, Media, Output, Usage, Work


class Noop:
    """Answers with the prompt at once."""

    kind = "noop"

    def serves(self, work: Work) -> bool:
        """Return whether the step is ours."""
        return work.step == "noop"

    def model(self, work: Work) -> str:
        """Return a name."""
        return "noop-1"

    def run(self, work: Work) -> Iterator[Event]:
        """Do nothing."""
        yield Usage(1)
        yield Output(0, Media(type="text/plain", text=work.prompt))


PROVIDERS = (Noop(),)
