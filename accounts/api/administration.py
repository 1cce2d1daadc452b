"""Contract P, administration: users and what staff did (P-6.1). Staff cannot change a user's data here: there is nothing to do it with."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import overview, selectors
from accounts.api.authentication import StaffView
from accounts.errors import EmailTaken, LastSuperuser
from accounts.models import AuditEntry, User
from accounts.services import erasing, users
from common.contracts.paging import parse_choice, parse_id, parse_page, render_page
from common.contracts.platform import PLATFORM
from common.contracts.views import StrictSerializer
from common.contracts.wire import Int64Field, TimestampField, find_timestamp, timestamp
from common.errors import Kind

STATES = ("active", "disabled")
SEARCH_CHARACTERS_MAX = 200
PAGES = [
    OpenApiParameter("limit", int, description="How many on a page, 1 to 100."),
    OpenApiParameter("cursor", str, description="`next` of the page before."),
]
SEARCHED = [
    OpenApiParameter("search", str, description="An id, or part of a mail address or a name."),
    OpenApiParameter("state", str, enum=STATES, description="Only users who are so."),
]
AUDITED = [
    OpenApiParameter("actor", str, description="Only what this user did."),
    OpenApiParameter("action", str, description="Only this action, such as `user.disable`."),
    OpenApiParameter("objectType", str, description="Only what was done to rows of this kind, such as `accounts.user`."),
    OpenApiParameter("objectId", str, description="Only what was done to this row."),
]


class InvitationSerializer(StrictSerializer):
    """Whom to invite."""

    email = serializers.EmailField(max_length=254)
    firstName = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    lastName = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)


class UserCreditsSerializer(serializers.Serializer[object]):
    """What the user can spend, and what is reserved."""

    balance = Int64Field()
    reserved = Int64Field()


class AdministeredUserSerializer(serializers.Serializer[object]):
    """A user as staff see them. ``plan`` and ``credits`` are of the account."""

    id = serializers.UUIDField()
    account = serializers.UUIDField(allow_null=True)
    email = serializers.CharField()
    firstName = serializers.CharField()
    lastName = serializers.CharField()
    state = serializers.ChoiceField(choices=[(state, state) for state in STATES])
    isVerified = serializers.BooleanField()
    isStaff = serializers.BooleanField()
    hasPassword = serializers.BooleanField()
    plan = serializers.CharField(allow_null=True)
    credits = UserCreditsSerializer(allow_null=True)
    createdAt = TimestampField()
    lastActivityAt = TimestampField(allow_null=True)


class AdministeredUserPageSerializer(serializers.Serializer[object]):
    """A page of users."""

    items = AdministeredUserSerializer(many=True)
    next = serializers.CharField(allow_blank=True)


class AuditActorSerializer(serializers.Serializer[object]):
    """A member of staff; without an address once they were deleted."""

    id = serializers.UUIDField()
    email = serializers.CharField(allow_null=True)


class AuditObjectSerializer(serializers.Serializer[object]):
    """What it was done to. What belongs to a person has no label."""

    type = serializers.CharField()
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the contract's name for it; the base has an attribute of that name


class AuditEntrySerializer(serializers.Serializer[object]):
    """Something that staff did; ``actor`` is null for a command or the platform itself."""

    id = serializers.UUIDField()
    at = TimestampField()
    actor = AuditActorSerializer(allow_null=True)
    action = serializers.CharField()
    object = AuditObjectSerializer()
    details = serializers.JSONField()
    address = serializers.CharField()


class AuditPageSerializer(serializers.Serializer[object]):
    """A page of the audit log, newest first."""

    items = AuditEntrySerializer(many=True)
    next = serializers.CharField(allow_blank=True)


class Users(StaffView):
    """``/api/admin/users``."""

    dialect = PLATFORM
    permissions = {"GET": "accounts.view_user", "POST": "accounts.add_user"}
    error_kinds = (Kind.CONFLICT,)
    error_examples = {"taken": EmailTaken()}

    @extend_schema(
        operation_id="admin_users_list",
        responses={200: AdministeredUserPageSerializer},
        parameters=[*SEARCHED, *PAGES],
    )
    def get(self, request: Request) -> Response:
        """List users, newest first, or search them."""
        search = request.query_params.get("search", "").strip()[:SEARCH_CHARACTERS_MAX]
        rows = selectors.list_users(search=search, state=parse_choice(request, "state", STATES))
        page = render_page(rows, parse_page(request), lambda row: {"row": row})
        return Response({"items": render_users([item["row"] for item in page["items"]]), "next": page["next"]})

    @extend_schema(operation_id="admin_users_invite", request=InvitationSerializer, responses={201: AdministeredUserSerializer})
    def post(self, request: Request) -> Response:
        """Invite somebody: a user without a password, and a letter with a link to set one."""
        body = self.read_body(InvitationSerializer)
        user = users.invite(staff=self.staff, email=body["email"], first_name=body["firstName"], last_name=body["lastName"])
        return Response(render_user(user.pk), status=201)


class OneUser(StaffView):
    """``/api/admin/users/{id}``."""

    dialect = PLATFORM
    permissions = {"GET": "accounts.view_user", "DELETE": "accounts.delete_user"}
    error_kinds = (Kind.NOT_FOUND, Kind.CONFLICT)
    error_examples = {"last": LastSuperuser()}

    @extend_schema(operation_id="admin_users_get", responses={200: AdministeredUserSerializer})
    def get(self, request: Request, user_id: UUID) -> Response:
        """Return a user."""
        return Response(render_user(user_id))

    @extend_schema(operation_id="admin_users_delete", responses={204: None})
    def delete(self, request: Request, user_id: UUID) -> Response:
        """Delete a user: who they are is forgotten at once, what they left is erased within minutes; the ledger stays, nameless (P-6.2)."""
        erasing.delete_user(user_id=user_id, staff=self.staff)
        return Response(status=204)


class DisableUser(StaffView):
    """``/api/admin/users/{id}/disable``."""

    dialect = PLATFORM
    permissions = {"POST": "accounts.change_user"}
    error_kinds = (Kind.NOT_FOUND, Kind.CONFLICT)
    error_examples = {"last": LastSuperuser()}

    @extend_schema(operation_id="admin_users_disable", request=None, responses={200: AdministeredUserSerializer})
    def post(self, request: Request, user_id: UUID) -> Response:
        """Disable a user: their sessions end, their keys are refused, from this moment."""
        users.set_active(user_id=user_id, is_active=False, staff=self.staff)
        return Response(render_user(user_id))


class EnableUser(StaffView):
    """``/api/admin/users/{id}/enable``."""

    dialect = PLATFORM
    permissions = {"POST": "accounts.change_user"}
    error_kinds = (Kind.NOT_FOUND,)

    @extend_schema(operation_id="admin_users_enable", request=None, responses={200: AdministeredUserSerializer})
    def post(self, request: Request, user_id: UUID) -> Response:
        """Let a disabled user in again; sessions that ended stay ended, keys that were not revoked work again."""
        users.set_active(user_id=user_id, is_active=True, staff=self.staff)
        return Response(render_user(user_id))


class Audit(StaffView):
    """``/api/admin/audit``."""

    dialect = PLATFORM
    permissions = {"GET": "accounts.view_auditentry"}

    @extend_schema(operation_id="admin_audit_list", responses={200: AuditPageSerializer}, parameters=[*AUDITED, *PAGES])
    def get(self, request: Request) -> Response:
        """List what staff did, newest first."""
        given = request.query_params
        named = {"action": "action", "object_type": "objectType", "object_id": "objectId"}
        wanted: dict[str, Any] = {field: given[name] for field, name in named.items() if given.get(name)}
        actor_id = parse_id(request, "actor")
        rows = selectors.list_audit(**wanted, **({"actor_id": actor_id} if actor_id else {}))
        return Response(render_page(rows, parse_page(request), render_entry))


def render_user(user_id: UUID) -> dict[str, Any]:
    """Return one user as staff see them."""
    return render_users([selectors.get_user_for_staff(user_id)])[0]


def render_users(rows: Sequence[User]) -> list[dict[str, Any]]:
    """Return users as staff see them; what other apps know of them costs the same queries for one and for a hundred."""
    accounts = {row.pk: row.account.pk for row in rows if hasattr(row, "account")}
    parts = overview.collect(list(accounts.values()))
    return [_render(row, accounts.get(row.pk), parts.get(accounts.get(row.pk), {})) for row in rows]  # type: ignore[arg-type]  # None is in no dictionary of ids


def _render(row: Any, account_id: UUID | None, parts: Mapping[str, Any]) -> dict[str, Any]:
    seen = [at for at in (row.last_login, row.refreshed_at, row.key_used_at) if at is not None]
    return {
        "id": str(row.pk),
        "account": str(account_id) if account_id else None,
        "email": row.email,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "state": STATES[0] if row.is_active else STATES[1],
        "isVerified": row.verified_at is not None,
        "isStaff": row.is_staff,
        "hasPassword": row.has_usable_password(),
        "plan": parts.get("plan"),
        "credits": parts.get("credits"),
        "createdAt": timestamp(row.created_at),
        "lastActivityAt": find_timestamp(max(seen, default=None)),
    }


def render_entry(entry: AuditEntry) -> dict[str, Any]:
    """Return an entry of the audit log."""
    email = getattr(entry, "actor_email", None)
    return {
        "id": str(entry.pk),
        "at": timestamp(entry.at),
        "actor": None if entry.actor_id is None else {"id": str(entry.actor_id), "email": email},
        "action": entry.action,
        "object": {"type": entry.object_type, "id": entry.object_id, "label": entry.object_label},
        "details": entry.details,
        "address": entry.address,
    }
