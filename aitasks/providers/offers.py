"""Which model of a provider's row does a piece of work, and the front that rooms have in common.

It stands beside :mod:`port` so that steps, targets, limits and names mean the same in every room. Light: web processes import it, and no
vendor's SDK, which a room's modules bring along when the first work loads them.
"""

import importlib
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, ClassVar

from aitasks.providers.port import Access, Event, Model, Work, find_keeper
from common import errors


class NotServed(errors.Unsupported):
    """The router sent work here that ``serves`` would have refused."""

    def __init__(self, *, name: str, work: Work) -> None:
        super().__init__(f"{name} cannot do {work.step} to {work.target} with these parameters.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One row of a room's table: what is asked, and which of its modules does it."""

    step: str
    target: str
    sources: tuple[str, ...]
    """MIME patterns; ``""`` stands for no source."""
    module: str
    """Its ``run`` takes the access, the model's name and the work, and yields events."""
    family: str = ""
    """What sort of model it takes, where a vendor has several."""
    asks: bool = False
    """Whether a model has to name the step: not every one of the family does it."""
    cannot: tuple[str, ...] = ()
    """Parameters that it cannot honour: with one of them given, it does not do the work."""


class Front:
    """A row of a kind whose work is done method by method; implements ``aitasks.providers.port.Provider``."""

    kind: str
    methods: ClassVar[tuple[Method, ...]]

    def __init__(self, access: Access) -> None:
        self._access = access

    def serves(self, work: Work) -> bool:
        """Return whether one of the row's models does this step, from such a source, with these parameters."""
        return self._find(work) is not None

    def model(self, work: Work) -> str:
        """Return the model that was asked for by name, else the usual one; raises :class:`NotServed`."""
        return self._get(work)[1].name

    def run(self, work: Work) -> Generator[Event, None, None]:
        """Do the work, yielding events until done or closed; closing ends the request at the vendor at once."""
        method, model = self._get(work)
        yield from self.load(method.module).run(self._access, model.name, work)

    @classmethod
    def load(cls, module: str) -> Any:
        """Return a module of the room, which may need the vendor's SDK."""
        return importlib.import_module(f"aitasks.providers.{cls.kind}.{module}")

    @staticmethod
    def family_of(model: Model) -> str:  # noqa: ARG004 - read by the rooms whose vendors have several
        """Return the sort of a model; "" where the vendor has one sort."""
        return ""

    def _find(self, work: Work) -> tuple[Method, Model] | None:
        for method in list_methods(self.methods, work):
            if model := find_model(self._access.models, method, work, family_of=self.family_of):
                return method, model
        return None

    def _get(self, work: Work) -> tuple[Method, Model]:
        found = self._find(work)
        if found is None:
            raise NotServed(name=self._access.name, work=work)
        return found


def list_methods(methods: Iterable[Method], work: Work) -> list[Method]:
    """Return the methods that take the work's step, target, source type and parameters; none for a thread that is kept elsewhere."""
    source_type = work.source.type if work.source else ""
    return [
        method
        for method in methods
        if method.step == work.step
        and method.target == work.target
        and any(fnmatchcase(source_type, pattern) for pattern in method.sources)
        and all(work.parameters.get(name) is None for name in method.cannot)
        and not find_keeper(work)
    ]


def find_model(models: Iterable[Model], method: Method, work: Work, *, family_of: Callable[[Model], str]) -> Model | None:
    """Return the first model that the method takes and the work allows: the one that was named, else the usual one."""
    named = {name for name in (work.model, work.parameters.get("model")) if name}
    for model in models:
        if (
            named <= {model.name}
            and (work.step in model.steps or not (model.steps or method.asks))
            and (not model.targets or work.target in model.targets)
            and method.family in {"", family_of(model)}
            and _is_within(model.limits, work.parameters)
        ):
            return model
    return None


def _is_within(limits: Mapping[str, int], parameters: Mapping[str, Any]) -> bool:
    asked = ((parameters.get(name), most) for name, most in limits.items())
    return all(value <= most for value, most in asked if isinstance(value, int | float))
