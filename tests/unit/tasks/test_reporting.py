"""What an attempt writes as its provider's events come: never more used than what its readers can see."""

import threading

import pytest

from accounts.identity import Caller
from aitasks.providers.port import Delta, Progress, Usage
from aitasks.services import reporting
from aitasks.services.ending import close
from tasks.models import Task
from tasks.services import running
from tests.unit.tasks.conftest import claimed, new_task


@pytest.mark.clause("A-4.1")
def test_progress_counts_no_text_that_is_not_written_yet(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = claimed(new_task(caller))
    reporter = reporting.Reporter(attempt=attempt, shares=[1], stopping=threading.Event())
    reporter.take(Usage(10))
    reporter.take(Delta("0123456789"))
    monkeypatch.setattr(reporting, "DELTA_SECONDS", 3_600)
    reporter.take(Usage(20))
    reporter.take(Delta("0123456789"))
    reporter.take(Progress(50))
    assert Task.objects.values_list("progress", "used_units").get() == (50, 10)
    reporter.flush()
    assert Task.objects.values_list("progress", "used_units").get() == (50, 20)
    running.succeed(attempt=attempt, used_units=20, closing=close)
