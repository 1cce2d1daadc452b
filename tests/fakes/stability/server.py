"""A Stability AI of our own over real HTTP on loopback: pictures and sounds at once, or as jobs that take a few looks.

Forms are read as multipart; ``forms`` holds the fields of each, files included.
"""

import email
import email.policy
import itertools
from collections.abc import Iterator

import pytest

from tests.fakes.job_vendor import Answer, FakeJobVendor, Received, make_png, make_wav

KEY = "sk-stability-test-of-the-fake"
JOBS = ("/v2beta/stable-image/edit/replace-background-and-relight", "/v2beta/stable-image/upscale/creative")
PICTURES = (
    "/v2beta/stable-image/generate/core",
    "/v2beta/stable-image/generate/ultra",
    "/v2beta/stable-image/generate/sd3",
    "/v2beta/stable-image/control/structure",
)
SOUNDS = ("/v2beta/audio/stable-audio-2/text-to-audio",)


class FakeStability(FakeJobVendor):
    """The running server. Use as a context manager, or through the ``stability_server`` fixture."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, bytes]] = []
        self.finish = "SUCCESS"
        self.sound_seconds = 5.5
        self.looks_needed = 2
        self.looks: dict[str, int] = {}
        self._numbers = itertools.count(1)

    def answer(self, request: Received) -> Answer:
        """Return the reply to a request."""
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return refuse(401, "unauthorized", f"{request.headers.get('authorization')} is no key")
        if request.method == "GET" and request.path.startswith("/v2beta/results/"):
            return self._look(request.path.rpartition("/")[2])
        if request.path not in (*JOBS, *PICTURES, *SOUNDS):
            return refuse(404, "not_found", "no such page")
        form = read_form(request)
        self.forms.append(form)
        if not (form.get("prompt") or form.get("background_prompt")):
            return refuse(400, "bad_request", "prompt: cannot be blank", "prompt: at least one character")
        if request.path in JOBS:
            name = f"{next(self._numbers):064x}"
            self.looks[name] = 0
            return Answer({"id": name})
        return self._sound() if request.path in SOUNDS else self._picture()

    def _look(self, name: str) -> Answer:
        if name not in self.looks:
            return refuse(404, "not_found", "not found")
        self.looks[name] += 1
        if self.looks[name] < self.looks_needed:
            return Answer({"id": name, "status": "in-progress"}, 202)
        return self._picture()

    def _picture(self) -> Answer:
        shade = len(self.forms)
        return Answer(make_png(shade), headers={"Content-Type": "image/png", "finish-reason": self.finish, "seed": "7"})

    def _sound(self) -> Answer:
        return Answer(make_wav(self.sound_seconds), headers={"Content-Type": "audio/wav", "finish-reason": self.finish})


def refuse(status: int, name: str, *words: str) -> Answer:
    """Return an error as the vendor writes it."""
    return Answer({"id": "a1b2c3d4", "name": name, "errors": list(words)}, status)


def read_form(request: Received) -> dict[str, bytes]:
    """Return the fields of a multipart form."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + request.content, policy=email.policy.HTTP)
    return {
        str(part.get_param("name", header="content-disposition")): bytes(part.get_payload(decode=True) or b"")
        for part in message.iter_parts()
    }


@pytest.fixture
def stability_server() -> Iterator[FakeStability]:
    """A running fake of Stability AI, fresh for each test."""
    with FakeStability() as fake:
        yield fake
