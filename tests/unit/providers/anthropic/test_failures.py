"""The vendor's errors in our words, row by row, over the fake and the official SDK."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from aitasks.providers import faults
from aitasks.providers.anthropic import Anthropic, failures
from aitasks.providers.port import Access, Model, Work
from common.errors import Kind, TollgateError
from tests.fakes.anthropic.server import KEY, FakeAnthropic

MakeWork = Callable[..., Work]
pytestmark = pytest.mark.clause("P-3.2", "P-3.3")


def fail(provider: Anthropic, work: Work) -> TollgateError:
    """Do the work, which fails, and return how."""
    with pytest.raises(TollgateError) as failed:
        list(provider.run(work))
    return failed.value


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (307, faults.Down, Kind.PROVIDER_FAILED),
        (400, faults.Refused, Kind.INVALID),
        (401, faults.KeyRefused, Kind.PROVIDER_FAILED),
        (402, faults.KeyRefused, Kind.PROVIDER_FAILED),
        (403, faults.KeyRefused, Kind.PROVIDER_FAILED),
        (404, faults.ModelMissing, Kind.PROVIDER_FAILED),
        (413, faults.TooLong, Kind.OVERSIZED),
        (429, faults.Busy, Kind.PROVIDER_FAILED),
        (500, faults.Down, Kind.PROVIDER_FAILED),
        (503, faults.Down, Kind.PROVIDER_FAILED),
        (504, faults.TookTooLong, Kind.PROVIDER_FAILED),
        (529, faults.Busy, Kind.PROVIDER_FAILED),
    ],
)
def test_statuses(
    provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork, *, status: int, error: type[TollgateError], kind: Kind
) -> None:
    anthropic_server.fail(status=status, headers={"retry-after": "7"})
    failed = fail(provider, make_work())
    assert (type(failed), failed.kind, failed.retry_after_seconds) == (error, kind, 7)
    assert len(anthropic_server.requests) == 1, "the task engine tries again, nobody else"


@pytest.mark.parametrize("kind", list(failures.BY_TYPE))
def test_types_inside_a_stream(provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork, kind: str) -> None:
    """Where the status has already been 200."""
    anthropic_server.fail(how="error", code=kind, message="So it is.")
    failed = fail(provider, make_work())
    error, words = failures.BY_TYPE[kind]
    assert (type(failed), failed.message) == (error, words or "The AI provider refuses this: So it is.")


def test_unheard_of_type_is_told_by_its_status(provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork) -> None:
    anthropic_server.fail(status=409, code="conflict_error")
    assert type(fail(provider, make_work())) is faults.Busy


def test_what_has_not_been_paid_is_the_operators_affair(provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork) -> None:
    anthropic_server.fail(status=400, message="Your credit balance is too low to access the Anthropic API.")
    failed = fail(provider, make_work())
    assert (type(failed), failed.message) == (faults.KeyRefused, faults.OUR_FAULT)


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 529])
def test_vendors_words_stay_here(provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork, status: int) -> None:
    anthropic_server.fail(status=status, message=f"Wrong key {KEY}")
    assert KEY not in fail(provider, make_work()).message


def test_bad_request_is_told_in_the_vendors_words_without_the_key(
    provider: Anthropic, anthropic_server: FakeAnthropic, make_work: MakeWork
) -> None:
    anthropic_server.fail(status=400, message=f"messages: with {KEY}\nis too odd: " + "9" * 400)
    message = fail(provider, make_work()).message
    assert message == "The AI provider refuses this: messages: with … is too odd: " + "9" * 270 + "…"


def test_refused_key(access: Access, make_work: MakeWork) -> None:
    failed = fail(Anthropic(replace(access, credential="sk-ant-wrong")), make_work())
    assert (type(failed), failed.message) == (faults.KeyRefused, faults.OUR_FAULT)


def test_missing_model(access: Access, make_work: MakeWork) -> None:
    assert type(fail(Anthropic(replace(access, models=(Model(name="claude-gone"),))), make_work())) is faults.ModelMissing


def test_nobody_listens(access: Access, make_work: MakeWork) -> None:
    assert type(fail(Anthropic(replace(access, base_url="http://127.0.0.1:9")), make_work())) is faults.Down


def test_unknown_exceptions_are_garbage() -> None:
    assert type(failures.translate(ValueError("?"))) is faults.Garbled
    assert type(failures.translate(KeyError("?"))) is faults.Garbled
