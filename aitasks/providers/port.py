"""What a provider is: something that does one step of work and tells how it goes.

The core hands a :class:`Work` to a provider's ``run`` and reads events until the generator ends. A provider knows nothing of
tasks, accounts, credits or HTTP contracts. It raises ``common.errors``: ``Invalid``, ``Oversized`` or ``Unsupported`` when the
request itself is bad (the caller hears it), ``ProviderFailed`` when another attempt or provider may succeed.

The generator may be closed between two events (cancellation, a lost lease): providers clean up in ``finally``.

A step called ``chat`` continues a conversation. Its ``prompt`` is the new message, which is what counts as input; its ``context`` has

* ``thread``: ``{"provider": kind, "id": str}``, who keeps the history. Work of a thread that a vendor keeps goes to the provider of that
  kind and no other (see :mod:`threads`); of one that is ``local``, or without this, to any;
* ``messages``, where the history is ours: ``[{"role": "user" | "assistant", "content": str}, …]``, oldest first, the new message last.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

KEPT_HERE = "local"
"""The keeper of threads that no vendor keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One piece of input or output: a text, or a file on local disk. Exactly one of ``text`` and ``path`` is set."""

    type: str
    """MIME type, without parameters: ``text/plain``, ``image/png``."""
    text: str | None = None
    path: Path | None = None


def no_answer(reference: str) -> Mapping[str, Any] | None:
    """Return None: nobody has sent anything about the job ``reference``."""


def no_link() -> str:
    """Return an empty text: there is no link to the source."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One step to be done, complete in itself (P-1.2)."""

    step: str
    """Name of the step: the feature's name, or a pipeline step's (``text2intent``)."""
    source: Media | None
    prompt: str
    negative: str
    target: str
    """What to make: ``image``, ``sound``, ``speech``, ``text`` …"""
    parameters: Mapping[str, Any]
    """The feature's parameters, validated, defaults filled in."""
    folder: Path
    """A private folder for the provider's files; removed after the step."""
    context: Mapping[str, Any] = field(default_factory=dict)
    """JSON results of the pipeline's earlier steps, by step name; what the core was given beside the call, by its own."""
    model: str = ""
    """The model that the router chose among those of the provider's row; empty: the provider's usual one."""
    key: str = ""
    """The same for every attempt at this step of this task: what a vendor that knows idempotency keys is given."""
    resume: str = ""
    """The reference of the :class:`Job` that an earlier attempt with this provider reported; empty: begin anew."""
    find_answer: Callable[[str], Mapping[str, Any] | None] = no_answer
    """From a job's reference to what its vendor has pushed to us about it, or None."""
    make_source_link: Callable[[], str] = no_link
    """Makes a link by which a vendor can fetch the source for a while; empty where there is none, as for a text."""


def find_keeper(work: Work) -> str:
    """Return the kind of the provider that keeps the work's thread, or "" when the history is ours or there is none."""
    keeper = (work.context.get("thread") or {}).get("provider", KEPT_HERE)
    return "" if keeper == KEPT_HERE else str(keeper)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the step is, 0 to 100. Sent whenever it grows noticeably; the core drops what does not change the integer."""

    percent: float


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of text, in order, as it is generated."""

    text: str


@dataclass(frozen=True, slots=True)
class Output:
    """One finished result: number ``index`` (from 0) of those the call asked for."""

    index: int
    media: Media


@dataclass(frozen=True, slots=True)
class Usage:
    """Units of the feature's price delivered so far in this step (cumulative): images, seconds, characters."""

    units: int


@dataclass(frozen=True, slots=True)
class StepResult:
    """JSON for the pipeline's next step; not shown to the caller."""

    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """The vendor has taken the work as a job of its own.

    Stored before the next event is asked for, so that a later attempt goes on with it (``Work.resume``) instead of paying twice.
    """

    reference: str


Event = Progress | Delta | Output | Usage | StepResult | Job


class Provider(Protocol):
    """The seam. ``kind`` is the provider's folder under ``aitasks/providers``."""

    kind: str

    def serves(self, work: Work) -> bool:
        """Return whether this provider can do ``work`` at all; looks at step, target, types and parameters only."""

    def model(self, work: Work) -> str:
        """Return the name of the model or method that would do ``work``, shown to the caller."""

    def run(self, work: Work) -> Iterator[Event]:
        """Do the work, yielding events; the last ``Output`` events are the result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model that a provider's row offers, and for what."""

    name: str
    steps: tuple[str, ...] = ()
    """Names of the steps that it does; empty: every step that the kind knows."""
    targets: tuple[str, ...] = ()
    """What it makes; empty: whatever the kind makes in those steps."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """The most that a parameter may ask of it: ``{"count": 1, "seconds": 30}``."""
    cost: int = 0
    """What a unit costs the operator, in millionths of a dollar."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """What the model calls what it is given, where that is the operator's to say: ``{"duration": "seconds"}`` sends the parameter
    ``seconds`` as ``duration``. Empty: the kind's own names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One provider's row as its kind needs it: how to reach the vendor, as whom, and how long to wait."""

    name: str
    """The row's name; unique."""
    base_url: str
    """Empty: the vendor's own."""
    credential: str = field(repr=False)
    """Empty where the server asks for none."""
    models: tuple[Model, ...] = ()
    timeout_seconds: float = 60
    """How long the vendor may take until its reply begins, and how long a connection may be idle."""
    idle_seconds: float = 30
    """How long a stream may say nothing."""
    deadline_seconds: float = 600
    """How long the whole piece of work may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of provider: what its room declares as ``KIND``. A row in the admin makes one provider of it."""

    name: str
    """The folder's name: ``anthropic``."""
    title: str
    """The vendor's name, as people write it."""
    connect: Callable[[Access], Provider]
    """From a row's access to the provider; cheap, and opens no connection."""
    models: tuple[Model, ...] = ()
    """What a new row offers unless it says otherwise; the first model for a step and target is the usual one."""
    needs_credential: bool = True
    credential_variable: str = ""
    """The environment variable that seeds a row of this kind at the first start; empty: none does."""
    base_url_variable: str = ""
    """The environment variable that names another address."""
