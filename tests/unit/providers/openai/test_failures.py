"""The vendor's errors in our words, row by row, over the fake and the official SDK."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from aitasks.providers import faults
from aitasks.providers.openai import OpenAI, failures
from aitasks.providers.port import Access, Model, Work
from common.errors import Kind, TollgateError
from tests.fakes.openai.server import KEY, FakeOpenAI

MakeWork = Callable[..., Work]
SECRET = f"Incorrect API key provided: {KEY}."


def fail(provider: OpenAI, work: Work) -> TollgateError:
    """Do the work, which fails, and return how."""
    with pytest.raises(TollgateError) as failed:
        list(provider.run(work))
    return failed.value


@pytest.mark.clause("P-3.3")
@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (307, faults.Down, Kind.PROVIDER_FAILED),
        (400, faults.Refused, Kind.INVALID),
        (401, faults.KeyRefused, Kind.PROVIDER_FAILED),
        (402, faults.KeyRefused, Kind.PROVIDER_FAILED),
        (403, faults.KeyRefused, Kind.PROVIDER_FAILED),
        (404, faults.ModelMissing, Kind.PROVIDER_FAILED),
        (405, faults.ModelMissing, Kind.PROVIDER_FAILED),
        (408, faults.Busy, Kind.PROVIDER_FAILED),
        (409, faults.Busy, Kind.PROVIDER_FAILED),
        (410, faults.ModelMissing, Kind.PROVIDER_FAILED),
        (413, faults.TooLong, Kind.OVERSIZED),
        (418, faults.Down, Kind.PROVIDER_FAILED),
        (422, faults.Refused, Kind.INVALID),
        (425, faults.Busy, Kind.PROVIDER_FAILED),
        (429, faults.Busy, Kind.PROVIDER_FAILED),
        (500, faults.Down, Kind.PROVIDER_FAILED),
        (502, faults.Down, Kind.PROVIDER_FAILED),
        (503, faults.Down, Kind.PROVIDER_FAILED),
        (504, faults.Down, Kind.PROVIDER_FAILED),
        (529, faults.Down, Kind.PROVIDER_FAILED),
    ],
)
def test_statuses(
    provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, *, status: int, error: type[TollgateError], kind: Kind
) -> None:
    openai_server.fail(status=status)
    failed = fail(provider, make_work())
    assert (type(failed), failed.kind) == (error, kind)
    assert len(openai_server.requests) == 1, "the task engine tries again, nobody else"


def test_statuses_are_all_tested() -> None:
    rows = next(mark for mark in test_statuses.pytestmark if mark.name == "parametrize").args[1]  # type: ignore[attr-defined]  # set by the mark
    assert set(faults.BY_STATUS) <= {row[0] for row in rows}


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (429, "insufficient_quota", faults.KeyRefused),
        (400, "model_not_found", faults.ModelMissing),
        (400, "rate_limit_exceeded", faults.Busy),
        (500, "invalid_prompt", faults.Refused),
    ],
)
def test_codes_say_more_than_statuses(
    provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, *, status: int, code: str, error: type
) -> None:
    openai_server.fail(status=status, code=code)
    assert type(fail(provider, make_work())) is error


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_vendors_words_stay_here(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, status: int) -> None:
    """They may hold parts of the key, which is none of the caller's business."""
    openai_server.fail(status=status, message=SECRET)
    assert KEY not in fail(provider, make_work()).message


def test_bad_request_is_told_in_the_vendors_words(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    openai_server.fail(status=400, message="max_tokens\nis too large: " + "9" * 400)
    message = fail(provider, make_work()).message
    assert message == "The AI provider refuses this: max_tokens is too large: " + "9" * 274 + "…"
    assert len(message) == len("The AI provider refuses this: ") + faults.VENDOR_WORDS_MAX


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "0.2"}, 1),
        ({"Retry-After": "9", "Retry-After-Ms": "1200"}, 2),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "100000"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({}, None),
    ],
)
def test_wait_that_the_vendor_asks_for(
    provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork, headers: dict[str, str], seconds: int | None
) -> None:
    openai_server.fail(status=429, headers=headers)
    assert fail(provider, make_work()).retry_after_seconds == seconds


def test_refused_key(access: Access, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    wrong = replace(access, credential="sk-wrong")
    failed = fail(OpenAI(wrong), make_work())
    assert type(failed) is faults.KeyRefused
    assert "sk-wrong" not in failed.message


def test_missing_model(access: Access, make_work: MakeWork) -> None:
    other = replace(access, models=(Model(name="gpt-gone"),))
    assert type(fail(OpenAI(other), make_work())) is faults.ModelMissing


def test_nobody_listens(access: Access, make_work: MakeWork) -> None:
    nowhere = replace(access, base_url="http://127.0.0.1:9/v1")
    assert type(fail(OpenAI(nowhere), make_work())) is faults.Down


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("server_error", faults.Down),
        ("rate_limit_exceeded", faults.Busy),
        ("invalid_prompt", faults.Refused),
        ("400", faults.Refused),
        ("404", faults.ModelMissing),
        ("None", faults.Down),
        ("", faults.Down),
        ("²", faults.Down),
    ],
)
def test_errors_inside_a_stream(code: str, error: type[TollgateError]) -> None:
    assert type(failures.say(code=code, words="So it is.")) is error


def test_error_event_before_the_first_piece(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    openai_server.fail(how="error", code="400", message="too many tokens")
    assert fail(provider, make_work()).message == "The AI provider refuses this: too many tokens"


def test_unknown_exceptions_are_garbage() -> None:
    assert type(failures.translate(ValueError("?"))) is faults.Garbled
    assert type(failures.translate(KeyError("?"))) is faults.Garbled


def test_key_in_a_refusal_is_left_out(access: Access, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    """A vendor that repeats our headers in its words tells the caller nothing."""
    openai_server.fail(status=400, message=f"Bad header Authorization: Bearer {KEY} (of key {KEY}; sk-proj-abc123def); mend it.")
    failed = fail(OpenAI(access), make_work())
    assert failed.message == "The AI provider refuses this: Bad header Authorization: … (of key …; …); mend it."


def test_refusal_without_words(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    openai_server.fail(status=400, message="")
    assert fail(provider, make_work()).message == "The AI provider refuses this: no reason was given."


def test_more_than_any_answer(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    """A hundred megabytes are not read to their end."""
    openai_server.fail(how="flood")
    assert type(fail(provider, make_work())) is faults.Garbled
    assert openai_server.left.wait(2)


def test_deadline_of_the_whole(access: Access, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    """A vendor that goes on and on, a word at a time, is left when the whole piece of work has taken too long."""
    openai_server.reply, openai_server.piece_seconds = "word " * 200, 0.1
    seen: list[object] = []
    with pytest.raises(faults.StreamBroken):
        seen.extend(OpenAI(replace(access, deadline_seconds=0.5)).run(make_work()))
    assert openai_server.left.wait(2)


def test_packed_replies_are_not_unfolded(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    openai_server.fail(status=500, headers={"Content-Encoding": "gzip"})
    assert type(fail(provider, make_work())) is faults.Garbled
