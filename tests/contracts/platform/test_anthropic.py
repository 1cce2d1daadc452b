"""P-3.1, P-3.2: a row of the kind ``anthropic`` in the product: it does texts and reads documents, and the next provider helps out."""

import io
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfWriter

from aitasks.services import providers
from billing.models import Hold
from tasks.models import Task
from tests.conftest import Actor
from tests.fakes.anthropic.server import KEY, FakeAnthropic, anthropic_server

__all__ = ["anthropic_server"]

pytestmark = pytest.mark.clause("P-3.1", "P-3.2")
RunJobs = Callable[[], int]
CALL = {"prompts": {"prompt": "What is 2 + 3?"}}
PROMPT_CHARACTERS = len("What is 2 + 3?")
REPLY = "All is well here today."


@pytest.fixture(autouse=True)
def row(anthropic_server: FakeAnthropic) -> None:
    """A provider at the fake, ahead of the embedded one."""
    facts: Any = {"kind": "anthropic", "base_url": anthropic_server.root_url, "model_list": [{"name": "claude-test"}], "priority": 5}
    providers.save_provider(name="claude", facts=facts, credential=KEY)


def do(user: Actor, run_jobs: RunJobs, feature: str, call: dict[str, Any]) -> dict[str, Any]:
    """Make a call, have it done, and return the task."""
    location = user.api.post(f"/api/ai/{feature}", call, headers={"Prefer": "respond-async"}).headers["location"]
    run_jobs()
    task: dict[str, Any] = user.api.get(location).json
    return task


def test_text(user: Actor, run_jobs: RunJobs, anthropic_server: FakeAnthropic) -> None:
    task = do(user, run_jobs, "text2text", CALL)
    assert (task["status"], task["provider"], task["model"]) == ("succeeded", "anthropic", "claude-test")
    assert task["target"]["data"]["text"] == REPLY
    assert task["usage"] == {"credits": "1", "reserved": "0"}
    assert Task.objects.get().used_units == PROMPT_CHARACTERS + len(REPLY)
    assert len(anthropic_server.requests) == 1


def test_document(user: Actor, run_jobs: RunJobs, anthropic_server: FakeAnthropic) -> None:
    file = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.write(file)
    link = f"data:application/pdf;base64,{b64encode(file.getvalue()).decode()}"
    task = do(user, run_jobs, "extract", {"source": {"data": {"type": "application/pdf", "src": link}}, "pages": 3})
    assert (task["status"], task["provider"], task["usage"]["credits"]) == ("succeeded", "anthropic", "6")
    [message] = anthropic_server.requests[0].body["messages"]
    assert message["content"][0]["source"]["data"] == b64encode(file.getvalue()).decode()


@pytest.mark.clause("P-3.3")
def test_an_overloaded_vendor_is_passed_by(user: Actor, run_jobs: RunJobs, anthropic_server: FakeAnthropic) -> None:
    anthropic_server.fail(status=529)
    task = do(user, run_jobs, "text2text", CALL)
    assert (task["status"], task["provider"], task["attempt"]) == ("succeeded", "local", 1)
    assert Hold.objects.get().charged == 1


@pytest.mark.clause("P-3.3")
def test_a_reply_that_breaks_off_is_charged_for_what_came(user: Actor, run_jobs: RunJobs, anthropic_server: FakeAnthropic) -> None:
    anthropic_server.reply = "word " * 500
    anthropic_server.fail(how="error", code="overloaded_error", after=300)
    task = do(user, run_jobs, "text2text", CALL)
    assert (task["status"], task["provider"], task["error"]["code"]) == ("failed", "anthropic", 13)
    assert task["usage"] == {"credits": "2", "reserved": "0"}
    assert Task.objects.get().used_units == PROMPT_CHARACTERS + 1_500
    assert KEY not in str(task)
