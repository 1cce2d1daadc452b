"""The task's state machine as data. ``docs/states.md`` is drawn from it, and a test walks every pair of states."""

from enum import StrEnum


class State(StrEnum):
    """Where a task is. The values are those of the platform contract (P-2.3)."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


TRANSITIONS: dict[State, dict[State, str]] = {
    State.QUEUED: {
        State.RUNNING: "a worker claims it: a new attempt with a lease",
        State.FAILED: "its attempts are used up",
        State.CANCELLED: "its owner cancels it",
    },
    State.RUNNING: {
        State.QUEUED: "the attempt failed in a way that another may not, the worker stops, or its lease ran out",
        State.SUCCEEDED: "the attempt delivered",
        State.FAILED: "the request was bad, or the last attempt failed",
        State.CANCELLED: "its owner cancels it",
    },
    State.SUCCEEDED: {},
    State.FAILED: {},
    State.CANCELLED: {},
}
UNFINISHED = tuple(state for state, onward in TRANSITIONS.items() if onward)
FINISHED = tuple(state for state, onward in TRANSITIONS.items() if not onward)


class EventKind(StrEnum):
    """What an event tells."""

    STATE = "state"
    PROGRESS = "progress"
    PARTIAL = "partial"
    DELTA = "delta"


class News(StrEnum):
    """What a task's webhook can be told of (P-2.7); on the wire ``task.started`` and so on."""

    STARTED = "started"
    PROGRESS = "progress"
    PARTIAL = "partial"
    COMPLETED = "completed"
    """It has ended: well, badly, or cancelled."""


class DeliveryState(StrEnum):
    """Where a delivery is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up: the schedule is used up, or the receiver is gone."""
    SKIPPED = "skipped"
    """Later news of the same kind made it needless before it was sent."""


def can_move(before: State, after: State) -> bool:
    """Return whether the state machine allows the step."""
    return after in TRANSITIONS[before]
