"""Contract G, section 4: chat sessions and the messages in them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import CallerView
from aitasks.api.streaming import wait_for_end
from chat import selectors
from chat.api import documentation
from chat.api.rendering import render_message
from chat.api.streaming import ReplyStream, parse_last_event_id
from chat.errors import reply_failed
from chat.models import ChatMessage
from chat.services import messages, sessions
from common import sse
from common.contracts.following import followed
from common.contracts.gateway import GATEWAY
from common.contracts.paging import LIMIT_MAX, parse_page, render_page
from common.contracts.wire import TimestampField
from common.errors import Kind
from tasks.states import State

WAIT_SECONDS = 60.0


class OpenedSerializer(serializers.Serializer[object]):
    """The new session."""

    message = serializers.CharField()
    threadId = serializers.CharField()


class OpenSessionSerializer(serializers.Serializer[object]):
    """An open session."""

    threadId = serializers.CharField()
    createdAt = TimestampField()
    updatedAt = TimestampField()


class OpenSessionsSerializer(serializers.Serializer[object]):
    """The caller's open sessions, newest first."""

    chatSessions = OpenSessionSerializer(many=True)


class ChatView(CallerView):
    """An endpoint of chat."""

    dialect = GATEWAY
    api = "chat"


class Init(ChatView):
    """G-4.1."""

    error_kinds = (Kind.CONFLICT, Kind.PROVIDER_FAILED)

    @extend_schema(request=None, responses={201: OpenedSerializer})
    def post(self, request: Request) -> Response:
        """Open a chat session."""
        row = sessions.open_session(account_id=self.caller.account_id)
        return Response({"message": "Chat session initialized.", "threadId": row.thread_id}, status=201)


class Sessions(ChatView):
    """G-4.2."""

    @extend_schema(responses={200: OpenSessionsSerializer})
    def get(self, request: Request) -> Response:
        """List the caller's open chat sessions, newest first."""
        rows = selectors.get_profile_sessions(self.caller.account_id)
        return Response({"chatSessions": OpenSessionSerializer(rows, many=True).data})


class OneSession(ChatView):
    """G-4.3."""

    error_kinds = (Kind.NOT_FOUND,)

    @extend_schema(responses={200: OpenedSerializer})
    def delete(self, request: Request, thread_id: str) -> Response:
        """Close a chat session: what was said is deleted here and, in the background, at the provider."""
        sessions.close_session(account_id=self.caller.account_id, thread_id=thread_id)
        return Response({"message": "Chat session closed successfully.", "threadId": thread_id})


class Messages(ChatView):
    """G-4.5."""

    error_kinds = (Kind.NOT_FOUND, Kind.PAYMENT_REQUIRED, Kind.CONFLICT, Kind.TOO_MANY, Kind.PROVIDER_FAILED)

    @documentation.send
    def post(self, request: Request, thread_id: str) -> HttpResponseBase:
        """Say something and get the reply: as a stream of text deltas, or whole when it is done."""
        given = self.read_body(documentation.SendSerializer)
        caller = self.caller
        reply = messages.send(caller=caller, contract=GATEWAY.name, thread_id=thread_id, content=given["content"])
        if given["stream"]:
            return sse.event_stream(ReplyStream(caller=caller, reply=reply, after=0))

        async def follow() -> Response:
            if reply.task_id is not None:
                await wait_for_end(caller=caller, task_id=reply.task_id, seconds=WAIT_SECONDS)
            return await sync_to_async(reply_response)(self, reply)

        return followed(Response(show(reply)), follow)

    @documentation.history
    def get(self, request: Request, thread_id: str) -> Response:
        """List what was said: the newest page first, each page in the order of the conversation."""
        session = selectors.get_open_session(account_id=self.caller.account_id, thread_id=thread_id)
        messages.settle_open(session=session)
        page = parse_page(request)
        if "limit" not in request.query_params:
            page = replace(page, limit=LIMIT_MAX)
        found = render_page(selectors.list_messages(session), page, show)
        return Response({"messages": found["items"][::-1], "next": found["next"]})


class ReplyView(ChatView):
    """An endpoint of one reply."""

    error_kinds = (Kind.NOT_FOUND,)

    def get_reply(self, thread_id: str, message_id: UUID) -> ChatMessage:
        """Return the reply; raises ``UnknownChatSession`` or ``UnknownChatMessage``."""
        session = selectors.get_open_session(account_id=self.caller.account_id, thread_id=thread_id)
        return selectors.get_reply(session=session, message_id=message_id)


class OneMessage(ReplyView):
    """A reply."""

    @documentation.read
    def get(self, request: Request, thread_id: str, message_id: UUID) -> Response:
        """Return a reply as it is now."""
        return Response(show(messages.settle(message=self.get_reply(thread_id, message_id))))

    @documentation.stop
    def delete(self, request: Request, thread_id: str, message_id: UUID) -> Response:
        """Stop a reply; what was generated stays, and is charged. One that has ended stays as it is."""
        reply = self.get_reply(thread_id, message_id)
        return Response(show(messages.stop(account_id=self.caller.account_id, message=reply)))


class Events(ReplyView):
    """A reply as a stream."""

    @documentation.resume
    def get(self, request: Request, thread_id: str, message_id: UUID) -> HttpResponseBase:
        """Read a reply's stream on after a break; ``Last-Event-ID`` or ``after`` says from where."""
        after = parse_last_event_id(request)
        return sse.event_stream(ReplyStream(caller=self.caller, reply=self.get_reply(thread_id, message_id), after=after))


def show(message: ChatMessage) -> dict[str, Any]:
    """Return a message as it is now, rendered."""
    return render_message(selectors.read_message(message))


def reply_response(view: ChatView, reply: ChatMessage) -> Response:
    """Return the reply when it has ended (202 while it has not), or the error with which it failed."""
    settled = messages.settle(message=reply)
    if settled.status == State.FAILED:
        return view.handle_exception(reply_failed(kind=settled.error_kind, message=settled.error_message))
    return Response(show(settled), status=202 if settled.settled_at is None else 200)
