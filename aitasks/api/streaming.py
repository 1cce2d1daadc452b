"""Following a task: the events as a stream (P-2.5), or waiting for its end (P-2.3). No thread and no connection is held meanwhile."""

import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async

from accounts import selectors as accounts_selectors
from accounts.errors import BadToken
from accounts.identity import Caller
from aitasks.api.rendering import render_output, render_task
from common import sse, wake
from common.errors import TollgateError
from tasks import selectors
from tasks.models import Task, TaskEvent
from tasks.states import FINISHED, EventKind

ENDS = {state.value for state in FINISHED}
Reader = Callable[[Caller, UUID, int], tuple[list[bytes], int, bool]]
"""From a caller, a task and a number to the chunks after it, the last number, and whether that was all."""


async def stream_events(*, caller: Caller, task_id: UUID, after: int, reader: Reader | None = None) -> AsyncIterator[bytes]:
    """Yield the task's events after number ``after`` as they come, then the whole task, then ``[DONE]``.

    Ends within a second of the caller's session or key. ``reader`` writes the chunks in another contract's words.
    """
    read = reader or read_chunks
    beat_at = time.monotonic() + sse.HEARTBEAT_SECONDS
    check_at = time.monotonic() + sse.CREDENTIAL_SECONDS
    async with wake.Listener(task_id) as listener:
        while True:
            if time.monotonic() >= check_at:
                if not await sync_to_async(accounts_selectors.is_caller_alive)(caller):
                    return
                check_at = time.monotonic() + sse.CREDENTIAL_SECONDS
            chunks, after, is_over = await sync_to_async(read)(caller, task_id, after)
            for piece in chunks:
                yield piece
            if is_over:
                yield sse.DONE
                return
            if sse.closing.is_set():
                yield sse.COME_BACK
                return
            if time.monotonic() >= beat_at:
                beat_at = time.monotonic() + sse.HEARTBEAT_SECONDS
                yield sse.HEARTBEAT
            await listener.wait()


async def wait_for_end(*, caller: Caller, task_id: UUID, seconds: float) -> Task:
    """Return the task when it has ended, or as it is after ``seconds``.

    Raises :class:`BadToken` within a second of the end of the caller's session or key.
    """
    until = time.monotonic() + seconds
    check_at = time.monotonic() + sse.CREDENTIAL_SECONDS
    async with wake.Listener(task_id) as listener:
        while True:
            if time.monotonic() >= check_at:
                if not await sync_to_async(accounts_selectors.is_caller_alive)(caller):
                    raise BadToken
                check_at = time.monotonic() + sse.CREDENTIAL_SECONDS
            is_over = await sync_to_async(has_ended)(task_id)
            if is_over or time.monotonic() >= until or sse.closing.is_set():
                return await sync_to_async(selectors.get_task)(account_id=caller.account_id, task_id=task_id)
            await listener.wait()


def has_ended(task_id: UUID) -> bool:
    """Return whether the task has ended, or is gone."""
    return not Task.objects.filter(pk=task_id).exclude(state__in=ENDS).exists()


def read_chunks(caller: Caller, task_id: UUID, after: int) -> tuple[list[bytes], int, bool]:
    """Return the chunks for events after ``after``, the last number, and whether the task has ended."""
    events = selectors.list_events(task_id=task_id, after=after)
    if not events:
        return [], after, has_ended(task_id) and not selectors.list_events(task_id=task_id, after=after)
    task = None
    if any(event.kind in {EventKind.PARTIAL, EventKind.STATE} for event in events):
        try:
            task = selectors.get_task(account_id=caller.account_id, task_id=task_id)
        except TollgateError:
            return [], after, True
    chunks = [sse.chunk(render_event(event, task), number=event.seq) for event in events]
    return chunks, events[-1].seq, events[-1].data.get("state") in ENDS


def render_event(event: TaskEvent, task: Task | None) -> dict[str, Any]:
    """Return one event as a JSON chunk; the last one carries the whole task."""
    head: dict[str, Any] = {"id": str(event.task_id), "event": event.kind}
    if event.kind == EventKind.STATE and task is not None and event.data["state"] in ENDS:
        return head | {"event": "completed"} | render_task(task)
    if event.kind == EventKind.STATE:
        return head | {"status": event.data["state"]}
    if event.kind == EventKind.DELTA:
        return head | {"status": "running", "delta": {"text": event.data["text"]}}
    chunk = head | {"status": "running", "progress": event.data["progress"]}
    if event.kind == EventKind.PARTIAL and task is not None:
        output = next((row for row in task.outputs.all() if row.index == event.data["index"]), None)
        chunk |= {"target": render_output(output, task.payload["target"]) if output else None}
    return chunk
