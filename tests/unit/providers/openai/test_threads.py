"""Chats that the vendor keeps: the same promises in both dialects, over the fake and the official SDK."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from aitasks.providers.faults import Busy, Down, Garbled, KeyRefused, StreamBroken
from aitasks.providers.openai import OpenAIThreads
from aitasks.providers.port import Access, Delta, Event, Output, StepResult, Usage, Work
from aitasks.providers.threads import ThreadGone, ThreadKeeper
from common.errors import TollgateError
from tests.fakes.openai.server import FakeOpenAI

pytestmark = pytest.mark.clause("G-4.4")
REPLY = "All is well here today."


@pytest.fixture(params=["openai", "openai-assistants"])
def keeper(request: pytest.FixtureRequest, access: Access) -> OpenAIThreads:
    return OpenAIThreads(access, kind=request.param)


def texts(keeper: ThreadKeeper, thread_id: str) -> Sequence[tuple[str, str]]:
    """Return what the vendor keeps: who said what."""
    return [(message.role, message.content) for message in keeper.list(thread_id)]


def say(keeper: ThreadKeeper, thread_id: str, content: str, *, characters_max: int = 4_000) -> list[Event]:
    """Send a message and return all that comes back."""
    return list(keeper.send(thread_id, content, characters_max=characters_max))


def test_thread_is_kept_and_deleted(keeper: OpenAIThreads) -> None:
    thread_id = keeper.create()
    assert thread_id.startswith({"openai": "conv_", "openai-assistants": "thread_"}[keeper.kind])
    assert texts(keeper, thread_id) == []
    keeper.delete(thread_id)
    keeper.delete(thread_id)
    with pytest.raises(ThreadGone):
        keeper.list(thread_id)
    with pytest.raises(ThreadGone):
        say(keeper, thread_id, "Hello?")


def test_reply_comes_in_pieces_and_is_kept(keeper: OpenAIThreads, openai_server: FakeOpenAI) -> None:
    thread_id = keeper.create()
    events = say(keeper, thread_id, "How are you?")
    assert [event.text for event in events if isinstance(event, Delta)] == ["All ", "is ", "well ", "here ", "today."]
    assert [event.media.text for event in events if isinstance(event, Output)] == [REPLY]
    assert [event.units for event in events if isinstance(event, Usage)][-1] == len("How are you?") + len(REPLY)
    assert len([event for event in events if isinstance(event, StepResult)]) == 1
    openai_server.reply = "Still well."
    say(keeper, thread_id, "And now?")
    assert texts(keeper, thread_id) == [("user", "How are you?"), ("assistant", REPLY), ("user", "And now?"), ("assistant", "Still well.")]


def test_long_threads_are_read_whole(keeper: OpenAIThreads) -> None:
    thread_id = keeper.create()
    for number in range(55):
        say(keeper, thread_id, str(number))
    assert [content for role, content in texts(keeper, thread_id) if role == "user"] == [str(number) for number in range(55)]


def test_times_are_told_where_the_vendor_tells_them(keeper: OpenAIThreads) -> None:
    thread_id = keeper.create()
    say(keeper, thread_id, "Hello?")
    assert all((message.created_at is not None) == (keeper.kind == "openai-assistants") for message in keeper.list(thread_id))


def test_message_as_work(keeper: OpenAIThreads, make_work: Callable[..., Work]) -> None:
    thread_id = keeper.create()
    work = make_work(prompt="Hello?", context={"thread": {"provider": keeper.kind, "id": thread_id}}, maxCharacters=8)
    assert keeper.serves(work) is True
    assert keeper.model(work) == "gpt-test"
    assert [event.media.text for event in keeper.run(work) if isinstance(event, Output)] == ["All is w"]


def test_leaving_ends_the_request_and_frees_the_thread(keeper: OpenAIThreads, openai_server: FakeOpenAI) -> None:
    thread_id = keeper.create()
    openai_server.piece_seconds = 0.3
    events = keeper.send(thread_id, "Hello?", characters_max=4_000)
    while not isinstance(next(events), Delta):
        continue
    events.close()
    assert openai_server.left.wait(2)
    openai_server.piece_seconds = 0.0
    say(keeper, thread_id, "And now?")
    assert texts(keeper, thread_id)[-2:] == [("user", "And now?"), ("assistant", REPLY)]


@pytest.mark.parametrize("how", ["truncate", "garbage", "error", "failed"])
def test_broken_reply(keeper: OpenAIThreads, openai_server: FakeOpenAI, how: str) -> None:
    thread_id = keeper.create()
    say(keeper, thread_id, "First.")
    if keeper.kind == "openai-assistants":
        openai_server.fail(how="")  # for the list of assistants
    openai_server.fail(how=how, after=2)
    with pytest.raises(StreamBroken):
        say(keeper, thread_id, "Second.")


@pytest.mark.parametrize(("status", "error"), [(401, KeyRefused), (429, Busy), (500, Down)])
def test_statuses_everywhere(keeper: OpenAIThreads, openai_server: FakeOpenAI, status: int, error: type[TollgateError]) -> None:
    calls: tuple[Callable[[], Any], ...] = (
        keeper.create,
        lambda: keeper.delete("x"),
        lambda: keeper.list("x"),
        lambda: say(keeper, "x", "Hello?"),
    )
    for call in calls:
        openai_server.fail(status=status)
        with pytest.raises(TollgateError) as failed:
            call()
        assert type(failed.value) is error


def test_what_is_no_api(keeper: OpenAIThreads, openai_server: FakeOpenAI) -> None:
    openai_server.fail(how="garbage")
    with pytest.raises(Garbled):
        keeper.create()
