"""Contract P: the user's settings, their own and those that apps keep for them (P-4.1)."""

import json
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors
from accounts.api.authentication import CallerView
from accounts.models import App, AppSetting
from accounts.services import access, preferences
from common import errors
from common.contracts.paging import parse_page, render_page
from common.contracts.parsing import StrictJsonParser
from common.contracts.platform import PLATFORM
from common.contracts.wire import TimestampField, timestamp
from common.errors import Kind

OBJECT = {"title": "User settings", "type": "object", "additionalProperties": {}}
VALUE = OpenApiExample("A value", {"columns": 3})
EXAMPLE = OpenApiExample("Settings", {"theme": "dark", "editor": {"fontSize": 14}})


class MergePatchParser(StrictJsonParser):
    """Reads a merge patch under its own name (RFC 7396, section 4)."""

    media_type = "application/merge-patch+json"


class AppSettingSerializer(serializers.Serializer[object]):
    """A value that an app keeps: any JSON."""

    key = serializers.CharField()
    value = serializers.JSONField()
    updatedAt = TimestampField()


class AppSettingPageSerializer(serializers.Serializer[object]):
    """A page of an app's values, newest first."""

    items = AppSettingSerializer(many=True)
    next = serializers.CharField(allow_blank=True)


class Settings(CallerView):
    """``/api/user/settings``."""

    dialect = PLATFORM
    api = "settings"
    parser_classes = (StrictJsonParser, MergePatchParser)

    @extend_schema(responses={200: OBJECT}, examples=[EXAMPLE])
    def get(self, request: Request) -> Response:
        """Return the user's own settings, an object."""
        return Response(selectors.get_settings(self.caller.account_id))

    @extend_schema(request={"application/json": OBJECT}, responses={200: OBJECT}, examples=[EXAMPLE])
    def put(self, request: Request) -> Response:
        """Replace the user's own settings: an object of at most 64 KiB."""
        return Response(preferences.replace_settings(account_id=self.caller.account_id, settings=self.read_object()))

    @extend_schema(
        request={"application/merge-patch+json": OBJECT, "application/json": OBJECT}, responses={200: OBJECT}, examples=[EXAMPLE]
    )
    def patch(self, request: Request) -> Response:
        """Merge into the user's own settings (RFC 7396).

        Objects are merged, null removes, everything else replaces.
        """
        return Response(preferences.merge_settings(account_id=self.caller.account_id, patch=self.read_object()))


class AppSettingsView(CallerView):
    """What an app keeps for the user; a key that belongs to another app does not see it."""

    dialect = PLATFORM
    api = "settings"
    error_kinds = (Kind.NOT_FOUND,)

    def get_app(self, slug: str) -> App:
        """Return the app; raises ``NoSuchApp`` or ``OtherApp``."""
        access.check_app_of_key(caller=self.caller, slug=slug)
        return selectors.get_app(slug)


class AppSettings(AppSettingsView):
    """``/api/user/settings/app/{appId}``."""

    @extend_schema(
        operation_id="api_user_settings_app_list",
        responses={200: AppSettingPageSerializer},
        parameters=[
            OpenApiParameter("limit", int, description="Values on a page, 1 to 100."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
    )
    def get(self, request: Request, app_id: str) -> Response:
        """List what an app keeps for the user, newest first."""
        rows = selectors.list_app_settings(account_id=self.caller.account_id, app=self.get_app(app_id))
        return Response(render_page(rows, parse_page(request), render_setting, key=int))


class OneAppSetting(AppSettingsView):
    """``/api/user/settings/app/{appId}/{key}``."""

    @extend_schema(responses={200: OpenApiTypes.ANY}, examples=[VALUE])
    def get(self, request: Request, app_id: str, key: str) -> HttpResponse:
        """Return one value that an app keeps for the user, as it is."""
        preferences.check_key(key)
        return value_response(selectors.get_app_setting(account_id=self.caller.account_id, app=self.get_app(app_id), key=key))

    @extend_schema(
        request={"application/json": OpenApiTypes.ANY},
        responses={200: OpenApiTypes.ANY},
        examples=[VALUE],
    )
    def put(self, request: Request, app_id: str, key: str) -> HttpResponse:
        """Keep a value for an app, any JSON of at most 64 KiB, null too; the reply is the value."""
        if request.stream is None:
            raise errors.Malformed("The body must be JSON; to keep nothing, send null.")
        value = request.data
        row = preferences.set_app_setting(account_id=self.caller.account_id, app=self.get_app(app_id), key=key, value=value)
        return value_response(row)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, app_id: str, key: str) -> Response:
        """Forget a value that an app keeps for the user."""
        preferences.check_key(key)
        preferences.delete_app_setting(account_id=self.caller.account_id, app=self.get_app(app_id), key=key)
        return Response(status=204)


def value_response(row: AppSetting) -> HttpResponse:
    """Return a reply whose body is the value: the text that is kept, since DRF takes null for no body."""
    return HttpResponse(row.body, content_type="application/json")


def render_setting(row: AppSetting) -> dict[str, Any]:
    """Return a value as its owner sees it."""
    return {"key": row.key, "value": json.loads(row.body), "updatedAt": timestamp(row.updated_at)}
