"""The provider over the fake, by the official SDK: what it serves, what it says to the model, what it makes of the reply."""

import subprocess
import sys
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from aitasks.providers.faults import Filtered, Garbled, StreamBroken, TookTooLong
from aitasks.providers.openai import OpenAI, OpenAIThreads
from aitasks.providers.port import Access, Delta, Event, Media, Output, Progress, StepResult, Usage, Work
from common.errors import TollgateError
from tests.fakes.openai.server import KEY, FakeOpenAI

MakeWork = Callable[..., Work]
TEXT = Media(type="text/plain", text="The tram runs every ten minutes.")


def gather(events: Generator[Event, None, None], *kinds: type[Event]) -> list[Any]:
    """Return the events of these kinds."""
    return [event for event in events if isinstance(event, kinds)]


@pytest.mark.clause("P-3.2")
@pytest.mark.parametrize(
    ("step", "target", "source", "serves"),
    [
        ("inspire", "text", TEXT, True),
        ("intent2text", "text", None, True),
        ("intent2text", "text", TEXT, True),
        ("transform", "text", Media(type="text/csv", text="a,b"), True),
        ("chat", "text", None, True),
        ("text2intent", "text", None, False),
        ("transform", "image", Media(type="image/png"), False),
        ("transform", "text", Media(type="image/png"), False),
        ("extract", "text", TEXT, False),
        ("imagine", "image", None, False),
    ],
)
def test_serves_text(provider: OpenAI, make_work: MakeWork, *, step: str, target: str, source: Media | None, serves: bool) -> None:
    assert provider.serves(make_work(step, target=target, source=source)) is serves


def test_model_is_the_operators_choice(provider: OpenAI, make_work: MakeWork) -> None:
    assert provider.model(make_work()) == "gpt-test"
    assert provider.model(make_work(model="gpt-test-mini")) == "gpt-test-mini"
    assert provider.serves(make_work(model="gpt-test-mini")) is True
    assert provider.serves(make_work(model="gpt-of-the-caller")) is False


def test_threads_kept_elsewhere_are_not_for_completions(provider: OpenAI, access: Access, make_work: MakeWork) -> None:
    work = make_work(context={"thread": {"provider": "openai", "id": "conv_1"}})
    assert provider.serves(work) is False
    assert OpenAIThreads(access, kind="openai").serves(work) is True
    assert OpenAIThreads(access, kind="openai-assistants").serves(work) is False


def test_reply_comes_in_pieces_and_whole(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    events = list(provider.run(make_work(prompt="How are you?")))
    assert [event.text for event in events if isinstance(event, Delta)] == ["All ", "is ", "well ", "here ", "today."]
    assert [event for event in events if isinstance(event, Output)] == [Output(0, Media(type="text/plain", text="All is well here today."))]
    assert [event.units for event in events if isinstance(event, Usage)] == [16, 19, 24, 29, 35, 35]
    assert [event.data for event in events if isinstance(event, StepResult)] == [{"tokens": {"input": 3, "output": 5}}]
    percents = [event.percent for event in events if isinstance(event, Progress)]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    request = openai_server.requests[0]
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["accept-encoding"] == "identity", "packed replies could unfold to any size"
    assert request.body == {
        "model": "gpt-test",
        "messages": [{"role": "user", "content": "How are you?"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_history_comes_before_the_new_message(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    history = [{"role": "user", "content": "I am Ada."}, {"role": "assistant", "content": "Hello, Ada."}]
    said = [*history, {"role": "user", "content": "Who am I?"}]
    work = make_work(prompt="Who am I?", context={"thread": {"provider": "local", "id": "thread_1"}, "messages": said})
    assert provider.serves(work) is True
    list(provider.run(work))
    assert openai_server.requests[0].body["messages"] == said


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("inspire", "Context:\nshort\n\nQuestion:\nThe tram runs every ten minutes.\n\nAvoid:\nslang"),
        ("transform", "Wishes:\nshort\n\nAvoid:\nslang\n\nText:\nThe tram runs every ten minutes."),
        ("intent2text", "Wish:\nshort\n\nAvoid:\nslang\n\nText:\nThe tram runs every ten minutes."),
    ],
)
def test_what_the_model_is_told(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, step: str, told: str) -> None:
    list(provider.run(make_work(step, "short", source=TEXT, negative="slang")))
    system, said = openai_server.requests[0].body["messages"]
    assert system["role"] == "system"
    assert said == {"role": "user", "content": told}


def test_text_files_are_read(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes("\ufeffZwölf Boote".encode())
    units = gather(provider.run(make_work("transform", "list", source=Media(type="text/plain", path=path))), Usage)
    assert openai_server.requests[0].body["messages"][1]["content"] == "Wishes:\nlist\n\nText:\nZwölf Boote"
    assert units[-1].units == 5_000 + len("list") + len(openai_server.reply)


def test_binary_is_refused_before_anything_is_sent(
    provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, tmp_path: Path
) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"a\0b")
    with pytest.raises(TollgateError) as refused:
        list(provider.run(make_work("transform", "list", source=Media(type="text/plain", path=path))))
    assert refused.value.kind == "invalid"
    assert openai_server.requests == []


@pytest.mark.parametrize(("characters", "text"), [(1, "A"), (7, "All is "), (9, "All is we"), (23, "All is well here today.")])
def test_reply_is_cut_at_its_limit(provider: OpenAI, make_work: MakeWork, characters: int, text: str) -> None:
    events = list(provider.run(make_work(maxCharacters=characters)))
    assert gather(cast(Any, events), Output)[0].media.text == text
    assert gather(cast(Any, events), Usage)[-1].units == len("Hello?") + len(text)


def test_cut_reply_is_not_generated_further(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    openai_server.reply, openai_server.piece_seconds = "word " * 200, 0.1
    list(provider.run(make_work(maxCharacters=8)))
    assert openai_server.left.wait(2)


@pytest.mark.parametrize("after", [0, 2])
def test_closing_ends_the_request_at_once(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, after: int) -> None:
    """Whether the vendor is generating or has not said anything yet."""
    openai_server.fail(how="hang", after=after)
    events = provider.run(make_work())
    while not isinstance(event := next(events), Progress) or (after and not event.percent):
        continue
    events.close()
    assert openai_server.left.wait(2)
    assert openai_server.disconnects == 1


def test_silence_is_told_as_progress(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    openai_server.fail(how="hang")
    events = provider.run(make_work())
    assert [next(events), next(events)] == [Progress(0), Progress(0)]
    events.close()


@pytest.mark.parametrize(("how", "after", "error"), [("hang", 0, TookTooLong), ("drip", 0, TookTooLong), ("hang", 2, StreamBroken)])
def test_patience_ends(access: Access, openai_server: FakeOpenAI, make_work: MakeWork, *, how: str, after: int, error: type) -> None:
    openai_server.fail(how=how, after=after)
    hurried = replace(access, timeout_seconds=0.4, idle_seconds=0.3)
    with pytest.raises(error):
        list(OpenAI(hurried).run(make_work()))
    assert openai_server.left.wait(2)


@pytest.mark.parametrize("how", ["truncate", "cut", "garbage", "error"])
def test_broken_stream_is_final_and_counted(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, how: str) -> None:
    openai_server.fail(how=how, after=3)
    seen: list[Event] = []
    with pytest.raises(StreamBroken) as broken:
        seen.extend(provider.run(make_work()))
    assert broken.value.permanent is True
    assert "".join(event.text for event in seen if isinstance(event, Delta)) == "All is well "
    assert gather(cast(Any, seen), Usage)[-1].units == len("Hello?") + len("All is well ")


@pytest.mark.parametrize("how", ["truncate", "cut", "garbage", "error"])
def test_broken_before_the_first_piece_may_be_tried_again(
    provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, how: str
) -> None:
    openai_server.fail(how=how)
    with pytest.raises(TollgateError) as failed:
        list(provider.run(make_work()))
    assert failed.value.kind == "provider_failed"
    assert not isinstance(failed.value, StreamBroken)


def test_empty_reply_is_no_reply(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    openai_server.reply = ""
    with pytest.raises(Garbled):
        list(provider.run(make_work()))


def test_filtered_reply_is_the_callers_to_mend(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    openai_server.fail(how="filter")
    with pytest.raises(Filtered):
        list(provider.run(make_work()))


def test_servers_without_keys(access: Access, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    """The SDK wants a key; one that opens nothing is sent."""
    keyless = replace(access, credential="")
    with pytest.raises(TollgateError):
        list(OpenAI(keyless).run(make_work()))
    assert openai_server.requests[0].headers["authorization"] == "Bearer none"


def test_keys_are_not_shown(access: Access) -> None:
    assert KEY not in repr(access)


def test_web_processes_do_not_load_the_sdk() -> None:
    script = "import sys, aitasks.providers.openai; print([name for name in ('openai', 'httpx2') if name in sys.modules])"
    reply = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert reply.stdout == "[]\n"
