"""A reply as a stream in contract G's words (G-4.5): chunks with a ``delta`` of text, then ``[DONE]``."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from rest_framework.request import Request

from accounts.identity import Caller
from aitasks.api.streaming import has_ended, stream_events
from chat import selectors
from chat.api.rendering import render_message
from chat.errors import UnknownChatMessage
from chat.models import ChatMessage
from chat.services import leaving, messages
from common import errors, sse
from tasks import selectors as tasks_selectors
from tasks.states import FINISHED, EventKind

DIGITS_MAX = 9
ENDS = {state.value for state in FINISHED}


class ReplyStream:
    """Reads a reply from event number ``after`` on. Django closes it when the stream is over or its client has gone."""

    def __init__(self, *, caller: Caller, reply: ChatMessage, after: int) -> None:
        self._caller, self._reply, self._after = caller, reply, after
        self._is_over = False
        leaving.enter(message_id=reply.pk)

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Return the chunks."""
        return self._chunks()

    def close(self) -> None:
        """Say that this reader has gone; a server that restarts has sent its readers away itself."""
        leaving.leave(message_id=self._reply.pk, is_over=self._is_over or sse.closing.is_set())

    async def _chunks(self) -> AsyncIterator[bytes]:
        yield sse.chunk({"messageId": str(self._reply.pk), "delta": "", "status": "queued"})
        if self._reply.task_id is None:
            yield self._last_chunk(None)
            self._is_over = True
            yield sse.DONE
            return
        async for piece in stream_events(caller=self._caller, task_id=self._reply.task_id, after=self._after, reader=self._read):
            # Set before the piece is handed over: the client may hang up as soon as it has the last one.
            self._is_over = piece == sse.DONE
            yield piece

    def _read(self, _caller: Caller, task_id: UUID, after: int) -> tuple[list[bytes], int, bool]:
        """Return the chunks after event ``after``, the last number, and whether the reply has ended."""
        events = tasks_selectors.list_events(task_id=task_id, after=after)
        if not events:
            if not has_ended(task_id) or tasks_selectors.list_events(task_id=task_id, after=after):
                return [], after, False
            return [self._last_chunk(None)], after, True
        chunks: list[bytes] = []
        for event in events:
            if event.kind == EventKind.STATE and event.data["state"] in ENDS:
                return [*chunks, self._last_chunk(event.seq)], event.seq, True
            if event.kind == EventKind.STATE:
                chunks.append(self._chunk(event.seq, delta="", status=event.data["state"]))
            elif event.kind == EventKind.DELTA:
                chunks.append(self._chunk(event.seq, delta=event.data["text"]))
        return chunks, events[-1].seq, False

    def _chunk(self, number: int | None, **facts: Any) -> bytes:
        return sse.chunk({"messageId": str(self._reply.pk), **facts}, number=number)

    def _last_chunk(self, number: int | None) -> bytes:
        """Return the end: the whole reply, and the error if it failed."""
        reply = ChatMessage.objects.filter(pk=self._reply.pk).first()
        try:
            settled = None if reply is None else messages.settle(message=reply)
        except UnknownChatMessage:
            settled = None
        if settled is None:
            return self._chunk(number, delta="", status="cancelled")
        shown = render_message(selectors.read_message(settled))
        error = shown["error"] or {}
        return self._chunk(number, delta="", status=shown["status"], message=shown, **error)


def parse_last_event_id(request: Request) -> int:
    """Return the number of the event after which to read on (``Last-Event-ID``, ``?after=``); 0 is the beginning."""
    given = request.headers.get("Last-Event-ID") or request.query_params.get("after", "")
    if given and not (given.isascii() and given.isdigit() and len(given) <= DIGITS_MAX):
        raise errors.Invalid("Last-Event-ID must be the id of an event of this stream.")
    return int(given or 0)
