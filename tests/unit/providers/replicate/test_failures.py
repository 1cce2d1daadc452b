"""What a prediction's own error becomes. Statuses and broken connections: tests/unit/providers/test_job_vendors.py."""

from collections.abc import Callable

import pytest
from replicate.exceptions import ReplicateException

from aitasks.providers import faults
from aitasks.providers.jobs import JobLost
from aitasks.providers.port import Work
from aitasks.providers.replicate import Replicate, failures
from common.errors import TollgateError
from tests.fakes.replicate.server import FakeReplicate

pytestmark = pytest.mark.clause("P-3.3")
MakeWork = Callable[..., Work]


@pytest.mark.parametrize(
    ("problem", "error"),
    [
        ("CUDA out of memory", JobLost),
        ("Prediction interrupted; please retry (code: PA)", JobLost),
        ("", JobLost),
        ("NSFW content detected. Try running it again, or try a different prompt.", faults.Filtered),
        ("The input or output was flagged as sensitive. (E005)", faults.Filtered),
        ("Input validation failed: width must be at least 256", faults.Refused),
    ],
)
def test_failed_predictions(
    provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork, problem: str, error: type[TollgateError]
) -> None:
    replicate_server.steps = [{"status": "failed", "error": problem}]
    with pytest.raises(TollgateError) as failed:
        list(provider.run(make_work()))
    assert type(failed.value) is error
    assert replicate_server.cancelled == []


@pytest.mark.parametrize("status", ["canceled", "aborted"])
def test_predictions_that_others_ended(provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork, status: str) -> None:
    replicate_server.steps = [{"status": status}]
    with pytest.raises(JobLost):
        list(provider.run(make_work()))


@pytest.mark.parametrize("output", [None, [], "no link", 7, {"seed": 7}])
def test_output_that_holds_no_picture(provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork, output: object) -> None:
    replicate_server.steps = [{"status": "succeeded", "output": output}]
    with pytest.raises(faults.Garbled):
        list(provider.run(make_work()))


def test_words_of_the_schema_are_the_callers_to_hear(provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork) -> None:
    replicate_server.fail(422, {"title": "Input validation failed", "detail": "- input.prompt: too rude", "status": 422}, method="POST")
    with pytest.raises(faults.Refused) as refused:
        list(provider.run(make_work()))
    assert refused.value.message == "The AI provider refuses this: - input.prompt: too rude"


def test_model_that_is_not_there(provider: Replicate, replicate_server: FakeReplicate, make_work: MakeWork) -> None:
    del replicate_server.schemas["acme/painter"]
    with pytest.raises(faults.ModelMissing):
        list(provider.run(make_work()))
    assert replicate_server.predictions == {}


def test_translation_is_total() -> None:
    assert type(failures.translate(ReplicateException("?"))) is faults.Garbled
    assert type(failures.translate(KeyError("?"))) is faults.Garbled
    assert type(failures.translate(OSError())) is faults.Down
    mine = faults.Busy("x")
    assert failures.translate(mine) is mine
