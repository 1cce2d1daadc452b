"""``Authorization: Bearer`` with an access token or an API key, told apart by the key's prefix (A-3.1)."""

from collections.abc import Mapping
from typing import ClassVar, cast

from django.conf import settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts import selectors
from accounts.errors import BadToken, ForeignOrigin
from accounts.identity import Caller, Staff
from accounts.services import access, keys
from accounts.tokens import KEY_PREFIX, read_access_token
from common import errors
from common.contracts import deprecation
from common.contracts.address import client_address
from common.contracts.views import ContractView, documented_path


class BearerAuthentication(BaseAuthentication):
    """Authenticates to a :class:`Caller`; a missing or bad credential is refused here, so no view runs without one."""

    def authenticate(self, request: Request) -> tuple[None, Caller]:
        """Return no user and the caller, with the app that the call comes through; raises :class:`BadToken` or ``UnknownApp``."""
        scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not credential:
            raise BadToken
        return None, access.name_app(caller=find_caller(credential.strip()), app_id=request.headers.get("X-App-Id", ""))

    def authenticate_header(self, request: Request) -> str:
        """Return what a 401 asks for."""
        return 'Bearer realm="tollgate"'


def find_caller(credential: str) -> Caller:
    """Return who the token or key speaks for; raises :class:`BadToken`."""
    if not credential.startswith(KEY_PREFIX):
        return selectors.get_session_caller(read_access_token(credential))
    caller, use_is_news = selectors.get_key_caller(credential)
    if use_is_news and caller.key_id is not None:
        keys.record_use(key_id=caller.key_id)
    return caller


class CallerView(ContractView):
    """An endpoint that needs a caller. ``api`` is the name that a key's scopes may list."""

    authentication_classes = (BearerAuthentication,)
    api = ""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Authenticate, check the key's scopes, and note the call if the endpoint is deprecated."""
        super().initial(request, *args, **kwargs)
        self.caller.check_can_use(api=self.api or self.dialect.name, contract=self.dialect.name)
        if self.find_deprecation() is not None:
            self.tell_of_call(request)

    def tell_of_call(self, request: Request) -> None:
        """Tell who keeps account of calls to deprecated endpoints that the caller made one."""
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method in self.answered_methods() and request.resolver_match is not None:
            deprecation.tell(account_id=self.caller.account_id, endpoint=f"{method} {documented_path(request.resolver_match.route)}")

    @property
    def caller(self) -> Caller:
        """Return who is calling."""
        return cast("Caller", self.request.auth)


class SessionView(CallerView):
    """An endpoint that an API key does not open: what it changes could widen the key's own rights."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Refuse API keys."""
        super().initial(request, *args, **kwargs)
        if self.caller.session_id is None:
            raise errors.Forbidden("An API key cannot do this. Sign in and use the access token.")


class StaffView(SessionView):
    """An endpoint for staff who are signed in (P-6.1): no API key opens it, and no page of another origin.

    ``permissions`` names for each method the permission of Django's that it needs, so that a member of staff may do here what they may do
    in the admin, and no more; superusers have them all.
    """

    permissions: ClassVar[Mapping[str, str]]
    staff: Staff

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Refuse everybody but staff with the permission; a method that is not answered is refused as such."""
        super().initial(request, *args, **kwargs)
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in self.answered_methods() or self.caller.user_id is None:
            return
        check_origin(request)
        is_superuser = selectors.check_is_staff(user_id=self.caller.user_id, permission=self.permissions[method])
        self.staff = Staff(user_id=self.caller.user_id, address=client_address(request), is_superuser=is_superuser)


def check_origin(request: Request) -> None:
    """Raise :class:`ForeignOrigin` for a request that a browser sends for a page of another origin; programs send no ``Origin``."""
    origin = request.headers.get("Origin")
    if origin is not None and origin not in {settings.PUBLIC_URL, f"{request.scheme}://{request.get_host()}"}:
        raise ForeignOrigin
