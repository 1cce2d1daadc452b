"""The fake held against the vendor's own types, as its SDK has them: every event of a stream, every whole reply, every error."""

import anthropic
import pytest
from anthropic.types import Message, RawMessageStreamEvent
from anthropic.types.shared import ErrorResponse
from pydantic import TypeAdapter

from tests.fakes.anthropic.server import KEY, MODELS, FakeAnthropic

EVENT: TypeAdapter[RawMessageStreamEvent] = TypeAdapter(RawMessageStreamEvent)


@pytest.fixture
def client(anthropic_server: FakeAnthropic) -> anthropic.Anthropic:
    """The official SDK at the fake."""
    return anthropic.Anthropic(api_key=KEY, base_url=anthropic_server.root_url, max_retries=0)


def test_stream(client: anthropic.Anthropic, anthropic_server: FakeAnthropic) -> None:
    anthropic_server.thought = "What do they want?"
    with client.messages.stream(model=MODELS[0], max_tokens=100, messages=[{"role": "user", "content": "Hello?"}]) as stream:
        message = stream.get_final_message()
    assert [block.type for block in message.content] == ["thinking", "text"]
    assert (message.stop_reason, message.usage.input_tokens, message.usage.output_tokens) == ("end_turn", 1, 5)
    kinds = [reply.event for reply in anthropic_server.replies]
    assert [kind for kind in kinds if kind != "content_block_delta"] == [
        "message_start", "content_block_start", "content_block_stop", "content_block_start", "ping", "content_block_stop",
        "message_delta", "message_stop",
    ]  # fmt: skip
    for reply in anthropic_server.replies:
        if reply.event != "ping":
            assert EVENT.validate_python(reply.body).type == reply.event


def test_whole_reply(client: anthropic.Anthropic, anthropic_server: FakeAnthropic) -> None:
    message = client.messages.create(model=MODELS[0], max_tokens=100, messages=[{"role": "user", "content": "Hello?"}])
    assert message.content[0].type == "text"
    Message.model_validate(anthropic_server.replies[0].body)


def test_errors(client: anthropic.Anthropic, anthropic_server: FakeAnthropic) -> None:
    with pytest.raises(anthropic.NotFoundError):
        client.messages.create(model="claude-gone", max_tokens=100, messages=[{"role": "user", "content": "Hello?"}])
    with pytest.raises(anthropic.BadRequestError):
        client.messages.create(model=MODELS[0], max_tokens=100, messages=[])
    anthropic_server.fail(status=529)
    with pytest.raises(anthropic.OverloadedError):
        client.messages.create(model=MODELS[0], max_tokens=100, messages=[{"role": "user", "content": "Hello?"}])
    for reply in anthropic_server.replies:
        ErrorResponse.model_validate(reply.body)
    assert [reply.body["error"]["type"] for reply in anthropic_server.replies] == [
        "not_found_error", "invalid_request_error", "overloaded_error",
    ]  # fmt: skip
