"""Threads in the dialect of the Assistants API, which OpenAI shut down on 2026-08-26 and other servers still speak.

Wire: ``POST|DELETE /v1/threads``, ``GET …/messages``, ``POST …/runs`` with ``additional_messages`` and ``stream`` (OpenAI's OpenAPI
document, 2026-08-21). A run needs an assistant: one of ours, found by its name or made. A run goes on when its stream is left, and keeps
the thread busy; so it is cancelled by a request of its own.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import openai

from aitasks.features import units
from aitasks.providers import faults, reply
from aitasks.providers.openai import failures, upstream
from aitasks.providers.port import Access, Event
from aitasks.providers.threads import ThreadGone, ThreadMessage
from common import errors

PAGE = 100
ASSISTANT = "tollgate"
CANCEL_SECONDS = 5.0
OVER = ("thread.run.completed", "thread.run.incomplete", "thread.run.cancelled", "thread.run.failed", "thread.run.expired")


def create(access: Access) -> str:
    """Make a thread and return its id."""
    with failures.translated(access), upstream.open_client(access) as client:
        return client.beta.threads.create().id


def delete(access: Access, thread_id: str) -> None:
    """Delete the thread, if it is still there."""
    with failures.translated(access), upstream.open_client(access) as client:
        try:
            client.beta.threads.delete(thread_id)
        except openai.NotFoundError:
            return


def list_messages(access: Access, thread_id: str) -> Sequence[ThreadMessage]:
    """Return the thread's messages, oldest first; raises ``ThreadGone``."""
    with failures.translated(access), upstream.open_client(access) as client:
        try:
            rows = list(client.beta.threads.messages.list(thread_id, order="asc", limit=PAGE))
        except openai.NotFoundError:
            raise ThreadGone(thread_id) from None
        return [
            ThreadMessage(
                id=row.id,
                role=row.role,
                content="".join(part.text.value for part in row.content if part.type == "text"),
                created_at=datetime.fromtimestamp(row.created_at, UTC),
            )
            for row in rows
        ]


def send(access: Access, model: str, thread_id: str, content: str, *, characters_max: int) -> Iterator[Event]:
    """Send a user's message and yield the reply; raises ``ThreadGone``. A run that is left is cancelled."""

    def begin(client: openai.OpenAI) -> Iterator[Any]:
        assistant_id = _find_assistant(client, model)
        message: Any = {"role": "user", "content": content}
        try:
            return client.beta.threads.runs.create(
                thread_id, assistant_id=assistant_id, model=model, additional_messages=[message], stream=True
            )
        except openai.NotFoundError:
            raise ThreadGone(thread_id) from None

    counted = units.count_input(source_type="", source_characters=0, prompt=content, negative="")
    pieces = _read(access, thread_id, upstream.stream(access, begin))
    yield from reply.deliver(pieces, counted=counted, characters_max=characters_max)


def _find_assistant(client: openai.OpenAI, model: str) -> str:
    for assistant in client.beta.assistants.list(limit=PAGE, order="asc"):
        if assistant.name == ASSISTANT:
            return assistant.id
    return client.beta.assistants.create(model=model, name=ASSISTANT).id


def _read(access: Access, thread_id: str, events: Generator[Any, None, None]) -> Generator[reply.Piece, None, None]:
    open_run = ""
    try:
        for event in events:
            if event is not None and event.event == "thread.run.created":
                open_run = event.data.id
            if event is not None and event.event in OVER:
                open_run = ""
            yield from _read_one(event)
    except (AttributeError, TypeError) as error:
        raise faults.Garbled(faults.GARBLED) from error
    finally:
        events.close()
        if open_run:
            _cancel(access, thread_id, open_run)


def _read_one(event: Any) -> Iterator[reply.Piece]:
    if event is None:
        yield None
    elif event.event == "thread.message.delta":
        for part in event.data.delta.content or ():
            if part.type == "text" and part.text:
                yield part.text.value or ""
    elif event.event in {"thread.run.completed", "thread.run.incomplete"}:
        if event.data.usage:
            yield reply.Tokens(input=event.data.usage.prompt_tokens, output=event.data.usage.completion_tokens)
        yield reply.Ended()
    elif event.event in {"thread.run.failed", "thread.run.expired", "thread.run.cancelled"}:
        problem = event.data.last_error
        raise failures.say(code=str(problem.code) if problem else "", words=problem.message if problem else "")


def _cancel(access: Access, thread_id: str, run_id: str) -> None:
    """Cancel a run that nobody listens to; a vendor that does not take it ends the run by its own time limit."""
    hurried = replace(access, timeout_seconds=CANCEL_SECONDS, idle_seconds=CANCEL_SECONDS)
    with suppress(errors.TollgateError), failures.translated(hurried), upstream.open_client(hurried) as client:
        client.beta.threads.runs.cancel(run_id, thread_id=thread_id)
