"""``/call``, ``/result`` and ``/stats`` of the default service, and of each one under ``/services/<slug>/`` (M-1 to M-5).

Invariant: a reply is one of the contract's envelopes, whatever happened; the token is looked at first, then the other headers, then the
body (M-1.2).
"""

import uuid
from functools import cached_property
from typing import Any, ClassVar

from django.db import Error as DatabaseError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common import clock, errors
from common.contracts.handling import flatten
from common.contracts.marketplace import MARKETPLACE, remember
from common.contracts.views import ContractView
from common.contracts.wire import timestamp
from marketplace import selectors
from marketplace.api import documentation, headers
from marketplace.errors import BodyInvalid, TaskUnknown
from marketplace.models import Service
from marketplace.services import answers, calling, hosting
from marketplace.services.calling import Requester
from marketplace.states import PENDING, SUCCESS, ExtraType


class ServiceView(ContractView):
    """An endpoint of a service: the one that the path names, or the default one."""

    dialect = MARKETPLACE
    authentication_classes = ()
    error_kinds = (errors.Kind.UNAUTHENTICATED, errors.Kind.TOO_MANY)
    needs_request_id: ClassVar[bool] = True
    requester: Requester
    extra_type = ExtraType.OTHERS.value

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Look at the token, then at the other headers."""
        super().initial(request, *args, **kwargs)
        hosting.check_token(token=self.hosted.token, given=headers.read_token(request))
        self.requester = headers.read_requester(request, needs_request_id=self.needs_request_id)

    @cached_property
    def hosted(self) -> selectors.Hosted:
        """Return the service that is called, with its token and its methods."""
        hosted = selectors.get_hosted(slug=self.kwargs.get("slug"))
        remember(self.request.path, describe(hosted.service))
        return hosted

    @property
    def service(self) -> Service:
        """Return the service that is called."""
        return self.hosted.service

    def error_context(self) -> dict[str, str]:
        """Return what an error's envelope says of the service and of the call, as far as it is known."""
        known = {"request_id": headers.find_request_id(self.request), "extra_type": self.extra_type}
        try:
            service = self.service
        except (errors.TollgateError, DatabaseError):
            return known
        return known | describe(service)

    def read_fields(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """Return the body; a field that is missing or of another type breaks the protocol (M-1.2)."""
        try:
            return self.read_body(serializer)
        except serializers.ValidationError as error:
            raise BodyInvalid("The body is not valid", details=flatten(error.detail)) from None

    def facts(self) -> dict[str, Any]:
        """Return what every reply begins with."""
        return {"apiVersion": self.service.api_version, "service": self.service.name, "datetime": timestamp(clock.now())}

    def error_code(self, code: str, reason: str) -> dict[str, str]:
        """Return how it stands, in the service's own codes."""
        return {"status": f"{self.service.code}_{code}", "reason": reason}


def describe(service: Service) -> dict[str, str]:
    """Return what an error's envelope says of a service."""
    return {"code": service.code, "name": service.name, "api_version": service.api_version}


@extend_schema(parameters=documentation.HEADERS)
class Call(ServiceView):
    """Taking a call."""

    @extend_schema(
        request=documentation.MarketplaceCallBody,
        responses=documentation.MarketplaceCallReply,
        examples=[documentation.CALL_EXAMPLE, documentation.ACCEPTED_EXAMPLE, documentation.REFUSED_EXAMPLE],
    )
    def post(self, request: Request, slug: str = "") -> Response:
        """Ask a service for something, and get the id of the task that does it.

        The task is durable when the reply leaves. What the payload may hold is the method's to say; breaking its rules answers 200 with
        an error code and no task.
        """
        body = self.read_fields(documentation.MarketplaceCallBody)
        method = selectors.get_method(hosted=self.hosted, name=body.get("method"))
        self.extra_type = method.extra_type
        trace_id = uuid.uuid4()
        task_id = calling.take_call(hosted=self.hosted, method=method, requester=self.requester, payload=body["payload"], trace_id=trace_id)
        return Response(
            {
                "requestId": self.requester.request_id,
                "traceId": str(trace_id),
                **self.facts(),
                "isResponseImmediate": False,
                "extraType": method.extra_type,
                "response": {"taskId": str(task_id)},
                "errorCode": self.error_code(PENDING, "pending"),
            }
        )


@extend_schema(parameters=documentation.RESULT_HEADERS)
class Result(ServiceView):
    """Asking for a result."""

    needs_request_id = False

    @extend_schema(
        request=documentation.MarketplaceResultBody,
        responses=documentation.MarketplaceResultReply,
        examples=[documentation.RESULT_EXAMPLE, documentation.DONE_EXAMPLE, documentation.MISSING_EXAMPLE],
    )
    def post(self, request: Request, slug: str = "") -> Response:
        """Get how far a task is, and its result with links that are made now."""
        body = self.read_fields(documentation.MarketplaceResultBody)
        requester = self.requester
        try:
            call = selectors.get_call(service=self.service, task_id=body["taskId"], user_id=requester.user_id, role=requester.role)
        except TaskUnknown as error:
            return Response(answers.build_missing(service=self.service, reason=error.message))
        return Response(answers.build_answer(call=call, service=self.service))


@extend_schema(parameters=documentation.HEADERS)
class Stats(ServiceView):
    """Counts."""

    @extend_schema(
        request=documentation.MarketplaceStatsBody,
        responses=documentation.MarketplaceStatsReply,
        examples=[documentation.STATS_EXAMPLE, documentation.COUNTED_EXAMPLE],
    )
    def post(self, request: Request, slug: str = "") -> Response:
        """Get how many of the user's tasks in this service have ended, well and badly."""
        if self.request.stream is not None:
            self.read_fields(documentation.MarketplaceStatsBody)
        good, bad = selectors.count_ended(service=self.service, user_id=self.requester.user_id)
        counts = {"numRequestSuccess": good, "numRequestFailed": bad}
        return Response({**self.facts(), "response": counts, "errorCode": self.error_code(SUCCESS, "success")})
