"""The vendor's errors in our words, row by row, over the fake and the official SDK."""

from collections.abc import Callable

import pytest

from aitasks.providers.openai import Account, OpenAI, failures
from aitasks.providers.port import Work
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
        (307, failures.Down, Kind.PROVIDER_FAILED),
        (400, failures.Refused, Kind.INVALID),
        (401, failures.KeyRefused, Kind.PROVIDER_FAILED),
        (402, failures.KeyRefused, Kind.PROVIDER_FAILED),
        (403, failures.KeyRefused, Kind.PROVIDER_FAILED),
        (404, failures.ModelMissing, Kind.PROVIDER_FAILED),
        (405, failures.ModelMissing, Kind.PROVIDER_FAILED),
        (408, failures.Busy, Kind.PROVIDER_FAILED),
        (409, failures.Busy, Kind.PROVIDER_FAILED),
        (410, failures.ModelMissing, Kind.PROVIDER_FAILED),
        (413, failures.TooLong, Kind.OVERSIZED),
        (418, failures.Down, Kind.PROVIDER_FAILED),
        (422, failures.Refused, Kind.INVALID),
        (425, failures.Busy, Kind.PROVIDER_FAILED),
        (429, failures.Busy, Kind.PROVIDER_FAILED),
        (500, failures.Down, Kind.PROVIDER_FAILED),
        (502, failures.Down, Kind.PROVIDER_FAILED),
        (503, failures.Down, Kind.PROVIDER_FAILED),
        (504, failures.Down, Kind.PROVIDER_FAILED),
        (529, failures.Down, Kind.PROVIDER_FAILED),
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
    assert set(failures.BY_STATUS) <= {row[0] for row in rows}


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (429, "insufficient_quota", failures.KeyRefused),
        (400, "model_not_found", failures.ModelMissing),
        (400, "rate_limit_exceeded", failures.Busy),
        (500, "invalid_prompt", failures.Refused),
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
    assert len(message) == len("The AI provider refuses this: ") + failures.VENDOR_WORDS_MAX


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


def test_refused_key(account: Account, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    wrong = Account(api_key="sk-wrong", base_url=account.base_url, models=account.models)
    failed = fail(OpenAI(wrong), make_work())
    assert type(failed) is failures.KeyRefused
    assert "sk-wrong" not in failed.message


def test_missing_model(account: Account, make_work: MakeWork) -> None:
    other = Account(api_key=account.api_key, base_url=account.base_url, models=("gpt-gone",))
    assert type(fail(OpenAI(other), make_work())) is failures.ModelMissing


def test_nobody_listens(make_work: MakeWork) -> None:
    nowhere = Account(api_key=KEY, base_url="http://127.0.0.1:9/v1", models=("gpt-test",))
    assert type(fail(OpenAI(nowhere), make_work())) is failures.Down


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("server_error", failures.Down),
        ("rate_limit_exceeded", failures.Busy),
        ("invalid_prompt", failures.Refused),
        ("400", failures.Refused),
        ("404", failures.ModelMissing),
        ("None", failures.Down),
        ("", failures.Down),
        ("²", failures.Down),
    ],
)
def test_errors_inside_a_stream(code: str, error: type[TollgateError]) -> None:
    assert type(failures.say(code=code, words="So it is.")) is error


def test_error_event_before_the_first_piece(provider: OpenAI, openai_server: FakeOpenAI, make_work: MakeWork) -> None:
    openai_server.fail(how="error", code="400", message="too many tokens")
    assert fail(provider, make_work()).message == "The AI provider refuses this: too many tokens"


def test_unknown_exceptions_are_garbage() -> None:
    assert type(failures.translate(ValueError("?"))) is failures.Garbled
    assert type(failures.translate(KeyError("?"))) is failures.Garbled
