"""Which model of a row does what: by what the row says, else by the model's name."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from aitasks.providers.offers import NotServed
from aitasks.providers.openai import KIND, OpenAI, describe_model
from aitasks.providers.openai.models import EMBEDDING, HEARING, IMAGE, MODELS, SPEECH, TEXT, family_of
from aitasks.providers.port import Access, Media, Model, Work

MakeWork = Callable[..., Work]
PICTURE, SOUND, WORDS = Media(type="image/png"), Media(type="audio/mpeg"), Media(type="text/plain", text="So it is.")
pytestmark = pytest.mark.clause("P-3.1", "P-3.2")


def test_kind() -> None:
    assert (KIND.name, KIND.title, KIND.needs_credential) == ("openai", "OpenAI", False)
    assert (KIND.credential_variable, KIND.base_url_variable) == ("OPENAI_API_KEY", "OPENAI_BASE_URL")
    assert KIND.models == MODELS


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("gpt-5.4-mini", TEXT),
        ("llama3.2", TEXT),
        ("gpt-image-2", IMAGE),
        ("stable-diffusion-3.5", IMAGE),
        ("gpt-4o-mini-tts", SPEECH),
        ("hexgrad/Kokoro-82M", SPEECH),
        ("gpt-transcribe", HEARING),
        ("Systran/faster-whisper-small", HEARING),
        ("text-embedding-3-small", EMBEDDING),
        ("nomic-embed-text", EMBEDDING),
    ],
)
def test_sorts_by_name(name: str, family: str) -> None:
    assert family_of(Model(name=name)) == family


def test_sort_by_what_is_made() -> None:
    assert family_of(Model(name="nova", targets=("image",))) == IMAGE
    assert family_of(Model(name="nova", targets=("speech",))) == SPEECH
    assert family_of(Model(name="nova", targets=("vector",))) == EMBEDDING


def test_known_models_are_described() -> None:
    assert describe_model("gpt-image-2") == MODELS[1]
    assert describe_model("llama3.2") == Model(name="llama3.2")


@pytest.mark.parametrize(
    ("step", "target", "source", "model"),
    [
        ("chat", "text", None, "gpt-5.4-mini"),
        ("inspire", "text", WORDS, "gpt-5.4-mini"),
        ("intent2text", "text", None, "gpt-5.4-mini"),
        ("transform", "text", WORDS, "gpt-5.4-mini"),
        ("extract", "text", PICTURE, "gpt-5.4-mini"),
        ("extract", "text", SOUND, "gpt-transcribe"),
        ("imagine", "image", None, "gpt-image-2"),
        ("transform", "image", PICTURE, "gpt-image-2"),
        ("imagine", "speech", None, "gpt-4o-mini-tts"),
        ("embed", "vector", WORDS, "text-embedding-3-small"),
    ],
)
def test_usual_models_do_every_step(
    access: Access, make_work: MakeWork, *, step: str, target: str, source: Media | None, model: str
) -> None:
    provider = KIND.connect(replace(access, models=KIND.models))
    work = make_work(step, target=target, source=source)
    assert provider.serves(work) is True
    assert provider.model(work) == model


@pytest.mark.parametrize(
    ("step", "target", "source"),
    [
        ("imagine", "sound", None),
        ("imagine", "video", None),
        ("text2intent", "text", None),
        ("transform", "image", Media(type="image/tiff")),
        ("extract", "text", Media(type="application/pdf")),
        ("extract", "text", Media(type="audio/aac")),
        ("extract", "text", WORDS),
    ],
)
def test_what_is_left_to_others(access: Access, make_work: MakeWork, *, step: str, target: str, source: Media | None) -> None:
    provider = OpenAI(replace(access, models=KIND.models))
    work = make_work(step, target=target, source=source)
    assert provider.serves(work) is False
    with pytest.raises(NotServed) as refused:
        list(provider.run(work))
    assert refused.value.message == f"fake cannot do {step} to {target} with these parameters."


def test_pictures_are_read_by_models_that_say_so(provider: OpenAI, wide: OpenAI, make_work: MakeWork) -> None:
    assert provider.serves(make_work("extract", source=PICTURE)) is False
    assert wide.serves(make_work("extract", source=PICTURE)) is True


def test_seeds_are_not_honoured_there(wide: OpenAI, make_work: MakeWork) -> None:
    assert wide.serves(make_work("imagine", target="image", seed=None)) is True
    assert wide.serves(make_work("imagine", target="image", seed=7)) is False


def test_limits_of_a_model(access: Access, make_work: MakeWork) -> None:
    small = OpenAI(replace(access, models=(Model(name="sd-image-test", limits={"count": 1}),)))
    assert small.serves(make_work("imagine", target="image", count=1)) is True
    assert small.serves(make_work("imagine", target="image", count=2)) is False


def test_router_names_the_model(provider: OpenAI, make_work: MakeWork) -> None:
    assert provider.model(make_work(named="gpt-test-mini")) == "gpt-test-mini"
    assert provider.serves(make_work(named="gpt-of-another-row")) is False
    assert provider.serves(make_work(named="gpt-test", model="gpt-test-mini")) is False
