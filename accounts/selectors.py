"""Reads about accounts: who a credential belongs to, a user's keys."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.emails import normalise
from accounts.errors import BadToken, NoSuchApp, NoSuchSetting, NotStaff
from accounts.identity import Caller
from accounts.models import Account, ApiKey, App, AppSetting, AuditEntry, EnabledApp, Erasure, Session, User, UserSettings
from accounts.tokens import AccessClaims, hash_secret
from common import clock, errors, rows

LAST_USE_SAMPLE = timedelta(minutes=1)
KEY_WITH_OWNER = """\
SELECT k.*, a.user_id AS user_id, u.is_active AS is_user_active
FROM accounts_apikey k JOIN accounts_account a ON a.id = k.account_id LEFT JOIN accounts_user u ON u.id = a.user_id WHERE k.key_hash = %s
"""
SESSION_WITH_OWNER = """\
SELECT s.*, a.id AS account_id, u.is_active AS is_user_active
FROM accounts_session s JOIN accounts_user u ON u.id = s.user_id JOIN accounts_account a ON a.user_id = u.id
WHERE s.id = %s AND s.user_id = %s
"""


def get_session_caller(claims: AccessClaims) -> Caller:
    """Return who an access token speaks for; raises :class:`BadToken` unless its session is alive. One indexed read."""
    key = [rows.adapted(claims.session_id), rows.adapted(claims.user_id)]
    session: Any = next(iter(Session.objects.raw(SESSION_WITH_OWNER, key)), None)
    if session is None or not session.is_alive(clock.now()) or not session.is_user_active:
        raise BadToken
    return Caller(account_id=UUID(str(session.account_id)), user_id=claims.user_id, session_id=claims.session_id)


def get_key_caller(text: str) -> tuple[Caller, bool]:
    """Return who an API key speaks for, and whether its last use should be recorded; raises :class:`BadToken`. One indexed read."""
    now = clock.now()
    key: Any = next(iter(ApiKey.objects.raw(KEY_WITH_OWNER, [hash_secret(text)])), None)
    if key is None or key.revoked_at or (key.expires_at and key.expires_at <= now) or key.is_user_active == 0:
        raise BadToken
    caller = Caller(
        account_id=key.account_id,
        user_id=None if key.user_id is None else UUID(str(key.user_id)),
        key_id=key.pk,
        key_apis=tuple(key.apis),
        key_has_limit=key.credit_limit is not None,
        app_id=key.app_id,
    )
    return caller, key.last_used_at is None or key.last_used_at < now - LAST_USE_SAMPLE


def is_session_alive(session_id: UUID) -> bool:
    """Return whether the session may still be used: asked by open streams twice a second, and by every page."""
    return Session.objects.filter(pk=session_id, revoked_at=None, expires_at__gt=clock.now(), user__is_active=True).exists()


def is_caller_alive(caller: Caller) -> bool:
    """Return whether the credential that a stream was opened with is still good."""
    if caller.session_id is not None:
        return is_session_alive(caller.session_id)
    if caller.key_id is None:
        return True
    key = ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=clock.now()), pk=caller.key_id, revoked_at=None)
    return key.exclude(account__user__is_active=False).exists()


def get_user(user_id: UUID) -> User:
    """Return the user; raises ``errors.NotFound``."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise errors.NotFound("There is no such user.")
    return user


def list_users(*, search: str = "", state: str = "") -> QuerySet[User]:
    """Return users newest first, for staff, with their account and when they were last seen; those who were deleted are not there.

    ``search`` is an id (the user's or the account's), or part of a name or mail address; ``state`` is ``active`` or ``disabled``.
    """
    refreshed = Session.objects.filter(user=OuterRef("pk")).order_by("-refreshed_at").values("refreshed_at")[:1]
    used = ApiKey.objects.filter(account__user=OuterRef("pk"), last_used_at__isnull=False).order_by("-last_used_at").values("last_used_at")
    found = User.objects.select_related("account").annotate(refreshed_at=Subquery(refreshed), key_used_at=Subquery(used[:1]))
    found = found.exclude(pk__in=Erasure.objects.values("user_id")).order_by("-pk")
    if state:
        found = found.filter(is_active=state == "active")
    return found.filter(_matching(search)) if search else found


def get_user_for_staff(user_id: UUID) -> User:
    """Return a user as :func:`list_users` has them; raises ``errors.NotFound``."""
    user = list_users().filter(pk=user_id).first()
    if user is None:
        raise errors.NotFound("There is no such user.")
    return user


def list_audit(**wanted: Any) -> QuerySet[AuditEntry]:
    """Return what staff did, newest first, with the address of whoever did it (``actor_email``); ``wanted`` are fields and values."""
    emails = User.objects.filter(pk=OuterRef("actor_id")).values("email")[:1]
    found: QuerySet[AuditEntry] = AuditEntry.objects.filter(**wanted).annotate(actor_email=Subquery(emails)).order_by("-pk")
    return found


def count_unfinished_erasures() -> int:
    """Return how many deleted users have left something that is still to be erased (1 query, by an index of them alone)."""
    return Erasure.objects.filter(finished_at=None).count()


def _matching(search: str) -> Q:
    try:
        wanted = UUID(search)
    except ValueError:
        first, _, last = search.partition(" ")
        whole = Q(first_name__iexact=first, last_name__iexact=last)
        return whole | Q(email__icontains=normalise(search)) | Q(first_name__icontains=search) | Q(last_name__icontains=search)
    return Q(pk=wanted) | Q(account__id=wanted)


def get_account(account_id: UUID) -> Account:
    """Return the account with its user; raises ``errors.NotFound``."""
    account = Account.objects.select_related("user").filter(pk=account_id).first()
    if account is None:
        raise errors.NotFound("There is no such account.")
    return account


def list_keys(account_id: UUID) -> QuerySet[ApiKey]:
    """Return the account's keys that are not revoked, newest first."""
    return ApiKey.objects.filter(account_id=account_id, revoked_at=None).order_by("-pk")


def list_sessions(user_id: UUID) -> QuerySet[Session]:
    """Return the user's sessions that are alive, newest first."""
    return Session.objects.filter(user_id=user_id, revoked_at=None, expires_at__gt=clock.now()).order_by("-pk")


def check_is_staff(*, user_id: UUID, permission: str) -> bool:
    """Return whether this member of staff is a superuser; raises :class:`NotStaff` unless they have the permission."""
    user = User.objects.filter(pk=user_id, is_active=True, is_staff=True).first()
    if user is None or not user.has_perm(permission):
        raise NotStaff(permission)
    return user.is_superuser


def list_apps(account_id: UUID) -> QuerySet[App]:
    """Return the apps that are on, newest first, each with ``is_enabled``: whether the account has enabled it."""
    enabled = EnabledApp.objects.filter(account_id=account_id, app=OuterRef("pk"))
    return App.objects.filter(is_on=True).annotate(is_enabled=Exists(enabled)).order_by("-pk")


def find_app(*, account_id: UUID, slug: str) -> Any:
    """Return the app with ``is_enabled``, whether it is on or off, or None."""
    enabled = EnabledApp.objects.filter(account_id=account_id, app=OuterRef("pk"))
    return App.objects.filter(slug=slug).annotate(is_enabled=Exists(enabled)).first()


def get_app(slug: str) -> App:
    """Return the app, on or off; raises :class:`NoSuchApp`."""
    app = App.objects.filter(slug=slug).first()
    if app is None:
        raise NoSuchApp
    return app


def list_app_apis(account_id: UUID) -> set[str]:
    """Return the APIs that the account's enabled apps need, as far as these are on."""
    lists = App.objects.filter(is_on=True, enabled_by__account_id=account_id).values_list("apis", flat=True)
    return {api for apis in lists for api in apis}


def list_apps_with(api: str) -> list[str]:
    """Return the slugs of the apps that are on and need this API, by name."""
    apps = App.objects.filter(is_on=True).order_by("slug").values_list("slug", "apis")
    return [slug for slug, apis in apps if api in apis]


def has_app(slug: str) -> bool:
    """Return whether there is such an app, on or off."""
    return App.objects.filter(slug=slug).exists()


def get_settings(account_id: UUID) -> dict[str, Any]:
    """Return the account's own settings, an object."""
    body = UserSettings.objects.filter(account_id=account_id).values_list("body", flat=True).first()
    settings: dict[str, Any] = json.loads(body or "{}")
    return settings


def list_app_settings(*, account_id: UUID, app: App) -> QuerySet[AppSetting]:
    """Return what the app keeps for the account, newest first."""
    return AppSetting.objects.filter(account_id=account_id, app=app).order_by("-pk")


def get_app_setting(*, account_id: UUID, app: App, key: str) -> AppSetting:
    """Return one value that the app keeps for the account; raises :class:`NoSuchSetting`."""
    row = AppSetting.objects.filter(account_id=account_id, app=app, key=key).first()
    if row is None:
        raise NoSuchSetting
    return row
