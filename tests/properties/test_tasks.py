"""The engine under any sequence of what workers, owners, sweepers and time may do: one end, one charge, events without a gap."""

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from aitasks.services.ending import close
from aitasks.services.submitting import RUN_JOB
from billing import audit
from common import clock
from common.models import Job
from metrics.models import UsageRecord
from tasks.errors import AttemptsUsedUp, LeaseLost
from tasks.models import Task, TaskEvent
from tasks.services import heartbeat, running, sweeping
from tasks.services.running import Attempt
from tasks.states import FINISHED, UNFINISHED, EventKind, State
from tests.unit.tasks.conftest import make_caller, new_task

UNITS = st.integers(0, 12)
START = datetime(2030, 1, 1, tzinfo=UTC)
ENDS = {state.value for state in FINISHED}


class Engine(RuleBasedStateMachine):
    """One task, every attempt that was ever made at it (late ones go on trying), and a clock."""

    @initialize()
    def submit(self) -> None:
        """Start with a queued task."""
        self.now = START
        self.clock = mock.patch.object(clock, "now", side_effect=lambda: self.now)
        self.clock.start()
        self.task = new_task(make_caller())
        self.attempts: list[Attempt] = []
        self.state = State.QUEUED

    def teardown(self) -> None:
        """Let the clock go."""
        self.clock.stop()

    def attempt(self, which: int) -> Attempt:
        """Return one of the attempts, dead or alive."""
        return self.attempts[which % len(self.attempts)]

    @rule()
    def claim(self) -> None:
        """A worker takes the job."""
        attempt = running.claim(task_id=self.task.pk)
        if attempt is not None:
            self.attempts.append(attempt)

    @precondition(lambda self: self.attempts)
    @rule(which=st.integers(0, 9), what=st.sampled_from(["progress", "delta", "output", "beat", "succeed", "fail"]), units=UNITS)
    def write(self, which: int, what: str, units: int) -> None:
        """A worker writes, whether or not the task is still its own."""
        attempt = self.attempt(which)
        try:
            if what == "progress":
                running.report_progress(attempt=attempt, progress=min(units * 8, 99), used_units=units)
            elif what == "delta":
                running.report_delta(attempt=attempt, text="a", used_units=units)
            elif what == "output":
                running.report_output(
                    attempt=attempt, index=units % 3, content_type="text/plain", text="a", file=None, progress=50, used_units=units
                )
            elif what == "beat":
                heartbeat.renew(attempt)
            elif what == "succeed":
                running.succeed(attempt=attempt, used_units=units, closing=close)
            else:
                running.fail(attempt=attempt, error=LOST, closing=close)
        except LeaseLost:
            assert attempt is not self.attempts[-1] or self.state != State.RUNNING

    @precondition(lambda self: self.attempts)
    @rule(counts=st.booleans())
    def put_back(self, counts: bool) -> None:
        """The newest worker gives up, and keeps trying no more."""
        running.put_back(attempt=self.attempts[-1], job=RUN_JOB, counts=counts)
        if not counts:
            self.attempts.pop()

    @rule(does=st.sampled_from([True, False, False]))
    def cancel(self, does: bool) -> None:
        """The owner cancels, now and then."""
        if does:
            running.cancel(account_id=self.task.account_id, task_id=self.task.pk, closing=close)

    @rule(seconds=st.sampled_from([1, 30, 61, 4_000]))
    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    @rule()
    def sweep(self) -> None:
        """The scheduler looks."""
        sweeping.recover_expired(job=RUN_JOB, closing=close)
        sweeping.fail_exhausted(closing=close)
        sweeping.requeue_forgotten(job=RUN_JOB, is_queue_empty=lambda: not Job.objects.exists())

    @invariant()
    def is_sound(self) -> None:
        """Hold the row, its events and the credits against each other."""
        if not hasattr(self, "task"):
            return
        row = Task.objects.select_related("hold").get(pk=self.task.pk)
        now = State(row.state)
        assert self.state in UNFINISHED or now == self.state
        events = list(TaskEvent.objects.filter(task=row).order_by("seq"))
        assert [event.seq for event in events] == list(range(1, row.event_seq + 1))
        ends = [event for event in events if event.kind == EventKind.STATE and event.data["state"] in ENDS]
        is_over = now in FINISHED
        assert len(ends) == UsageRecord.objects.filter(pk=row.pk).count() == int(is_over)
        assert (row.hold.charged is not None) == is_over
        assert not is_over or (ends == events[-1:] and row.hold.charged == min(row.used_units, row.hold.amount))
        assert list(audit.find_problems()) == []
        self.state = now


LOST = AttemptsUsedUp()


@pytest.mark.clause("A-4.1", "P-2.3")
def test_any_sequence_of_events_ends_a_task_once(db: None) -> None:
    run_state_machine_as_test(
        Engine,
        settings=settings(max_examples=15, stateful_step_count=30, deadline=None, database=None, suppress_health_check=list(HealthCheck)),
    )
