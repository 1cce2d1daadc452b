"""Errors that come with status 200: what their words become. Statuses and connections: tests/unit/providers/test_job_vendors.py."""

from collections.abc import Callable
from typing import Any

import pytest

from aitasks.providers import faults
from aitasks.providers.jobs import JobLost
from aitasks.providers.port import Job, Work
from aitasks.providers.stablediffusionapi import StableDiffusionAPI
from common.errors import TollgateError
from tests.fakes.stablediffusionapi.server import KEY, FakeModelsLab

pytestmark = pytest.mark.clause("P-3.3")
MakeWork = Callable[..., Work]


def fail(provider: StableDiffusionAPI, work: Work) -> TollgateError:
    """Do the work, which fails, and return how."""
    with pytest.raises(TollgateError) as failed:
        list(provider.run(work))
    return failed.value


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("Invalid API key", faults.KeyRefused),
        ("Insufficient credits. Please add more credits to continue.", faults.KeyRefused),
        ("This feature requires a premium subscription", faults.KeyRefused),
        ("Your monthly limit exceeded, upgrade your subscription", faults.KeyRefused),
        ("Rate limit exceeded. Maximum 5 queued requests allowed.", faults.Busy),
        ("Too many requests", faults.Busy),
        ("Internal server error. Please try again.", faults.Down),
        ("Try Again", faults.Down),
        ("Model not found", faults.ModelMissing),
        ("model_id sdxl does not exist", faults.ModelMissing),
        ("NSFW prompt detected", faults.Filtered),
        ("prompt is required", faults.Refused),
        ("width must be divisible by 8", faults.Refused),
        ({"prompt": ["The prompt field is required."]}, faults.Refused),
        ("Words that nobody foresaw", faults.Down),
        ("", faults.Down),
        (None, faults.Down),
        (7, faults.Down),
    ],
)
@pytest.mark.parametrize("key", ["message", "messege"])
def test_words(
    provider: StableDiffusionAPI,
    modelslab_server: FakeModelsLab,
    make_work: MakeWork,
    *,
    message: Any,
    error: type[TollgateError],
    key: str,
) -> None:
    modelslab_server.fail(200, {"status": "error", key: message})
    assert type(fail(provider, make_work())) is error


def test_fields_are_named_to_the_caller(provider: StableDiffusionAPI, modelslab_server: FakeModelsLab, make_work: MakeWork) -> None:
    modelslab_server.fail(200, {"status": "error", "message": {"width": ["Too wide."], "prompt": ["Too rude.", f"Not {KEY}."]}})
    assert fail(provider, make_work()).message == "The AI provider refuses this: Too wide.; Too rude.; Not …."


def test_wait_that_the_vendor_asks_for(provider: StableDiffusionAPI, modelslab_server: FakeModelsLab, make_work: MakeWork) -> None:
    modelslab_server.fail(200, {"status": "error", "message": "Rate limit exceeded.", "retry_after": 30})
    assert fail(provider, make_work()).retry_after_seconds == 30


def test_job_that_fails(provider: StableDiffusionAPI, modelslab_server: FakeModelsLab, make_work: MakeWork) -> None:
    modelslab_server.steps = [{"status": "failed", "message": "Image generation failed."}]
    seen: list[Any] = []
    with pytest.raises(JobLost):
        seen.extend(provider.run(make_work()))
    assert [event for event in seen if isinstance(event, Job)] == [Job("101")]
    assert modelslab_server.looks == {"101": 1}


@pytest.mark.parametrize("body", [{}, {"status": "success"}, {"status": "success", "output": []}, {"status": "processing"}, [], "success"])
def test_answers_that_are_neither_a_result_nor_a_job(
    provider: StableDiffusionAPI, modelslab_server: FakeModelsLab, make_work: MakeWork, body: object
) -> None:
    modelslab_server.fail(200, body)
    assert type(fail(provider, make_work())) is faults.Garbled


@pytest.mark.parametrize("content", [b"%%% this is no base64", b"aGVsbG8="])
def test_files_of_text_that_hold_no_picture(
    provider: StableDiffusionAPI, modelslab_server: FakeModelsLab, make_work: MakeWork, content: bytes
) -> None:
    modelslab_server.steps = [{"status": "success", "output": [modelslab_server.serve_file("a.base64", content, "text/plain")]}]
    assert type(fail(provider, make_work())) is faults.Garbled
