"""An OpenAI of our own: chat completions, conversations with responses, threads with runs, images, speech, transcriptions, embeddings.

It keeps what it is told, as the vendor does, and answers with :attr:`FakeOpenAI.reply`, a word at a time. How it goes wrong is said in
:mod:`tests.fakes.vendor`; of its own it knows ``filter`` (stops for the content) and ``failed`` (a reply that failed).
``tests/services/test_openai_reference.py`` holds its replies against the vendor's own description.
"""

import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from aitasks import registry, routing
from aitasks.providers.openai import describe_model
from aitasks.providers.port import Access
from tests.fakes.openai import completions, embeddings, images, responses, sounds
from tests.fakes.openai.threads import Threads
from tests.fakes.openai.wire import error_body
from tests.fakes.vendor import Answer, FakeVendor, Json, Received, Refused, Replied, Sse, Trouble

__all__ = ["FakeOpenAI", "Replied"]

KEY = "sk-test-of-the-fake"
MODELS = ("gpt-test", "gpt-test-mini")
OTHER_MODELS = (
    "gpt-image-test",
    "sd-image-test",
    "gpt-test-tts",
    "gpt-test-transcribe",
    "whisper-test",
    "text-embedding-3-test",
    "nomic-embed-test",
)
"""The models of other sorts; ``sd-…``, ``whisper-…`` and ``nomic-…`` as servers of others have them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request on its way to the part of the fake that answers it."""

    fake: "FakeOpenAI"
    names: tuple[str, ...]
    body: dict[str, Any]
    query: Mapping[str, str]
    problem: str


class FakeOpenAI(FakeVendor):
    """The running server. Use as a context manager, or through the ``openai_server`` fixture.

    Of ``images_max`` and ``images_extra`` it makes no more, and so many more, than asked; ``only_links``: it replies with
    links alone. A ``vector`` is what it replies with, whatever is asked.
    """

    def __init__(self, *, certificate: ssl.SSLContext | None = None) -> None:
        super().__init__(certificate=certificate)
        self.reply = "All is well here today."
        self.image = images.draw(64, 64)
        self.images_max = 10
        self.images_extra = 0
        self.only_links = False
        self.sound_seconds = 1.5
        self.vector: Any = None
        self.conversations = responses.Conversations()
        self.threads = Threads()

    @property
    def base_url(self) -> str:
        """Return what ``OPENAI_BASE_URL`` would be."""
        return f"{self.root_url}/v1"

    def give_access(self, **facts: Any) -> Access:
        """Return access to it, with patience for a machine that is busy."""
        given: dict[str, Any] = {
            "name": "fake",
            "models": tuple(map(describe_model, MODELS)),
            "timeout_seconds": 10.0,
            "idle_seconds": 10.0,
        }
        return Access(base_url=self.base_url, credential=KEY, **(given | facts))

    def answer(self, request: Received, trouble: Trouble) -> tuple[str, Answer]:
        """Answer as the vendor does."""
        authorization, model = request.headers.get("authorization"), request.body.get("model", MODELS[0])
        if authorization != f"Bearer {KEY}":
            raise Refused(401, f"Incorrect API key provided: {authorization}.", code="invalid_api_key")
        if model not in MODELS + OTHER_MODELS:
            raise Refused(404, f"The model `{model}` does not exist or you do not have access to it.", code="model_not_found")
        path = urlsplit(request.path).path
        for method, pattern, find in ROUTES:
            match = re.fullmatch(pattern.replace("{}", "([^/]+)"), path.removeprefix("/v1"))
            if method == request.method and match:
                return pattern, find(Asked(self, match.groups(), request.body, request.query, trouble.how))
        raise Refused(404, f"Invalid URL ({request.method} {path})")

    def write_error(self, refused: Refused) -> Any:
        """Write an error as the vendor does."""
        return error_body(refused)

    def write_error_event(self, route: str, trouble: Trouble) -> Sse:
        """Write an error inside a stream as the vendor does, in each dialect."""
        error = error_body(Refused(500, trouble.message, code=trouble.code))
        return Sse({"type": "error", "sequence_number": 9, **error["error"]} if route == "/responses" else error, name="error")


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "tests", "shutdown_date": None}


ROUTES: tuple[tuple[str, str, Callable[[Asked], Answer]], ...] = (
    ("GET", "/models", lambda asked: Json({"object": "list", "data": [_model(name) for name in MODELS]})),
    ("GET", "/models/{}", lambda asked: Json(_model(asked.names[0]))),
    ("POST", "/chat/completions", lambda asked: completions.complete(asked.body, asked.fake.reply, asked.problem)),
    ("POST", "/images/generations", lambda asked: images.generate(asked.body, asked.fake)),
    ("POST", "/images/edits", lambda asked: images.edit(asked.body, asked.fake)),
    ("POST", "/audio/speech", lambda asked: sounds.speak(asked.body, asked.fake.sound_seconds)),
    ("POST", "/audio/transcriptions", lambda asked: sounds.transcribe(asked.body, asked.fake.reply)),
    ("POST", "/embeddings", lambda asked: embeddings.embed(asked.body, asked.fake.vector)),
    ("POST", "/conversations", lambda asked: asked.fake.conversations.create(asked.body)),
    ("GET", "/conversations/{}", lambda asked: asked.fake.conversations.get(asked.names[0])),
    ("DELETE", "/conversations/{}", lambda asked: asked.fake.conversations.delete(asked.names[0])),
    ("GET", "/conversations/{}/items", lambda asked: asked.fake.conversations.list_items(asked.names[0], asked.query)),
    ("POST", "/responses", lambda asked: responses.respond(asked.body, asked.fake.reply, asked.fake.conversations, asked.problem)),
    ("GET", "/assistants", lambda asked: asked.fake.threads.list_assistants(asked.query)),
    ("POST", "/assistants", lambda asked: asked.fake.threads.create_assistant(asked.body)),
    ("POST", "/threads", lambda asked: asked.fake.threads.create(asked.body)),
    ("GET", "/threads/{}", lambda asked: asked.fake.threads.get(asked.names[0])),
    ("DELETE", "/threads/{}", lambda asked: asked.fake.threads.delete(asked.names[0])),
    ("GET", "/threads/{}/messages", lambda asked: asked.fake.threads.list_messages(asked.names[0], asked.query)),
    ("POST", "/threads/{}/messages", lambda asked: asked.fake.threads.add_message(asked.names[0], asked.body)),
    ("POST", "/threads/{}/runs", lambda asked: asked.fake.threads.run(asked.names[0], asked.body, asked.fake.reply, asked.problem)),
    ("POST", "/threads/{}/runs/{}/cancel", lambda asked: asked.fake.threads.cancel(asked.names[0], asked.names[1])),
)


@pytest.fixture
def openai_server() -> Iterator[FakeOpenAI]:
    """A running fake of OpenAI, fresh for each test."""
    with FakeOpenAI() as fake:
        yield fake


@pytest.fixture
def openai_configured(openai_server: FakeOpenAI, settings: Settings) -> Iterator[FakeOpenAI]:
    """The product, set to use the fake: text features and chat with the model ``gpt-test``, nothing slower than a second or two."""
    settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL, settings.OPENAI_MODELS = KEY, openai_server.base_url, MODELS
    settings.PROVIDER_TIMEOUT_SECONDS, settings.PROVIDER_STREAM_IDLE_SECONDS = 5.0, 5.0
    forget_providers()
    yield openai_server
    forget_providers()


@pytest.fixture
def openai_wide(openai_configured: FakeOpenAI, settings: Settings) -> FakeOpenAI:
    """The same, with a model of each other sort too."""
    settings.OPENAI_MODELS = MODELS + OTHER_MODELS
    forget_providers()
    return openai_configured


def forget_providers() -> None:
    """Have the registry read the settings again."""
    registry.forget()
    routing.forget_offers()
