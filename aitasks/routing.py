"""Which provider does a piece of work (P-1.4): the first, in order, that says it can."""

from aitasks import registry
from aitasks.providers.port import Provider, Work, find_keeper
from common import errors


class NoProvider(errors.Unsupported):
    """Nobody can do this combination of step, target, types and parameters."""

    def __init__(self, work: Work) -> None:
        source = f" from {work.source.type}" if work.source and work.source.type else ""
        super().__init__(f"No provider can do {work.step}{source} to {work.target} with these parameters.")


def choose_provider(work: Work) -> Provider:
    """Return the provider for ``work``; raises :class:`NoProvider`. A thread that a vendor keeps goes on with that vendor alone."""
    keeper = find_keeper(work)
    for provider in registry.all_providers():
        if keeper in {"", provider.kind} and provider.serves(work):
            return provider
    raise NoProvider(work)
