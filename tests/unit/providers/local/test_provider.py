"""The provider's front: what it serves, what it calls itself, what it costs to import."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aitasks.providers.local import Local
from aitasks.providers.local.provider import CAPABILITIES, NotServed
from aitasks.providers.port import Media, Work
from common.errors import Kind

HEAVY = ("numpy", "PIL", "av", "onnxruntime", "rapidocr", "pypdf", "espeakng_loader")


def make(step: str, target: str, source_type: str) -> Work:
    source = Media(type=source_type, path=Path("/nowhere")) if source_type else None
    return Work(step=step, source=source, prompt="", negative="", target=target, parameters={}, folder=Path("/nowhere"))


@pytest.mark.clause("P-3.4")
@pytest.mark.parametrize(
    ("step", "target", "source_type", "model"),
    [
        ("imagine", "image", "", "local-image-1"),
        ("imagine", "sound", "", "local-sound-1"),
        ("imagine", "speech", "", "local-speech-1"),
        ("imagine", "video", "", "local-video-1"),
        ("imagine", "video", "image/png", "local-video-1"),
        ("inspire", "text", "text/plain", "local-answer-1"),
        ("extract", "text", "image/png", "local-extract-image-1"),
        ("extract", "text", "application/pdf", "local-extract-document-1"),
        ("extract", "text", "text/html", "local-extract-document-1"),
        ("extract", "text", "audio/mpeg", "local-extract-sound-1"),
        ("transform", "image", "image/webp", "local-transform-image-1"),
        ("transform", "text", "text/markdown", "local-transform-text-1"),
        ("text2intent", "text", "", "local-intent-1"),
        ("intent2text", "text", "text/plain", "local-text-1"),
        ("tell2text", "speech", "", "local-text-1"),
        ("text2speech", "speech", "text/plain", "local-speech-1"),
    ],
)
def test_serves_and_names_its_method(step: str, target: str, source_type: str, model: str) -> None:
    work = make(step, target, source_type)
    assert Local().serves(work) is True
    assert Local().model(work) == model


@pytest.mark.parametrize(
    ("step", "target", "source_type"),
    [
        ("imagine", "video", "image/svg+xml"),
        ("imagine", "image", "image/png"),
        ("extract", "text", "image/svg+xml"),
        ("transform", "text", "image/png"),
        ("transform", "image", "text/plain"),
        ("transform", "image", "image/svg+xml"),
        ("nothing", "text", ""),
    ],
)
def test_refuses_what_it_cannot_do(step: str, target: str, source_type: str) -> None:
    work = make(step, target, source_type)
    assert Local().serves(work) is False
    with pytest.raises(NotServed) as refused:
        list(Local().run(work))
    assert refused.value.kind is Kind.UNSUPPORTED


def test_web_processes_stay_light() -> None:
    """Features and the provider's front are imported by every process; what draws and reads is not."""
    script = f"import sys, aitasks.features, aitasks.providers.local; print([name for name in {HEAVY!r} if name in sys.modules])"
    reply = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert reply.stdout == "[]\n"


def test_every_capability_has_a_module() -> None:
    folder = Path(sys.modules[Local.__module__].__file__ or "").parent
    assert [method.module for method in CAPABILITIES if not (folder / f"{method.module.replace('.', '/')}.py").is_file()] == []


def test_a_closed_generator_ends_the_work(make_work: Callable[..., Work]) -> None:
    events = Local().run(make_work("imagine", "image", "a forest at night", count=4))
    next(events)
    events.close()
    assert list(events) == []
