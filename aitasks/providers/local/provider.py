"""The embedded provider's front: which capability does a step, and the way there.

The capability modules import NumPy, PyAV or ONNX Runtime, which take up to a second and a hundred megabytes; :func:`_load` imports a module
when the first piece of work needs it, so that a web process that only asks ``serves`` or ``model`` never pays.
"""

import importlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol, cast

from aitasks.providers.port import Event, Work
from common import errors


class Capability(Protocol):
    """What a capability module offers."""

    def run(self, work: Work) -> Iterator[Event]:
        """Do the work, yielding events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One row of the table: what is asked, which module does it, and under which name."""

    step: str
    targets: tuple[str, ...]
    sources: tuple[str, ...]
    """MIME patterns; ``""`` stands for no source."""
    module: str
    model: str


IMAGES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/tiff")
SOUNDS = ("audio/*", "video/ogg", "application/ogg")
DOCUMENTS = ("application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "text/*")

CAPABILITIES = (
    Method(step="imagine", targets=("image",), sources=("",), module="pictures.studio", model="local-image-1"),
    Method(step="imagine", targets=("sound",), sources=("",), module="sounds.studio", model="local-sound-1"),
    Method(step="imagine", targets=("speech",), sources=("",), module="speech", model="local-speech-1"),
    Method(step="imagine", targets=("video",), sources=("", *IMAGES), module="videos.studio", model="local-video-1"),
    Method(step="inspire", targets=("text",), sources=("text/*",), module="answers", model="local-answer-1"),
    Method(step="extract", targets=("text",), sources=IMAGES, module="reading.images", model="local-extract-image-1"),
    Method(step="extract", targets=("text",), sources=SOUNDS, module="reading.sounds", model="local-extract-sound-1"),
    Method(step="extract", targets=("text",), sources=DOCUMENTS, module="reading.documents", model="local-extract-document-1"),
    Method(step="transform", targets=("image",), sources=IMAGES, module="edits.images", model="local-transform-image-1"),
    Method(step="transform", targets=("text",), sources=("text/*",), module="edits.texts", model="local-transform-text-1"),
    Method(step="text2intent", targets=("text",), sources=("", "text/*"), module="intents", model="local-intent-1"),
    Method(step="intent2text", targets=("text",), sources=("", "text/*"), module="writing", model="local-text-1"),
    Method(step="tell2text", targets=("speech",), sources=("", "text/*"), module="telling", model="local-text-1"),
    Method(step="text2speech", targets=("speech",), sources=("", "text/*"), module="aloud", model="local-speech-1"),
    Method(step="embed", targets=("vector",), sources=("text/*",), module="vectors", model="local-vector-1"),
    Method(step="chat", targets=("text",), sources=("",), module="conversation", model="local-chat-1"),
)


class NotServed(errors.Unsupported):
    """The router sent work here that ``serves`` would have refused."""


class Local:
    """The provider that every installation has; implements ``aitasks.providers.port.Provider``."""

    kind = "local"

    def serves(self, work: Work) -> bool:
        """Return whether a capability takes this step, target and source type; SVG is never read."""
        return _find_method(work) is not None

    def model(self, work: Work) -> str:
        """Return the capability's name, such as ``local-image-1``."""
        return _get_method(work).model

    def run(self, work: Work) -> Generator[Event, None, None]:
        """Do the work, yielding events until done or closed; raises ``NotServed`` for what ``serves`` refuses."""
        yield from _load(_get_method(work).module).run(work)


def _find_method(work: Work) -> Method | None:
    source_type = work.source.type if work.source else ""
    for method in CAPABILITIES:
        if method.step == work.step and work.target in method.targets and any(fnmatchcase(source_type, each) for each in method.sources):
            return method
    return None


def _get_method(work: Work) -> Method:
    method = _find_method(work)
    if method is None:
        source_type = work.source.type if work.source else "nothing"
        raise NotServed(f'The local provider cannot do "{work.step}" from {source_type} to {work.target}.')
    return method


def _load(module: str) -> Capability:
    return cast(Capability, importlib.import_module(f"aitasks.providers.local.{module}"))
