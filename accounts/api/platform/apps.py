"""Contract P: apps, and enabling them (P-5.1)."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors
from accounts.api.authentication import CallerView
from accounts.services import access
from common.contracts.paging import parse_page, render_page
from common.contracts.platform import PLATFORM
from common.errors import Kind


class AppSerializer(serializers.Serializer[object]):
    """An app: ``id`` is what keys and the ``X-App-Id`` header name, ``needs`` the APIs that enabling it enables."""

    id = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    needs = serializers.ListField(child=serializers.CharField())
    enabled = serializers.BooleanField()


class AppPageSerializer(serializers.Serializer[object]):
    """A page of apps, newest first."""

    items = AppSerializer(many=True)
    next = serializers.CharField(allow_blank=True)


class Apps(CallerView):
    """``/api/apps``."""

    dialect = PLATFORM
    api = "apps"

    @extend_schema(
        operation_id="api_apps_list",
        responses={200: AppPageSerializer},
        parameters=[
            OpenApiParameter("limit", int, description="Apps on a page, 1 to 100."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
    )
    def get(self, request: Request) -> Response:
        """List the apps, what each needs, and whether the caller has enabled it."""
        return Response(render_page(selectors.list_apps(self.caller.account_id), parse_page(request), render_app, key=int))


class AppEnabled(CallerView):
    """``/api/apps/{appId}/enabled``."""

    dialect = PLATFORM
    api = "apps"
    error_kinds = (Kind.NOT_FOUND,)

    @extend_schema(request=None, responses={200: AppSerializer})
    def put(self, request: Request, app_id: str) -> Response:
        """Enable an app, and with it every API that it needs, in one step; again changes nothing."""
        access.check_app_of_key(caller=self.caller, slug=app_id)
        return Response(render_app(access.enable_app(account_id=self.caller.account_id, slug=app_id)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, app_id: str) -> Response:
        """Disable an app; what the plan or another enabled app gives stays."""
        access.check_app_of_key(caller=self.caller, slug=app_id)
        access.disable_app(account_id=self.caller.account_id, slug=app_id)
        return Response(status=204)


def render_app(app: Any) -> dict[str, Any]:
    """Return an app, annotated with ``is_enabled``, as its user sees it."""
    return {"id": app.slug, "title": app.title, "description": app.description, "needs": app.apis, "enabled": app.is_enabled}
