"""What the simulator knows: every object by its id, in the order in which they were made, and what is to be delivered.

Invariants: everything is read and changed under ``lock``; objects hold only keys that Stripe's objects have, and private facts about one
(a checkout's line items, a customer whose card fails) are in ``notes``. With a file, every change is on disk before its reply is sent.
"""

import copy
import json
import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from billing.simulator import refusals

Thing = dict[str, Any]

API_VERSION = "2026-10-28.endive"
EVENTS_MAX = 500
REPLIES_MAX = 1_000


class State:
    """All objects of one simulated account. ``deliver`` says whether events are to be sent to somebody."""

    def __init__(self, *, file: Path | None, deliver: bool) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.deliver = deliver
        self.objects: dict[str, Thing] = {}
        self.notes: dict[str, dict[str, Any]] = {}
        self.replies: dict[str, dict[str, Any]] = {}
        self.outbox: list[dict[str, Any]] = []
        self.request: dict[str, str | None] = {"id": None, "idempotency_key": None}
        self._file = file
        if file is not None and file.exists():
            for name, value in json.loads(file.read_text(encoding="utf-8")).items():
                setattr(self, name, value)

    def keep(self) -> None:
        """Write everything to the file, if there is one; the old file stays whole until the new one is."""
        if self._file is None:
            return
        content = {name: getattr(self, name) for name in ("objects", "notes", "replies", "outbox")}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(content), encoding="utf-8")
        fresh.replace(self._file)

    def now(self) -> int:
        """Return the time in Unix seconds."""
        return int(time.time())

    def make_id(self, prefix: str) -> str:
        """Return an id that nothing has, not even after the file was lost."""
        return f"{prefix}_{secrets.token_hex(12)}"

    def add(self, thing: Thing) -> Thing:
        """Keep a new object and return it."""
        self.objects[thing["id"]] = thing
        return thing

    def get(self, kind: str, id: Any, *, param: str = "id") -> Thing:
        """Return an object, or refuse as Stripe does."""
        found = self.objects.get(str(id))
        if found is None or found["object"] != kind:
            raise refusals.missing(kind, str(id), param=param)
        return found

    def find(self, kind: str, matches: Callable[[Thing], bool] = bool) -> list[Thing]:
        """Return the objects of a kind that match, newest first."""
        return [thing for thing in reversed(self.objects.values()) if thing["object"] == kind and matches(thing)]

    def note(self, id: str) -> dict[str, Any]:
        """Return the private facts about an object, to read and to change."""
        return self.notes.setdefault(id, {})

    def emit(self, type: str, thing: Thing, *, before: Thing | None = None) -> Thing:
        """Record an event with the object as it is now, and queue it; ``before`` gives what changed since."""
        data: Thing = {"object": copy.deepcopy(thing)}
        if before is not None:
            data["previous_attributes"] = {key: copy.deepcopy(value) for key, value in before.items() if thing.get(key) != value}
        event = {
            "id": self.make_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 1 if self.deliver else 0,
            "request": dict(self.request),
            "type": type,
        }
        self.add(event)
        if self.deliver:
            self.outbox.append({"event": event["id"], "attempts": 0, "due": 0.0})
            self.changed.notify_all()
        self._forget_old()
        return event

    def _forget_old(self) -> None:
        events = self.find("event")
        waiting = {entry["event"] for entry in self.outbox}
        for event in events[EVENTS_MAX:]:
            if event["id"] not in waiting:
                del self.objects[event["id"]]
        for key in list(self.replies)[:-REPLIES_MAX]:
            del self.replies[key]
