"""Who can do a piece of work, with which of its models, and why the others cannot: by what the work needs and nothing that passes.

Whether a provider is busy, slow or failing is no question here, so that a call is refused at once only if nobody could ever do it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from aitasks.providers import port
from aitasks.routing.offers import Offer, forget_offers, list_offers
from common import errors


class NoProvider(errors.Unsupported):
    """Nobody can do this combination of step, target, types and parameters."""

    def __init__(self, work: port.Work) -> None:
        source = f" from {work.source.type}" if work.source and work.source.type else ""
        super().__init__(f"No provider can do {work.step}{source} to {work.target} with these parameters.")


class UnknownModel(errors.Unsupported):
    """The call names a model that nobody here has for such work."""

    def __init__(self, work: port.Work) -> None:
        super().__init__(
            f"No provider here has a model {work.model} that can do {work.step} to {work.target} with these parameters. "
            "Leave model out, and the platform chooses."
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A provider that can do the work; ``model`` is the one of its row's models to use, empty where it chooses by itself."""

    offer: Offer
    provider: port.Provider
    model: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A provider that was not asked, and why, in words for staff."""

    name: str
    reason: str


class _Unfit(Exception):
    """Why an offer cannot do the work."""


def fit(work: port.Work, *, must_have_model: bool = True) -> tuple[list[Candidate], list[LeftOut]]:
    """Return who can do ``work``, in no order, and who cannot and why; raises :class:`NoProvider` and :class:`UnknownModel`.

    ``must_have_model`` is off for a pipeline's earlier steps, where a model asked for is used if somebody has it for them.
    """
    try:
        return _fit(work, must_have_model=must_have_model)
    except (NoProvider, UnknownModel):
        # Who was asked may have come within the last second, and be known to the process that took the call.
        forget_offers()
        return _fit(work, must_have_model=must_have_model)


def _fit(work: port.Work, *, must_have_model: bool) -> tuple[list[Candidate], list[LeftOut]]:
    able, left_out = _sort(work, list_offers())
    if not able and work.model:
        able, others = _sort(replace(work, model=""), list_offers())
        if able and must_have_model:
            raise UnknownModel(work)
        left_out = others
    if not able:
        raise NoProvider(work)
    return able, left_out


def check_can_do(works: Sequence[port.Work]) -> None:
    """Raise unless somebody can do each of a feature's steps; a model asked for must be one for the last."""
    for work in works:
        fit(work, must_have_model=work is works[-1])


def _sort(work: port.Work, offers: Iterable[Offer]) -> tuple[list[Candidate], list[LeftOut]]:
    able, left_out = [], []
    for offer in offers:
        try:
            able.append(_find_candidate(offer, work))
        except _Unfit as unfit:
            left_out.append(LeftOut(offer.name, str(unfit)))
    return able, left_out


def _find_candidate(offer: Offer, work: port.Work) -> Candidate:
    provider = offer.provider
    if provider is None or offer.problem:
        raise _Unfit(offer.problem)
    if port.find_keeper(work) not in {"", provider.kind}:
        raise _Unfit("the conversation is kept by another")
    if not offer.models:
        if not provider.serves(replace(work, model="")):
            raise _Unfit(_cannot(work))
        if work.model and provider.model(replace(work, model="")) != work.model:
            raise _Unfit(f"has no model {work.model}")
        return Candidate(offer, provider, "")
    return Candidate(offer, provider, _find_model(offer, provider, work))


def _find_model(offer: Offer, provider: port.Provider, work: port.Work) -> str:
    """Return the first of the row's models that can do the work."""
    reason = f"has no model {work.model}" if work.model else _cannot(work)
    for model in offer.models:
        if work.model and model.name != work.model:
            continue
        if (model.steps and work.step not in model.steps) or (model.targets and work.target not in model.targets):
            reason = _cannot(work) if work.model else reason
            continue
        if over := _find_exceeded(model, work):
            reason = f"{over} is more than {model.name} does ({model.limits[over]} at most)"
            continue
        if provider.serves(replace(work, model=model.name)):
            return model.name
        reason = _cannot(work)
    raise _Unfit(reason)


def _find_exceeded(model: port.Model, work: port.Work) -> str:
    for name, most in model.limits.items():
        asked = work.parameters.get(name)
        if isinstance(asked, int | float) and asked > most:
            return name
    return ""


def _cannot(work: port.Work) -> str:
    source = f" from {work.source.type}" if work.source and work.source.type else ""
    return f"does no {work.step}{source} to {work.target}"
