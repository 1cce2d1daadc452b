"""Contract P: the user's own record (P-4.1). What may be said in it is what the services behind ``/api/v1/users/me`` allow."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors
from accounts.api.authentication import CallerView
from accounts.services import avatars, users
from common import errors
from common.contracts.platform import PLATFORM
from common.contracts.views import StrictSerializer
from common.contracts.wire import TimestampField, timestamp
from common.errors import Kind

AVATAR_CHARACTERS_MAX = 3_000_000
NAME_CHARACTERS_MAX = 100
CHANGED = {"firstName": "Ada", "avatar": "0192f0c1-0000-7000-8000-000000000000"}


class ChangesSerializer(StrictSerializer):
    """What may be changed; what is left out stays.

    ``name`` is both names in one: its first word is the first name. ``avatar``: the id of an uploaded file, a data: URI, an https URL, or
    null for none.
    """

    name = serializers.CharField(max_length=201, required=False)
    firstName = serializers.CharField(max_length=NAME_CHARACTERS_MAX, required=False)
    lastName = serializers.CharField(max_length=NAME_CHARACTERS_MAX, required=False)
    email = serializers.EmailField(max_length=254, required=False)
    avatar = serializers.CharField(max_length=AVATAR_CHARACTERS_MAX, required=False, allow_null=True, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Take a whole name apart; it cannot come with one of its parts."""
        whole = attrs.pop("name", None)
        if whole is None:
            return attrs
        if "firstName" in attrs or "lastName" in attrs:
            raise serializers.ValidationError({"name": ["Give name, or firstName and lastName."]})
        first, _, last = whole.partition(" ")
        names = {"firstName": first, "lastName": last.strip()}
        if max(map(len, names.values())) > NAME_CHARACTERS_MAX:
            raise serializers.ValidationError({"name": [f"Neither name may have more than {NAME_CHARACTERS_MAX} characters."]})
        return attrs | names


class OwnProfileSerializer(serializers.Serializer[object]):
    """The user's own record; ``name`` is both names, ``avatar`` a signed link to a PNG, or null."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    emailVerified = serializers.BooleanField()
    name = serializers.CharField()
    firstName = serializers.CharField()
    lastName = serializers.CharField()
    avatar = serializers.URLField(allow_null=True)
    createdAt = TimestampField()
    updatedAt = TimestampField()


class Profile(CallerView):
    """``/api/user/profile``."""

    dialect = PLATFORM
    api = "profile"
    error_kinds = (Kind.CONFLICT, Kind.TOO_MANY)

    @extend_schema(operation_id="api_user_profile_get", responses={200: OwnProfileSerializer})
    def get(self, request: Request) -> Response:
        """Return the user's own record."""
        return Response(render_profile(self.user_id))

    @extend_schema(
        operation_id="api_user_profile_change",
        request=ChangesSerializer,
        responses={200: OwnProfileSerializer},
        examples=[OpenApiExample("A name and a picture", CHANGED, request_only=True)],
    )
    def patch(self, request: Request) -> Response:
        """Change the user's names, mail address or picture.

        A new mail address has to be verified again: a letter with a link goes there, and word of the change to the old one. An API key
        changes neither the address nor, with it, who gets the letters that open the account.
        """
        body = self.read_body(ChangesSerializer)
        if "email" in body and self.caller.session_id is None:
            raise errors.Forbidden("An API key cannot change the mail address. Sign in and use the access token.")
        users.change_profile(
            user_id=self.user_id,
            account_id=self.caller.account_id,
            first_name=body.get("firstName"),
            last_name=body.get("lastName"),
            email=body.get("email"),
            avatar=(body["avatar"] or "") if "avatar" in body else None,
        )
        return Response(render_profile(self.user_id))

    @property
    def user_id(self) -> UUID:
        """Return the calling user; raises ``errors.Forbidden`` for an account without one."""
        if self.caller.user_id is None:
            raise errors.Forbidden("This account belongs to no person.")
        return self.caller.user_id


def render_profile(user_id: UUID) -> dict[str, Any]:
    """Return a user's record as they see it."""
    user = selectors.get_user(user_id)
    return {
        "id": str(user.pk),
        "email": user.email,
        "emailVerified": user.verified_at is not None,
        "name": f"{user.first_name} {user.last_name}".strip(),
        "firstName": user.first_name,
        "lastName": user.last_name,
        "avatar": avatars.find_link(user=user),
        "createdAt": timestamp(user.created_at),
        "updatedAt": timestamp(user.updated_at),
    }
