"""Contract P, section 2: the AI APIs. One set of views serves every feature; the routes come from the declarations (P-1.5)."""

import re
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import CallerView
from aitasks import registry
from aitasks.api import catalogue, documentation
from aitasks.api.rendering import render_task
from aitasks.api.streaming import stream_events, wait_for_end
from aitasks.feature import Feature
from aitasks.services import ending, submitting
from common import errors, sse
from common.contracts.following import followed
from common.contracts.paging import parse_page, render_page
from common.contracts.platform import PLATFORM
from common.contracts.views import ContractView
from common.errors import Kind
from tasks import selectors
from tasks.models import Task
from tasks.states import UNFINISHED, State

WAIT_SECONDS_MAX = 60
WAIT_SECONDS_DEFAULT = 10
DIGITS_MAX = 9
IDEMPOTENCY_KEY = re.compile(r'"?([\x21\x23-\x7e]{1,255})"?')


class Catalogue(ContractView):
    """``GET /api/ai`` (P-2.9), open to everybody: what there is and what it costs is no secret."""

    dialect = PLATFORM

    @documentation.catalogue
    def get(self, request: Request) -> Response:
        """List the features with their schemas, targets and prices."""
        return Response({"items": catalogue.render_features(), "next": ""})


class FeatureView(CallerView):
    """An endpoint of one feature."""

    dialect = PLATFORM
    feature: ClassVar[Feature | None] = None
    error_kinds: ClassVar[tuple[Kind, ...]] = (Kind.NOT_FOUND,)

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Scope the key to the feature."""
        self.api = self.the_feature.name
        super().initial(request, *args, **kwargs)

    @property
    def the_feature(self) -> Feature:
        """Return the feature that this route belongs to."""
        if self.feature is None:
            raise errors.NotFound("There is nothing at this path.")
        return self.feature

    def get_task(self, task_id: UUID) -> Task:
        """Return the caller's task of this feature; raises ``UnknownTask``."""
        return selectors.get_task(account_id=self.caller.account_id, task_id=task_id, kind=self.the_feature.name)


class Calls(FeatureView):
    """``/api/ai/<feature>``: call it, list its tasks."""

    error_kinds = (Kind.PAYMENT_REQUIRED, Kind.CONFLICT, Kind.UNSUPPORTED, Kind.FORBIDDEN, Kind.TOO_MANY)

    def post(self, request: Request) -> HttpResponseBase:
        """Call the feature: 200 with the result if it is done soon, else 202 and where to look (P-2.3)."""
        wait_seconds = parse_wait(request, self.the_feature)
        task, parsed = submitting.submit(
            caller=self.caller,
            feature=self.the_feature,
            body=self.read_object(),
            contract=PLATFORM.name,
            idempotency_key=parse_idempotency_key(request),
        )
        if parsed.stream:
            return sse.event_stream(stream_events(caller=self.caller, task_id=task.pk, after=0))
        if not wait_seconds or task.is_finished:
            return task_response(task)
        caller = self.caller

        async def follow() -> Response:
            try:
                ended = await wait_for_end(caller=caller, task_id=task.pk, seconds=wait_seconds)
            except errors.TollgateError as error:
                # Nobody above handles it: the view has returned.
                return Response(PLATFORM.render(error), status=PLATFORM.status(error), headers=PLATFORM.headers(error))
            return task_response(ended)

        return followed(task_response(task), follow)

    def get(self, request: Request) -> Response:
        """List the caller's unfinished tasks of this feature, newest first; ``?status=`` widens it (P-2.4)."""
        rows = selectors.list_tasks(account_id=self.caller.account_id, kind=self.the_feature.name, states=parse_states(request))
        return Response(render_page(rows, parse_page(request), render_task))


class OneCall(FeatureView):
    """``/api/ai/<feature>/{id}``."""

    def get(self, request: Request, task_id: UUID) -> Response:
        """Return the task: status, progress, results so far (P-2.4)."""
        return Response(render_task(self.get_task(task_id)))

    def delete(self, request: Request, task_id: UUID) -> Response:
        """Cancel an unfinished task (200, with what it delivered), or remove a finished one with its files (204) (P-2.6)."""
        self.get_task(task_id)
        if ending.cancel(account_id=self.caller.account_id, task_id=task_id):
            return Response(render_task(self.get_task(task_id)))
        ending.remove(account_id=self.caller.account_id, task_id=task_id)
        return Response(status=204)


class Events(FeatureView):
    """``/api/ai/<feature>/{id}/events``."""

    def get(self, request: Request, task_id: UUID) -> HttpResponseBase:
        """Stream the task's progress, partial results and end; ``Last-Event-ID`` resumes (P-2.5)."""
        task = self.get_task(task_id)
        return sse.event_stream(stream_events(caller=self.caller, task_id=task.pk, after=parse_last_event_id(request)))


def feature_view(base: type[FeatureView], feature: Feature, document: Callable[[Any, Feature], Any]) -> Any:
    """Return ``base`` bound to a feature, documented from its declaration, as a view function."""
    summary = feature.summary if base is Calls else base.__doc__
    view = type(f"{feature.title}{base.__name__}", (base,), {"feature": feature, "__doc__": summary})
    return document(view, feature).as_view()


def task_response(task: Task) -> Response:
    """Return the reply that shows a task: 200 when it has ended, else 202; ``Location`` either way."""
    status = 202 if task.state in {state.value for state in UNFINISHED} else 200
    return Response(render_task(task), status=status, headers={"Location": f"/api/ai/{task.kind}/{task.pk}"})


def parse_wait(request: Request, feature: Feature) -> float:
    """Return how many seconds the caller wants to wait (``Prefer: wait=``), or the feature's default."""
    prefer = request.headers.get("Prefer", "")
    match = re.search(r"(?:^|[,;\s])wait\s*=\s*\"?(-?[0-9.]{1,9})", prefer)
    if match is None:
        return 0 if feature.long_running or prefer.strip() == "respond-async" else WAIT_SECONDS_DEFAULT
    try:
        seconds = float(match[1])
    except ValueError:
        seconds = -1
    if seconds < 0:
        raise errors.Invalid("Prefer: wait must be a number of seconds from 0 to 60.")
    return min(seconds, WAIT_SECONDS_MAX)


def parse_idempotency_key(request: Request) -> str | None:
    """Return the Idempotency-Key, quoted or bare; raises ``errors.Invalid`` for one that is neither."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    match = IDEMPOTENCY_KEY.fullmatch(given)
    if match is None:
        raise errors.Invalid("Idempotency-Key must be 1 to 255 visible ASCII characters.")
    return match[1]


def parse_states(request: Request) -> tuple[State, ...]:
    """Return the states to list: unfinished ones, or those that ``?status=`` names, separated by commas; ``all`` for all."""
    given = request.query_params.get("status", "")
    if not given:
        return UNFINISHED
    if given == "all":
        return tuple(State)
    try:
        return tuple(State(name) for name in given.split(","))
    except ValueError:
        raise errors.Invalid(f"status must be all, or some of {', '.join(State)}, separated by commas.") from None


def parse_last_event_id(request: Request) -> int:
    """Return the number after which to resume; 0 is the beginning."""
    given = request.headers.get("Last-Event-ID") or request.query_params.get("after", "")
    if not given:
        return 0
    if not (given.isascii() and given.isdigit() and len(given) <= DIGITS_MAX):
        raise errors.Invalid("Last-Event-ID must be the id of an event of this stream.")
    return int(given)


def routes() -> list[tuple[str, Any]]:
    """Return the paths of all features below ``/api/ai/`` with their views."""
    found: list[tuple[str, Any]] = []
    for feature in registry.public_features():
        found += [
            (feature.name, feature_view(Calls, feature, documentation.document_calls)),
            (f"{feature.name}/<uuid:task_id>", feature_view(OneCall, feature, documentation.document_task)),
            (f"{feature.name}/<uuid:task_id>/events", feature_view(Events, feature, documentation.document_events)),
        ]
    return found
