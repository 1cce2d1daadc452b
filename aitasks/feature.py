"""What a feature is: one declaration from which routes, validation, schema, price and playground follow (P-1.5).

A feature is declared once, in a ``features`` module or package of any installed app, and found there at start. Nothing here touches
the database or a request.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

MODEL = "model"
MODEL_CHARACTERS_MAX = 100


class Parameters(BaseModel):
    """A feature's own parameters: limits in the fields, unknown ones refused.

    A field that only some targets use says so with ``json_schema_extra={"targets": ["image"]}``; given for another target it is refused.
    Field names are lowerCamelCase (A-1.5), as on the wire. Each has a default and a ``description``. ``model`` is everywhere (P-1.4) and is
    read by the router alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(default="", max_length=MODEL_CHARACTERS_MAX, description="Ask for a model by name; left out, the platform chooses.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a caller asked of a feature, validated: enough to price it."""

    source_type: str
    """MIME type of the source, or ``""`` without one."""
    source_characters: int
    """Length of a source given as text; 0 for files."""
    prompt: str
    negative: str
    target: str
    parameters: Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """``credits`` for every ``per`` units or part of them; rows in the admin override it by version.

    ``units_max`` gives the most units that a call can use: what the hold reserves (A-4.1).
    """

    credits: int
    per: int
    unit: str
    units_max: Callable[[Call], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a pipeline (P-1.3); ``share`` is its part of the progress bar, relative to the other steps."""

    name: str
    share: int = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Feature:
    """An AI API (P-1.5). The declaration is the documentation: ``summary`` and ``examples`` appear in the schema and the playground."""

    name: str
    title: str
    summary: str
    parameters: type[Parameters]
    prices: Mapping[str, Price]
    """By target type; its keys are the targets that the feature makes, the first is the default."""
    sources: tuple[str, ...] = ()
    """MIME patterns of the source (``text/*``, ``image/png``); empty: the feature takes none."""
    source_required: bool = False
    source_text_is_prompt: bool = False
    """A text given as the source is an idea: the prompt begins with it, and the work has no source."""
    prompt_required: bool = False
    prompt_characters_max: int = 4_000
    """0: it takes no prompt, and refuses one."""
    source_characters_max: int = 200_000
    steps: tuple[Step, ...] = ()
    """Empty: one step that carries the feature's name."""
    long_running: bool = False
    """True: a call answers 202 at once; false: it waits a little for the result (P-2.3)."""
    streams: tuple[str, ...] = ()
    """Targets for which ``stream: true`` sends text as it is generated (P-2.5)."""
    examples: tuple[Mapping[str, Any], ...] = ()
    """Whole request bodies that work as they stand."""
    public: bool = True
    """False: it has no route and is in no list; only code of the house calls it (chat)."""
