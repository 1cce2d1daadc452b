"""A call's source (P-2.1): how it is given, what type it has, where it lies. No database and no network."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from aitasks.feature import Feature
from common import errors
from common.fetch import check_url

TEXT = "text/plain"
MIME = re.compile(r"^[a-z0-9.+-]+/[a-z0-9.+*-]+$")
TypeOf = Callable[[UUID], str]
"""From a stored file's id to its MIME type; raises what its absence means."""


WAYS = "Give text, or src with a URL, a data: URI or a file id."


class CallInvalid(errors.Invalid):
    """A field of the call breaks a rule; ``details`` names it."""


class FormatUnsupported(errors.Unsupported):
    """The feature takes no such source, or makes no such target."""


class SourceTooLong(errors.Oversized):
    """The text is longer than the feature reads."""


def empty_for_null(value: Any) -> Any:
    """Return the empty text for null, which means left out (A-1.4)."""
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(empty_for_null)]


class Strict(BaseModel):
    """Unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Data(Strict):
    """A piece of content: ``text`` in place, or ``src``: a URL, a data: URI, or the id of an uploaded file."""

    type: Text = Field(default="", description="MIME type; may be left out where the content tells.")
    src: Text = Field(default="", description="An http(s) URL, a data: URI, or the id of an uploaded file.")
    text: Text = Field(default="", description="The text itself.")


class Source(Strict):
    """What to work on."""

    type: Text = Field(default="", description="Family of the content: text, image, document, sound.")
    data: Data = Field(default_factory=Data)


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Where the source is: exactly one of the four is set."""

    declared_type: str
    text: str | None = None
    data_uri: str | None = None
    url: str | None = None
    file_id: UUID | None = None


def read_source(feature: Feature, source: Source, type_of: TypeOf) -> SourceRef | None:
    """Return where the call's source is and of what type, as far as that is known without reading it.

    Raises :class:`CallInvalid`, :class:`FormatUnsupported`, :class:`SourceTooLong`, and what ``type_of`` raises.
    """
    data = source.data
    if data.text and data.src:
        raise CallInvalid("Give the source as text or as src, not both.", details={"source.data": ["text and src are both given."]})
    if not data.text and not data.src:
        if feature.source_required:
            raise CallInvalid(f"{feature.name} needs a source", details={"source.data": [WAYS]})
        return None
    if not feature.sources:
        raise CallInvalid(f"{feature.name} takes no source. Say what you want in prompts.prompt.", details={"source": ["Not used here."]})
    declared = data.type.split(";")[0].strip().lower()
    if declared and not MIME.match(declared):
        raise CallInvalid("The source's type is not a MIME type", details={"source.data.type": ["Must look like image/png."]})
    ref = _locate(declared, data, type_of)
    if ref.declared_type:
        check_format(feature, ref.declared_type)
    if ref.text is not None:
        check_length(feature, len(ref.text))
    return ref


def check_format(feature: Feature, content_type: str) -> None:
    """Raise :class:`FormatUnsupported` unless the feature reads sources of this MIME type."""
    if not any(fnmatch(content_type, pattern) for pattern in feature.sources):
        raise FormatUnsupported(f"{feature.name} does not read {content_type}. It reads {', '.join(feature.sources)}.")


def check_length(feature: Feature, characters: int) -> None:
    """Raise :class:`SourceTooLong` if the feature does not read so many characters."""
    if characters > feature.source_characters_max:
        raise SourceTooLong(f"The source has {characters} characters; {feature.name} reads at most {feature.source_characters_max}.")


def _locate(declared: str, data: Data, type_of: TypeOf) -> SourceRef:
    if data.text:
        return SourceRef(declared or TEXT, text=data.text)
    if data.src[:5].lower() == "data:":
        claimed = re.split("[;,]", data.src[5:80], maxsplit=1)[0].strip().lower()
        return SourceRef(declared or (claimed if MIME.match(claimed) else ""), data_uri=data.src)
    try:
        file_id = UUID(data.src)
    except ValueError:
        check_url(url=data.src)
        return SourceRef(declared, url=data.src)
    return SourceRef(type_of(file_id), file_id=file_id)
