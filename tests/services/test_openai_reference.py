"""The fake OpenAI held against the vendor's own description: every reply and every event that the official SDK gets from it.

Needs ``REFERENCE_DIR``, a folder with ``openai-openapi.json`` (openai/openai-openapi, MIT); skips, saying so, without it.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai
import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from aitasks.providers.openai import OpenAI, OpenAIThreads
from aitasks.providers.port import Media, Model, Work
from tests.fakes.openai import images
from tests.fakes.openai.server import KEY, MODELS, FakeOpenAI, Replied, openai_server

__all__ = ["openai_server"]

NAME = "openai-openapi.json"
NAMES = {
    "/models/{}": "/models/{model}",
    "/conversations/{}": "/conversations/{conversation_id}",
    "/conversations/{}/items": "/conversations/{conversation_id}/items",
    "/threads/{}": "/threads/{thread_id}",
    "/threads/{}/messages": "/threads/{thread_id}/messages",
    "/threads/{}/runs": "/threads/{thread_id}/runs",
    "/threads/{}/runs/{}/cancel": "/threads/{thread_id}/runs/{run_id}/cancel",
}
"""The fake's routes as the description spells them, where they differ."""

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
Reference = dict[str, Any]


@pytest.fixture(scope="module")
def reference() -> Reference:
    """The vendor's description, with what is left of OpenAPI 3.0 in it said in JSON Schema."""
    path = Path(os.environ.get("REFERENCE_DIR", "")) / NAME
    if not path.is_file():
        pytest.skip(f"REFERENCE_DIR has no {NAME}: the fake cannot be held against the vendor's description")
    document: Reference = modernise(json.loads(path.read_text()))
    assert validator_for(document) is Draft202012Validator
    return document


def modernise(node: Any) -> Any:
    """Return a schema in which ``nullable`` allows null and an alternative need not be the only one that fits.

    The description keeps ``nullable`` from OpenAPI 3.0, which 3.1 does not know; and its ``oneOf`` relies on discriminators, which JSON
    Schema does not know.
    """
    if isinstance(node, list):
        return [modernise(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {"anyOf" if key == "oneOf" else key: modernise(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [made, {"type": "null"}]} if node.get("nullable") is True and made else made


@pytest.fixture
def client(openai_server: FakeOpenAI) -> openai.OpenAI:
    """The official SDK at the fake."""
    return openai.OpenAI(api_key=KEY, base_url=openai_server.base_url, max_retries=0)


def complete(client: openai.OpenAI, _server: FakeOpenAI) -> None:
    said: Any = [{"role": "user", "content": "Hello?"}]
    assert client.chat.completions.create(model=MODELS[0], messages=said).choices[0].message.content == "All is well here today."
    chunks = list(client.chat.completions.create(model=MODELS[0], messages=said, stream=True, stream_options={"include_usage": True}))
    assert chunks[-1].usage is not None
    assert [model.id for model in client.models.list()] == list(MODELS)
    assert client.models.retrieve(MODELS[1]).id == MODELS[1]


def converse(client: openai.OpenAI, _server: FakeOpenAI) -> None:
    thread = client.conversations.create(metadata={"of": "tests"})
    assert client.conversations.retrieve(thread.id).metadata == {"of": "tests"}
    assert client.responses.create(model=MODELS[0], input="Hello?", conversation=thread.id).output_text == "All is well here today."
    events = list(client.responses.create(model=MODELS[0], input="And now?", conversation=thread.id, stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert [event.type for event in events if event.type != "response.output_text.delta"] == [
        "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
        "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
    ]  # fmt: skip
    assert len(list(client.conversations.items.list(thread.id, limit=3))) == 4
    assert client.conversations.delete(thread.id).deleted is True


def run_threads(client: openai.OpenAI, _server: FakeOpenAI) -> None:
    assistant = client.beta.assistants.create(model=MODELS[0], name="tests")
    thread = client.beta.threads.create()
    assert client.beta.threads.retrieve(thread.id).id == thread.id
    client.beta.threads.messages.create(thread.id, role="user", content="Hello?")
    assert client.beta.threads.runs.create(thread.id, assistant_id=assistant.id).status == "completed"
    events = list(client.beta.threads.runs.create(thread.id, assistant_id=assistant.id, stream=True))
    assert events[-1].event == "thread.run.completed"
    assert client.beta.threads.runs.cancel(events[-1].data.id, thread_id=thread.id).status == "cancelled"
    assert len(list(client.beta.threads.messages.list(thread.id, limit=2))) == 3
    assert len(list(client.beta.assistants.list())) == 1
    assert client.beta.threads.delete(thread.id).deleted is True


def fail(client: openai.OpenAI, _server: FakeOpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        client.conversations.retrieve("conv_nowhere")
    with pytest.raises(openai.NotFoundError):
        client.beta.threads.retrieve("thread_nowhere")
    with pytest.raises(openai.NotFoundError):
        client.responses.create(model="gpt-nowhere", input="Hello?")
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="sk-wrong").models.list()


def keep_threads(_client: openai.OpenAI, openai_server: FakeOpenAI) -> None:
    for kind in ("openai", "openai-assistants"):
        keeper = OpenAIThreads(openai_server.give_access(), kind=kind)
        thread_id = keeper.create()
        list(keeper.send(thread_id, "Hello?", characters_max=100))
        assert len(keeper.list(thread_id)) == 2
        keeper.delete(thread_id)


def make_images(client: openai.OpenAI, _server: FakeOpenAI) -> None:
    made = client.images.generate(model="gpt-image-test", prompt="A calm sea", n=2, size="1024x1024")
    assert len(made.data or ()) == 2
    events = list(client.images.generate(model="gpt-image-test", prompt="A calm sea", n=2, size="1024x1024", stream=True))
    assert [event.type for event in events] == ["image_generation.completed"] * 2
    picture = ("sea.png", images.draw(8, 8), "image/png")
    edited = list(client.images.edit(model="gpt-image-test", prompt="At night", image=picture, size="auto", stream=True))
    assert [event.type for event in edited] == ["image_edit.completed"]


def hear(client: openai.OpenAI, _server: FakeOpenAI) -> None:
    sound = ("sound.mp3", b"ID3", "audio/mpeg")
    assert client.audio.transcriptions.create(model="whisper-test", file=sound).text == "All is well here today."
    events = list(client.audio.transcriptions.create(model="gpt-test-transcribe", file=sound, stream=True))
    assert events[-1].type == "transcript.text.done"


def embed(client: openai.OpenAI, openai_server: FakeOpenAI) -> None:
    """In base64, as the SDK asks by itself, which is what the description forgets; and in numbers."""
    assert client.embeddings.create(model="nomic-embed-test", input="So it is.").data[0].embedding == [1, 2, 3, 4, 5, 6, 7, 8]
    openai_server.replies.clear()
    made = client.embeddings.create(model="text-embedding-3-test", input=["So", "it is."], dimensions=16, encoding_format="float")
    assert [len(row.embedding) for row in made.data] == [16, 16]


@pytest.mark.parametrize("play", [complete, converse, run_threads, fail, keep_threads, make_images, hear, embed])
def test_replies_are_what_the_vendor_describes(
    reference: Reference, client: openai.OpenAI, openai_server: FakeOpenAI, play: Callable[[openai.OpenAI, FakeOpenAI], None]
) -> None:
    play(client, openai_server)
    assert openai_server.replies != []
    assert [problem for reply in openai_server.replies if (problem := find_problem(reference, reply))] == []


@pytest.mark.parametrize(
    ("model", "step", "target", "schema"),
    [
        ("gpt-image-test", "imagine", "image", "CreateImageRequest"),
        ("gpt-test-tts", "imagine", "speech", "CreateSpeechRequest"),
        ("text-embedding-3-test", "embed", "vector", "CreateEmbeddingRequest"),
        ("gpt-test", "chat", "text", "CreateChatCompletionRequest"),
    ],
)
def test_requests_are_what_the_vendor_describes(
    reference: Reference, openai_server: FakeOpenAI, tmp_path: Path, *, model: str, step: str, target: str, schema: str
) -> None:
    provider = OpenAI(openai_server.give_access(models=(Model(name=model),)))
    parameters = {"count": 2, "size": "512x512", "seed": None, "voice": "de", "speed": 160, "dimensions": 16, "maxCharacters": 100}
    source = Media(type="text/plain", text="So it is.") if step == "embed" else None
    list(provider.run(Work(step=step, target=target, prompt="Hello?", negative="", source=source, parameters=parameters, folder=tmp_path)))
    [request] = openai_server.requests
    validator = Draft202012Validator({"components": reference["components"], "$ref": f"#/components/schemas/{schema}"})
    assert [error.message for error in validator.iter_errors(request.body)] == []


def test_a_wrong_reply_is_seen(reference: Reference) -> None:
    """The check itself works: nothing is accepted because a schema was not found or says nothing."""
    made = {"id": "conv_1", "object": "conversation", "created_at": 1, "metadata": {}}
    assert find_problem(reference, Replied("POST", "/conversations", 200, made)) == ""
    assert find_problem(reference, Replied("POST", "/conversations", 200, made | {"object": "thread"})) != ""
    assert find_problem(reference, Replied("POST", "/responses", 200, {"type": "response.created"}, "response.created")) != ""


def find_problem(reference: Reference, reply: Replied) -> str:
    """Return what is wrong with a reply, or nothing."""
    if reply.event is not None and reply.body == "[DONE]":
        return ""
    body = {"event": reply.event, "data": reply.body} if reply.event and reply.route.startswith("/threads") else reply.body
    schema = find_schema(reference, reply)
    validator = Draft202012Validator({"components": reference["components"], **schema})
    return "; ".join(f"{reply.method} {reply.route} {reply.event or ''}: {error.message[:300]}" for error in validator.iter_errors(body))


def find_schema(reference: Reference, reply: Replied) -> dict[str, Any]:
    """Return the schema of a reply's body, or of one event of its stream."""
    if reply.status >= 400:
        return {"$ref": "#/components/schemas/ErrorResponse"}
    if reply.event is not None and reply.route == "/threads/{}/runs":
        return {"$ref": "#/components/schemas/AssistantStreamEvent"}
    operation = reference["paths"][NAMES.get(reply.route, reply.route)][reply.method.lower()]
    kind = "application/json" if reply.event is None else "text/event-stream"
    schema: dict[str, Any] = operation["responses"]["200"]["content"][kind]["schema"]
    return schema
