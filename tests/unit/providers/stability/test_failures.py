"""The vendor's own errors. Statuses and broken connections: tests/unit/providers/test_job_vendors.py."""

from collections.abc import Callable

import pytest

from aitasks.providers import faults
from aitasks.providers.port import Work
from aitasks.providers.stability import Stability
from common.errors import TollgateError
from tests.fakes.stability.server import KEY, FakeStability, refuse

pytestmark = pytest.mark.clause("P-3.3")
MakeWork = Callable[..., Work]


@pytest.mark.parametrize(
    ("status", "name", "error"),
    [
        (403, "content_moderation", faults.Filtered),
        (400, "content_moderation", faults.Filtered),
        (403, "forbidden", faults.KeyRefused),
        (402, "payment_required", faults.KeyRefused),
        (404, "not_found", faults.ModelMissing),
        (422, "invalid_language", faults.Refused),
    ],
)
def test_names(
    provider: Stability, stability_server: FakeStability, make_work: MakeWork, *, status: int, name: str, error: type[TollgateError]
) -> None:
    answer = refuse(status, name, "English only")
    stability_server.fail(status, answer.body)
    with pytest.raises(TollgateError) as failed:
        list(provider.run(make_work()))
    assert type(failed.value) is error


def test_words_are_told_without_the_key(provider: Stability, stability_server: FakeStability, make_work: MakeWork) -> None:
    stability_server.fail(400, refuse(400, "bad_request", "prompt: too short", f"seen {KEY}").body)
    with pytest.raises(faults.Refused) as failed:
        list(provider.run(make_work()))
    assert failed.value.message == "The AI provider refuses this: prompt: too short; seen …"


@pytest.mark.parametrize("body", [{}, {"id": 7}, {"id": "../results"}, [], None])
def test_answers_that_are_neither_a_result_nor_a_job(
    provider: Stability, stability_server: FakeStability, make_work: MakeWork, body: object
) -> None:
    stability_server.fail(200, body)
    with pytest.raises(faults.Garbled):
        list(provider.run(make_work()))


def test_pictures_that_are_none(provider: Stability, stability_server: FakeStability, make_work: MakeWork) -> None:
    stability_server.fail(200, b"\x89PNG\r\n\x1a\n and nothing more", headers={"Content-Type": "image/png"})
    with pytest.raises(faults.Garbled):
        list(provider.run(make_work()))
