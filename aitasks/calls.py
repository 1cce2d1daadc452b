"""A call as it comes in (P-2.1): one model for each feature, from which validation, JSON Schema and the OpenAPI document follow.

Nothing here touches the database or the network.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, StrictBool, ValidationError, create_model

from aitasks.feature import MODEL, Call, Feature, Parameters
from aitasks.source_refs import CallInvalid, Source, SourceRef, SourceTooLong, Strict, Text, TypeOf, empty_for_null, read_source
from common.fetch import UrlRefused, check_push_url
from tasks.states import News

UNKNOWN_TYPE = "application/octet-stream"
ENVELOPE = ("source", "prompts", "target", "stream", "webhook", "webhookEvents")
WEBHOOK_CHARACTERS_MAX = 2_000


class Prompts(Strict):
    """What to do, and what to avoid."""

    prompt: Text = ""
    negative: Text = ""


class Target(Strict):
    """What to make; may be left out where the feature makes one thing."""

    type: Text = ""


@dataclass(frozen=True, slots=True)
class ParsedCall:
    """A call that passed validation: what to price, where its source is, how to answer."""

    call: Call
    source: SourceRef | None
    stream: bool
    digest: str
    webhook: dict[str, Any] | None
    """Where its owner hears of the task, and of what: ``{"url", "events"}``."""


@cache
def request_model(feature: Feature) -> type[BaseModel]:
    """Return the model of a whole request body of ``feature``."""
    names: Any = Literal["", *feature.prices]
    target: Any = create_model(f"{feature.title}Target", __base__=Target, type=(Annotated[names, BeforeValidator(empty_for_null)], ""))
    fields: dict[str, Any] = {
        "source": (Source | None, Field(default=None, description="What to work on.")),
        "prompts": (Prompts | None, Field(default=None, description="What to do.")),
        "target": (target | None, Field(default=None, description="What to make.")),
        "stream": (StrictBool | None, Field(default=False, description="Send the reply as server-sent events.")),
        "webhook": (Text, Field(default="", max_length=WEBHOOK_CHARACTERS_MAX, description="An https URL that is told what happens.")),
        "webhookEvents": (list[News], Field(default=[], max_length=len(News), description="What it is told; its end, if left out.")),
    }
    return create_model(f"{feature.title}Call", __base__=feature.parameters, **fields)


@cache
def request_schema(feature: Feature) -> dict[str, Any]:
    """Return the JSON Schema of a request body of ``feature``."""
    schema = request_model(feature).model_json_schema()
    # What few ask for comes last, also in the forms that are made from this.
    schema["properties"][MODEL] = schema["properties"].pop(MODEL)
    prompts = schema["$defs"]["Prompts"]
    prompts["title"] = f"{feature.title} prompts"
    for prompt in prompts["properties"].values():
        prompt["maxLength"] = feature.prompt_characters_max
    return schema


def parse_call(feature: Feature, body: Mapping[str, Any], *, type_of: TypeOf) -> ParsedCall:
    """Return the validated call; ``type_of`` tells the type of a stored file.

    Raises :class:`CallInvalid`, :class:`FormatUnsupported`, :class:`SourceTooLong`, and what ``type_of`` raises.
    """
    try:
        # Null means left out, as in protobuf's JSON.
        model: Any = request_model(feature).model_validate({name: value for name, value in body.items() if value is not None})
    except ValidationError as error:
        raise CallInvalid("The call is not valid", details=_details(error)) from None
    source = read_source(feature, model.source or Source(), type_of)
    source, prompts = _join_idea(feature, source, model.prompts or Prompts())
    given = {name: value for name, value in body.items() if name not in ENVELOPE and value is not None}
    target = _target(feature, model.target.type if model.target else "", source)
    _check_prompt(feature, prompts)
    _check_applicable(feature, given, target)
    stream = bool(model.stream)
    if stream and target not in feature.streams:
        raise CallInvalid(f"{feature.name} to {target} cannot stream. Leave stream out, and follow the task's events instead.")
    call = Call(
        source_type=(source.declared_type or UNKNOWN_TYPE) if source else "",
        source_characters=len(source.text) if source and source.text else 0,
        prompt=prompts.prompt,
        negative=prompts.negative,
        target=target,
        parameters=parse_parameters(feature, given),
    )
    return ParsedCall(call, source, stream, _digest(feature, body), _webhook(model.webhook, model.webhookEvents))


def parse_parameters(feature: Feature, given: Mapping[str, Any]) -> Parameters:
    """Return the feature's own parameters with defaults filled in."""
    return feature.parameters.model_validate(dict(given))


def _details(error: ValidationError) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        found.setdefault(".".join(map(str, problem["loc"])) or "body", []).append(problem["msg"].removeprefix("Value error, "))
    return found


def _target(feature: Feature, asked: str, source: SourceRef | None) -> str:
    """Return the target: what was asked for, else what fits the source's family, else the feature's first."""
    if asked:
        return asked
    family = source.declared_type.split("/")[0] if source else ""
    return family if family in feature.prices else next(iter(feature.prices))


def _join_idea(feature: Feature, source: SourceRef | None, prompts: Prompts) -> tuple[SourceRef | None, Prompts]:
    """Return source and prompts with a text source as the beginning of the prompt, where the feature has it so."""
    if not feature.source_text_is_prompt or source is None or source.text is None:
        return source, prompts
    return None, prompts.model_copy(update={"prompt": f"{source.text}\n{prompts.prompt}".strip()})


def _webhook(url: str, events: list[News]) -> dict[str, Any] | None:
    """Return what the task keeps of its webhook; where an https name leads is looked up when something is sent."""
    if not url:
        if events:
            raise CallInvalid("The call is not valid", details={"webhookEvents": ["Needs webhook, the URL to tell."]})
        return None
    try:
        check_push_url(url=url)
    except UrlRefused as error:
        raise CallInvalid("The call is not valid", details={"webhook": [error.message]}) from None
    wanted = set(events) or {News.COMPLETED}
    return {"url": url, "events": [news.value for news in News if news in wanted]}


def _check_prompt(feature: Feature, prompts: Prompts) -> None:
    if feature.prompt_required and not prompts.prompt.strip():
        raise CallInvalid(f"{feature.name} needs a prompt", details={"prompts.prompt": ["Must not be empty."]})
    for name in ("prompt", "negative"):
        if getattr(prompts, name) and not feature.prompt_characters_max:
            raise CallInvalid(f"{feature.name} takes no prompt", details={f"prompts.{name}": ["Leave it out."]})
        if len(getattr(prompts, name)) > feature.prompt_characters_max:
            raise SourceTooLong(f"prompts.{name} is longer than {feature.prompt_characters_max} characters.")


def _check_applicable(feature: Feature, given: Mapping[str, Any], target: str) -> None:
    for name, value in given.items():
        only = parameter_targets(feature, name)
        # Generated clients send every default along: that asks for nothing.
        if only and target not in only and value != feature.parameters.model_fields[name].default:
            raise CallInvalid(f"{name} does not apply to {target}", details={name: [f"Only for {', '.join(only)}."]})


def parameter_targets(feature: Feature, name: str) -> tuple[str, ...]:
    """Return the targets that a parameter is for; empty: all of them."""
    extra = feature.parameters.model_fields[name].json_schema_extra
    return tuple(extra.get("targets", ())) if isinstance(extra, dict) else ()  # type: ignore[arg-type]  # JSON, typed loosely by pydantic


def _digest(feature: Feature, body: Mapping[str, Any]) -> str:
    canonical = json.dumps([feature.name, body], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
