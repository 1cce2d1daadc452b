"""The provider over the fake, by the official SDK: what it serves, what it says to the model, what it makes of the reply."""

import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from aitasks.providers import prompts
from aitasks.providers.anthropic import KIND, Anthropic
from aitasks.providers.anthropic.messages import SPARE_TOKENS, TOKENS_MAX, count_tokens_max
from aitasks.providers.faults import Filtered, Garbled, StreamBroken, TookTooLong, TooLong
from aitasks.providers.offers import NotServed
from aitasks.providers.port import Access, Delta, Event, Media, Model, Output, Progress, StepResult, Usage, Work
from common.errors import TollgateError
from tests.fakes.anthropic.server import KEY, VERSION, FakeAnthropic

MakeWork = Callable[..., Work]
pytestmark = pytest.mark.clause("P-3.2")
TEXT = Media(type="text/plain", text="The tram runs every ten minutes.")


def texts(events: Sequence[Event]) -> list[str | None]:
    """Return the texts of the results."""
    return [event.media.text for event in events if isinstance(event, Output)]


def units(events: Sequence[Event]) -> list[int]:
    """Return what was counted, in order."""
    return [event.units for event in events if isinstance(event, Usage)]


@pytest.mark.clause("P-3.1")
def test_kind() -> None:
    assert (KIND.name, KIND.title, KIND.needs_credential) == ("anthropic", "Anthropic", True)
    assert (KIND.credential_variable, KIND.base_url_variable) == ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL")
    assert [model.name for model in KIND.models] == ["claude-sonnet-5-5", "claude-haiku-5-5"]


@pytest.mark.parametrize(
    ("step", "target", "source", "serves"),
    [
        ("inspire", "text", TEXT, True),
        ("intent2text", "text", None, True),
        ("intent2text", "text", TEXT, True),
        ("transform", "text", Media(type="text/csv", text="a,b"), True),
        ("chat", "text", None, True),
        ("extract", "text", Media(type="image/png"), True),
        ("extract", "text", Media(type="image/gif"), True),
        ("extract", "text", Media(type="application/pdf"), True),
        ("extract", "text", Media(type="image/tiff"), False),
        ("extract", "text", Media(type="audio/mpeg"), False),
        ("extract", "text", TEXT, False),
        ("text2intent", "text", None, False),
        ("transform", "image", Media(type="image/png"), False),
        ("imagine", "image", None, False),
        ("embed", "vector", TEXT, False),
    ],
)
def test_serves_text(provider: Anthropic, make_work: MakeWork, *, step: str, target: str, source: Media | None, serves: bool) -> None:
    work = make_work(step, target=target, source=source)
    assert provider.serves(work) is serves
    if not serves:
        with pytest.raises(NotServed):
            provider.model(work)


@pytest.mark.clause("P-3.1")
def test_model_is_the_operators_choice(access: Access, make_work: MakeWork) -> None:
    provider = Anthropic(replace(access, models=(Model(name="claude-test", steps=("chat",)), Model(name="claude-test-mini"))))
    assert provider.model(make_work()) == "claude-test"
    assert provider.model(make_work("intent2text")) == "claude-test-mini"
    assert provider.model(make_work(named="claude-test-mini")) == "claude-test-mini"
    assert provider.serves(make_work(named="claude-of-the-caller")) is False


def test_threads_kept_elsewhere_are_not_for_it(provider: Anthropic, make_work: MakeWork) -> None:
    assert provider.serves(make_work(context={"thread": {"provider": "openai", "id": "conv_1"}})) is False
    assert provider.serves(make_work(context={"thread": {"provider": "local", "id": "thread_1"}})) is True


def test_reply_comes_in_pieces_and_whole(provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork) -> None:
    events = list(provider.run(make_work(prompt="How are you?", key="task-1")))
    assert [event.text for event in events if isinstance(event, Delta)] == ["All ", "is ", "well ", "here ", "today."]
    assert texts(events) == ["All is well here today."]
    assert units(events) == [16, 19, 24, 29, 35, 35]
    assert [event.data for event in events if isinstance(event, StepResult)] == [{"tokens": {"input": 3, "output": 5}}]
    percents = [event.percent for event in events if isinstance(event, Progress)]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    request = anthropic_server.requests[0]
    assert (request.method, request.path) == ("POST", "/v1/messages")
    assert (request.headers["authorization"], request.headers["anthropic-version"]) == (f"Bearer {KEY}", VERSION)
    assert "idempotency-key" not in request.headers, "the vendor takes none"
    assert request.headers["accept-encoding"] == "identity", "packed replies could unfold to any size"
    assert request.body == {
        "model": "claude-test",
        "max_tokens": 8_096,
        "messages": [{"role": "user", "content": "How are you?"}],
        "stream": True,
    }


def test_history_comes_before_the_new_message(provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork) -> None:
    said = [
        {"role": "user", "content": "I am Ada."},
        {"role": "assistant", "content": "Hello, Ada."},
        {"role": "user", "content": "Who am I?"},
    ]
    list(provider.run(make_work(prompt="Who am I?", context={"messages": [*said[:2], {"role": "assistant", "content": ""}, said[2]]})))
    assert anthropic_server.requests[0].body["messages"] == said


@pytest.mark.parametrize(
    ("step", "rule", "told"),
    [
        (
            "inspire",
            prompts.INSPIRE.format(sentences=3),
            "Context:\nshort\n\nQuestion:\nThe tram runs every ten minutes.\n\nAvoid:\nslang",
        ),
        ("transform", prompts.TRANSFORM, "Wishes:\nshort\n\nAvoid:\nslang\n\nText:\nThe tram runs every ten minutes."),
        ("intent2text", prompts.DO, "Wish:\nshort\n\nAvoid:\nslang\n\nText:\nThe tram runs every ten minutes."),
    ],
)
def test_what_the_model_is_told(
    provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork, *, step: str, rule: str, told: str
) -> None:
    list(provider.run(make_work(step, "short", source=TEXT, negative="slang")))
    body = anthropic_server.requests[0].body
    assert (body["system"], body["messages"]) == (rule, [{"role": "user", "content": told}])


@pytest.mark.parametrize(
    ("kind", "block", "wanted"),
    [
        ("image/png", "image", "Wanted:\nthe name"),
        ("application/pdf", "document", "Wanted:\nthe name\n\nPages:\nthe first 7, if there are more"),
    ],
)
def test_files_are_shown(
    provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork, tmp_path: Path, *, kind: str, block: str, wanted: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"of the tests")
    events = list(provider.run(make_work("extract", "the name", source=Media(type=kind, path=path), pages=7)))
    assert texts(events) == ["All is well here today."]
    assert units(events)[-1] == 5_000 + len("the name") + 23
    body = anthropic_server.requests[0].body
    data = b64encode(b"of the tests").decode()
    assert body["system"] == prompts.EXTRACT
    assert body["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": block, "source": {"type": "base64", "media_type": kind, "data": data}},
                {"type": "text", "text": wanted},
            ],
        }
    ]


def test_thoughts_are_not_handed_on(provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork) -> None:
    anthropic_server.thought = "What do they want?"
    events = list(provider.run(make_work()))
    assert texts(events) == ["All is well here today."]
    assert units(events)[-1] == len("Hello?") + 23


@pytest.mark.parametrize(("characters", "tokens"), [(1, 1 + SPARE_TOKENS), (4_000, 8_096), (50_000, TOKENS_MAX)])
def test_tokens_for_characters(characters: int, tokens: int) -> None:
    assert count_tokens_max(characters) == tokens


@pytest.mark.parametrize(("characters", "text"), [(1, "A"), (7, "All is "), (9, "All is we"), (23, "All is well here today.")])
def test_reply_is_cut_at_its_limit(provider: Anthropic, make_work: MakeWork, characters: int, text: str) -> None:
    events = list(provider.run(make_work(maxCharacters=characters)))
    assert texts(events) == [text]
    assert units(events)[-1] == len("Hello?") + len(text)


def test_cut_reply_is_not_generated_further(provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork) -> None:
    anthropic_server.reply, anthropic_server.piece_seconds = "word " * 200, 0.1
    list(provider.run(make_work(maxCharacters=8)))
    assert anthropic_server.left.wait(2)


@pytest.mark.parametrize("reason", ["end_turn", "max_tokens", "stop_sequence"])
def test_reasons_to_stop_that_are_an_end(provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork, reason: str) -> None:
    anthropic_server.stop_reason = reason
    assert texts(list(provider.run(make_work()))) == ["All is well here today."]


@pytest.mark.parametrize(("reason", "error"), [("refusal", Filtered), ("model_context_window_exceeded", TooLong)])
def test_reasons_to_stop_that_are_a_refusal(
    provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork, *, reason: str, error: type[TollgateError]
) -> None:
    anthropic_server.stop_reason = reason
    with pytest.raises(error):
        list(provider.run(make_work()))


@pytest.mark.parametrize("after", [0, 2])
def test_closing_ends_the_request_at_once(provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork, after: int) -> None:
    """Whether the vendor is generating or has not said anything yet."""
    anthropic_server.fail(how="hang", after=after)
    events = provider.run(make_work())
    while not isinstance(event := next(events), Progress) or (after and not event.percent):
        continue
    events.close()
    assert anthropic_server.left.wait(2)
    assert anthropic_server.disconnects == 1


@pytest.mark.parametrize(("how", "after", "error"), [("hang", 0, TookTooLong), ("drip", 0, TookTooLong), ("hang", 2, StreamBroken)])
def test_patience_ends(
    access: Access, anthropic_server: FakeAnthropic, make_work: MakeWork, *, how: str, after: int, error: type[TollgateError]
) -> None:
    anthropic_server.fail(how=how, after=after)
    with pytest.raises(error):
        list(Anthropic(replace(access, timeout_seconds=0.4, idle_seconds=0.3)).run(make_work()))
    assert anthropic_server.left.wait(2)


def test_deadline_of_the_whole(access: Access, anthropic_server: FakeAnthropic, make_work: MakeWork) -> None:
    anthropic_server.reply, anthropic_server.piece_seconds = "word " * 200, 0.1
    with pytest.raises(StreamBroken):
        list(Anthropic(replace(access, deadline_seconds=0.5)).run(make_work()))
    assert anthropic_server.left.wait(2)


@pytest.mark.parametrize("how", ["truncate", "cut", "garbage", "error", "flood"])
def test_broken_stream_is_final_and_counted(provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork, how: str) -> None:
    anthropic_server.fail(how=how, after=3, code="overloaded_error")
    seen: list[Event] = []
    with pytest.raises(StreamBroken) as broken:
        seen.extend(provider.run(make_work()))
    assert broken.value.permanent is True
    assert "".join(event.text for event in seen if isinstance(event, Delta)) == "All is well "
    assert units(seen)[-1] == len("Hello?") + len("All is well ")


@pytest.mark.parametrize("how", ["truncate", "cut", "garbage", "error", "flood"])
def test_broken_before_the_first_piece_may_be_tried_again(
    provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork, how: str
) -> None:
    anthropic_server.fail(how=how, code="overloaded_error")
    with pytest.raises(TollgateError) as failed:
        list(provider.run(make_work()))
    assert failed.value.kind == "provider_failed"
    assert not isinstance(failed.value, StreamBroken)


def test_empty_reply_is_no_reply(provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork) -> None:
    anthropic_server.reply = ""
    with pytest.raises(Garbled):
        list(provider.run(make_work()))


def test_servers_without_keys(
    access: Access, anthropic_server: FakeAnthropic, make_work: MakeWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key of the environment is taken instead."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", KEY)
    with pytest.raises(TollgateError):
        list(Anthropic(replace(access, credential="")).run(make_work()))
    headers = anthropic_server.requests[0].headers
    assert headers["authorization"] == "Bearer none"
    assert KEY not in headers.values()


def test_web_processes_do_not_load_the_sdk() -> None:
    script = "import sys, aitasks.providers.anthropic; print([name for name in ('anthropic', 'httpx2') if name in sys.modules])"
    reply = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert reply.stdout == "[]\n"
