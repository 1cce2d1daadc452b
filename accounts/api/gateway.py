"""Contract G, sections 1 and 2: registration, sign-in, refresh, sign-out, passwords, verification, the user's own record."""

from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import profile, selectors
from accounts.api.authentication import CallerView, SessionView
from accounts.clients import describe_client
from accounts.errors import BadRefreshToken, EmailTaken, WrongCredentials
from accounts.services import passwords, sessions, users, verification
from common import errors
from common.contracts.address import client_address
from common.contracts.gateway import GATEWAY
from common.contracts.views import ContractView, StrictSerializer
from common.contracts.wire import TimestampField
from common.errors import Kind


class NamesSerializer(StrictSerializer):
    """A person's names."""

    firstName = serializers.CharField(max_length=100)
    lastName = serializers.CharField(max_length=100)


class RegisterSerializer(NamesSerializer):
    """What registration takes; all required."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(min_length=8, max_length=256, trim_whitespace=False, write_only=True)


class RegisteredSerializer(serializers.Serializer[object]):
    """The new user."""

    message = serializers.CharField()
    userId = serializers.UUIDField()


class LoginSerializer(StrictSerializer):
    """An address and a password."""

    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=256, trim_whitespace=False, write_only=True)


class RefreshSerializer(StrictSerializer):
    """A refresh token, good once."""

    refreshToken = serializers.CharField(max_length=200)


class PasswordSerializer(StrictSerializer):
    """The password as it is and as it shall be."""

    currentPassword = serializers.CharField(max_length=256, trim_whitespace=False, write_only=True)
    newPassword = serializers.CharField(min_length=8, max_length=256, trim_whitespace=False, write_only=True)


class ResetSerializer(StrictSerializer):
    """Where to send a link."""

    email = serializers.EmailField(max_length=254)


class LinkSerializer(StrictSerializer):
    """What a letter's link carries, good once."""

    token = serializers.CharField(max_length=200)


class ConfirmSerializer(LinkSerializer):
    """A link's token and the new password."""

    newPassword = serializers.CharField(min_length=8, max_length=256, trim_whitespace=False, write_only=True)


class TokensSerializer(serializers.Serializer[object]):
    """An access token, its life in seconds, and the refresh token that replaces the one before."""

    token = serializers.CharField()
    expiresIn = serializers.IntegerField()
    refreshToken = serializers.CharField()


class LoggedInSerializer(TokensSerializer):
    """Tokens with a word of welcome."""

    message = serializers.CharField()


class MessageSerializer(serializers.Serializer[object]):
    """A sentence."""

    message = serializers.CharField()


class ChatSessionSerializer(serializers.Serializer[object]):
    """An open chat session, as the profile lists it."""

    threadId = serializers.CharField()
    createdAt = TimestampField()
    updatedAt = TimestampField()


class ProfileSerializer(serializers.Serializer[object]):
    """The user's own record (G-2.1)."""

    userId = serializers.UUIDField()
    email = serializers.EmailField()
    firstName = serializers.CharField()
    lastName = serializers.CharField()
    subscriptionStatus = serializers.ChoiceField(choices=["active", "inactive", "pending"])
    chatSessions = ChatSessionSerializer(many=True)
    createdAt = TimestampField()
    updatedAt = TimestampField()


EXAMPLE_USER = {"email": "ada@example.com", "password": "a long pass phrase", "firstName": "Ada", "lastName": "Example"}
EXAMPLE_ID = "0192f0c1-0000-7000-8000-000000000000"


def reply_example(value: object, status: int = 200) -> OpenApiExample:
    """Return an example of a reply for the OpenAPI document."""
    return OpenApiExample("Done", value, response_only=True, status_codes=[str(status)])


class Register(ContractView):
    """G-1.1, G-1.2."""

    dialect = GATEWAY
    error_kinds = (Kind.TOO_MANY,)
    error_examples = {"email_taken": errors.Invalid("Email already exists.")}

    @extend_schema(
        request=RegisterSerializer,
        responses={201: RegisteredSerializer},
        examples=[
            OpenApiExample("A person", EXAMPLE_USER, request_only=True),
            reply_example({"message": "User registered successfully.", "userId": EXAMPLE_ID}, 201),
        ],
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Register a user."""
        body = self.read_body(RegisterSerializer)
        try:
            user = users.register(
                email=body["email"],
                password=body["password"],
                first_name=body["firstName"],
                last_name=body["lastName"],
                address=client_address(request),
            )
        except EmailTaken as error:
            # The endpoint's own table says 400 where the general one says 409 (G-1.2).
            raise errors.Invalid(error.message) from None
        return Response({"message": "User registered successfully.", "userId": str(user.pk)}, status=201)


class Login(ContractView):
    """G-1.3, G-1.4."""

    dialect = GATEWAY
    error_kinds = (Kind.UNAUTHENTICATED, Kind.TOO_MANY)
    error_examples = {"wrong_credentials": WrongCredentials()}

    @extend_schema(request=LoginSerializer, responses={200: LoggedInSerializer}, auth=[])
    def post(self, request: Request) -> Response:
        """Sign in with an address and a password."""
        body = self.read_body(LoginSerializer)
        client = describe_client(request.headers.get("User-Agent", ""))
        tokens = sessions.sign_in(email=body["email"], password=body["password"], address=client_address(request), client=client)
        return Response({"message": "Login successful."} | render_tokens(tokens))


class Refresh(ContractView):
    """G-1.5."""

    dialect = GATEWAY
    error_kinds = (Kind.UNAUTHENTICATED,)
    error_examples = {"bad_refresh_token": BadRefreshToken()}

    @extend_schema(request=RefreshSerializer, responses={200: TokensSerializer}, auth=[])
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for new tokens."""
        return Response(render_tokens(sessions.refresh(token=self.read_body(RefreshSerializer)["refreshToken"])))


class Logout(SessionView):
    """G-1.6."""

    dialect = GATEWAY

    @extend_schema(request=None, responses={200: MessageSerializer}, examples=[reply_example({"message": "Logged out successfully."})])
    def post(self, request: Request) -> Response:
        """Sign out: the session's tokens are refused from now on."""
        if self.caller.session_id is not None:
            sessions.sign_out(session_id=self.caller.session_id)
        return Response({"message": "Logged out successfully."})


class Password(SessionView):
    """G-1.8: changing the password."""

    dialect = GATEWAY
    error_kinds = (Kind.TOO_MANY,)

    @extend_schema(request=PasswordSerializer, responses={200: MessageSerializer})
    def post(self, request: Request) -> Response:
        """Change the password and end every other session.

        A wrong current password is answered like a wrong sign-in (401), and counts as one.
        """
        body = self.read_body(PasswordSerializer)
        if self.caller.user_id is None:
            raise errors.Forbidden("This account belongs to no person.")
        passwords.change_password(
            user_id=self.caller.user_id,
            session_id=self.caller.session_id,
            current=body["currentPassword"],
            new=body["newPassword"],
            address=client_address(request),
        )
        return Response({"message": "Password changed successfully."})


class PasswordReset(ContractView):
    """G-1.8: a link for who has forgotten the password."""

    dialect = GATEWAY
    error_kinds = (Kind.TOO_MANY,)

    @extend_schema(request=ResetSerializer, responses={200: MessageSerializer}, auth=[])
    def post(self, request: Request) -> Response:
        """Send a link to set a new password, if the address has an account; the reply does not say whether."""
        passwords.request_reset(email=self.read_body(ResetSerializer)["email"], address=client_address(request))
        return Response({"message": "If this address has an account, a link to set a new password is on its way."})


class PasswordResetConfirm(ContractView):
    """G-1.8: the link's other end."""

    dialect = GATEWAY
    error_kinds = (Kind.TOO_MANY,)

    @extend_schema(request=ConfirmSerializer, responses={200: MessageSerializer}, auth=[])
    def post(self, request: Request) -> Response:
        """Set a new password with the token of a link, good once and for an hour, and end all sessions."""
        body = self.read_body(ConfirmSerializer)
        passwords.reset_password(token=body["token"], new=body["newPassword"], address=client_address(request))
        return Response({"message": "Password reset successfully."})


class Verify(ContractView):
    """G-1.8: the mail address belongs to its user."""

    dialect = GATEWAY
    error_kinds = (Kind.TOO_MANY,)

    @extend_schema(request=LinkSerializer, responses={200: MessageSerializer}, auth=[])
    def post(self, request: Request) -> Response:
        """Verify a mail address with the token of the link that was sent to it, good once and for a week."""
        verification.verify(token=self.read_body(LinkSerializer)["token"], address=client_address(request))
        return Response({"message": "Email verified successfully."})


class VerifyResend(SessionView):
    """G-1.8: another verification link."""

    dialect = GATEWAY
    error_kinds = (Kind.CONFLICT, Kind.TOO_MANY)

    @extend_schema(request=None, responses={200: MessageSerializer})
    def post(self, request: Request) -> Response:
        """Send another verification link to the caller's address."""
        if self.caller.user_id is None:
            raise errors.Forbidden("This account belongs to no person.")
        verification.send_again(user_id=self.caller.user_id)
        return Response({"message": "Verification email sent."})


class Me(CallerView):
    """G-2.1, G-2.2."""

    dialect = GATEWAY

    @extend_schema(responses={200: ProfileSerializer})
    def get(self, request: Request) -> Response:
        """Return the user's own record."""
        user = selectors.get_user(self.user_id)
        parts = profile.collect(self.caller.account_id)
        record = {
            "userId": user.pk,
            "email": user.email,
            "firstName": user.first_name,
            "lastName": user.last_name,
            "createdAt": user.created_at,
            "updatedAt": user.updated_at,
        }
        return Response(ProfileSerializer(record | parts).data)

    @extend_schema(
        request=NamesSerializer,
        responses={200: MessageSerializer},
        examples=[reply_example({"message": "Profile updated successfully."})],
    )
    def put(self, request: Request) -> Response:
        """Change the user's names; nothing else can be changed this way."""
        body = self.read_body(NamesSerializer)
        users.update_profile(user_id=self.user_id, first_name=body["firstName"], last_name=body["lastName"])
        return Response({"message": "Profile updated successfully."})

    @property
    def user_id(self) -> UUID:
        """Return the calling user; raises ``errors.Forbidden`` for an account without one."""
        if self.caller.user_id is None:
            raise errors.Forbidden("This account belongs to no person.")
        return self.caller.user_id


def render_tokens(tokens: sessions.Tokens) -> dict[str, object]:
    """Return the tokens as G-1.3 and G-1.5 write them."""
    return {"token": tokens.access, "expiresIn": settings.ACCESS_TOKEN_SECONDS, "refreshToken": tokens.refresh}
