"""Apps and access (P-5): who may call which API, through which app.

Stands by itself because every contract asks it, and nothing is written when it answers. Invariant: no grant is ever stored. What an
account may call follows at each call from its plan (``PLAN_APIS``) and the apps that it has enabled, so disabling an app takes away exactly
what nothing else gives, and a change of an app or a plan holds at once.

Two models, by ``ACCESS_MODEL``. *Two-role*: what the plan and all enabled apps give together holds for every call. *Three-role*: a call
through an app may use what that app includes, if it is enabled, and nothing else; a call through no app may use what the plan gives.
"""

import re
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts import selectors
from accounts.above import answers
from accounts.errors import ApiNotEnabled, AppIsOff, AppLacksApi, AppNotEnabled, NoSuchApp, OtherApp, UnknownApp
from accounts.identity import Caller
from accounts.models import App, EnabledApp

SLUG = re.compile(r"[a-z0-9_-]{1,60}")
THREE_ROLE = "three-role"
EVERYTHING = "*"


def name_app(*, caller: Caller, app_id: str) -> Caller:
    """Return the caller with the app that the ``X-App-Id`` header names, if it does.

    A key that belongs to an app always calls through it: the header may repeat it and not change it. Raises :class:`UnknownApp` or
    :class:`OtherApp`.
    """
    if not app_id or app_id == caller.app_id:
        return caller
    if caller.app_id:
        raise OtherApp(caller.app_id)
    if not SLUG.fullmatch(app_id) or not selectors.has_app(app_id):
        raise UnknownApp(app_id)
    return replace(caller, app_id=app_id)


def check_access(*, caller: Caller, api: str) -> None:
    """Refuse unless the caller may call ``api``, through the app that the call comes through.

    Costs no query for a call through no app where every plan gives the API. Accounts without a person are not asked: their contract has
    let them in. Raises :class:`ApiNotEnabled`, :class:`AppIsOff`, :class:`AppNotEnabled` or :class:`AppLacksApi`.
    """
    if caller.user_id is None:
        return
    if caller.app_id and _settle_by_app(caller, api):
        return
    if all(plan_gives(plan=plan, api=api) for plan in settings.PLAN_APIS):
        return
    plan = answers.find_plan(caller.account_id)
    if plan_gives(plan=plan, api=api):
        return
    if not is_three_role() and api in selectors.list_app_apis(caller.account_id):
        return
    # Through no app, an app's grants would be of no use in the three-role model.
    apps = [] if is_three_role() else selectors.list_apps_with(api)
    plans = [name for name in settings.PLAN_APIS if plan_gives(plan=name, api=api)]
    raise ApiNotEnabled(api=api, plan=plan, apps=apps, plans=plans)


def plan_gives(*, plan: str, api: str) -> bool:
    """Return whether a plan lets its user call an API."""
    given = settings.PLAN_APIS.get(plan, ())
    return EVERYTHING in given or api in given


def list_plan_apis(*, plan: str) -> list[str]:
    """Return the public APIs that a plan gives, by their names."""
    return [api for api in answers.list_apis() if plan_gives(plan=plan, api=api)]


def enable_app(*, account_id: UUID, slug: str) -> Any:
    """Enable an app with every API that it needs, in one step, and return it; again changes nothing. Raises :class:`NoSuchApp`."""
    app = App.objects.filter(slug=slug, is_on=True).first()
    if app is None:
        raise NoSuchApp
    EnabledApp.objects.bulk_create([EnabledApp(account_id=account_id, app=app)], ignore_conflicts=True)
    return selectors.find_app(account_id=account_id, slug=slug)


def disable_app(*, account_id: UUID, slug: str) -> None:
    """Disable an app, one that is off too; one that was not enabled stays so. Raises :class:`NoSuchApp`."""
    EnabledApp.objects.filter(account_id=account_id, app=selectors.get_app(slug)).delete()


def ensure_app(*, slug: str, title: str, description: str, apis: list[str]) -> App:
    """Make an app unless it is there, and return it: for the demo."""
    return App.objects.get_or_create(slug=slug, defaults={"title": title, "description": description, "apis": apis})[0]


def check_app_of_key(*, caller: Caller, slug: str) -> None:
    """Refuse a key that belongs to another app; raises :class:`OtherApp`."""
    if caller.key_id is not None and caller.app_id and caller.app_id != slug:
        raise OtherApp(caller.app_id)


def is_three_role() -> bool:
    """Return whether what an app gives holds for calls through it only."""
    return str(settings.ACCESS_MODEL) == THREE_ROLE


def _settle_by_app(caller: Caller, api: str) -> bool:
    """Return whether the app alone decides that the call may be made; raises where it alone decides that it may not."""
    app = selectors.find_app(account_id=caller.account_id, slug=caller.app_id)
    if app is None or not app.is_on:
        raise AppIsOff(api=api, app_id=caller.app_id)
    if not is_three_role():
        return False
    if api not in app.apis:
        raise AppLacksApi(api=api, app_id=app.slug, others=selectors.list_apps_with(api))
    if not app.is_enabled:
        raise AppNotEnabled(api=api, app_id=app.slug)
    return True
