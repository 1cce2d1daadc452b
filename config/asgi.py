"""The web process: Django behind ASGI, shaped for many small requests and many quiet streams.

* Each request runs in one hop to one of ``WEB_THREADS`` threads that live as long as the process, so database connections are few and
  reused, and more requests than threads wait instead of failing.
* A reply that is a file read in blocks (static files) is read whole in the thread.
* Bodies are counted as they come in and refused past the path's limit, before anything is stored.
* A view that wants to wait leaves a coroutine (``common.contracts.following``); no thread waits with it.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any, cast

import django
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix
from rest_framework.response import Response

from common.contracts.following import find_follow
from config.bodies import BodyLimit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

CANCEL_SECONDS = 0.5


@dataclass(slots=True)
class Lane:
    """One thread, and how many requests it has been given and not answered."""

    thread: ThreadPoolExecutor
    waiting: int = 0


class Handler(ASGIHandler):
    """Django's handler, with all of a request's synchronous work, from its first signal to its last, in one hop to a thread."""

    def __init__(self) -> None:
        # Not ASGIHandler's own: it would load the middleware for asynchronous use, with a thread hop for each.
        super(ASGIHandler, self).__init__()
        self.load_middleware(is_async=False)
        self._lanes = [Lane(ThreadPoolExecutor(1, thread_name_prefix=f"web-{number}")) for number in range(settings.WEB_THREADS)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request on the thread with the least to do; what a stream reads later, it reads on the same thread."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        lane = min(self._lanes, key=lambda each: each.waiting)
        async with ThreadSensitiveContext(executor=lane.thread):
            lane.waiting += 1
            try:
                response = await sync_to_async(self.respond)(scope, body)
            finally:
                lane.waiting -= 1
            if is_complete(response):
                await self.send_response(response, send)
            else:
                await self.attend(response, receive, send)

    def respond(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        """Return the response to a request, already closed unless something of it is yet to come."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body)
        response = self.get_response(request) if request is not None else cast("HttpResponseBase", refusal)
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            # A static file. Read here, in the thread: the event loop would have to wait for every block of it.
            response = read_whole(response)
        if is_complete(response):
            response.close()
        return response

    async def attend(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        """Wait or stream for as long as the client stays."""
        answering = asyncio.create_task(self.complete(response, send))
        leaving = asyncio.create_task(self.listen_for_disconnect(receive))
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end(leaving)
            await end(answering)
            await sync_to_async(response.close)()
        if not answering.cancelled():
            answering.result()

    async def complete(self, response: HttpResponseBase, send: Send) -> None:
        """Send the response, after waiting where the view asked to."""
        follow = find_follow(response)
        if follow is not None and isinstance(response, Response):
            final = await follow()
            await sync_to_async(finish)(response, final)
            response = final
        await self.send_response(response, send)


async def end(task: "asyncio.Task[None]") -> None:
    """Cancel a task and wait until it has ended; asked again and again, for a library's time-out can swallow the first cancellation."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=CANCEL_SECONDS)
    if not task.cancelled():
        task.exception()


def is_complete(response: HttpResponseBase) -> bool:
    """Return whether the response can be sent as it is."""
    return not response.streaming and find_follow(response) is None


def read_whole(response: StreamingHttpResponse) -> HttpResponse:
    """Return the streamed response with its content in one piece."""
    whole = HttpResponse(response.getvalue(), status=response.status_code, headers=dict(response.headers))
    whole.cookies = response.cookies
    response.close()
    return whole


def finish(placeholder: Response, final: Response) -> None:
    """Render ``final`` as the view's own reply would have been, with the headers that the middleware has set."""
    final.accepted_renderer = placeholder.accepted_renderer
    final.accepted_media_type = placeholder.accepted_media_type
    final.renderer_context = placeholder.renderer_context  # type: ignore[attr-defined]  # DRF sets it in finalize_response
    final.render()
    del placeholder.headers["Content-Length"]
    final.headers["Content-Length"] = str(len(final.content))
    for name, value in placeholder.headers.items():
        final.headers.setdefault(name, value)


class Application:
    """HTTP to Django, behind the body limit; nothing else is spoken here."""

    def __init__(self) -> None:
        self._http = BodyLimit(Handler())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)


application = Application()
