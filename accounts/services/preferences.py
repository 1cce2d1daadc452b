"""What an account keeps for itself and for its apps (P-4.1): bounded, and exact when several devices write at once.

Every change holds the lock of the account's settings row, so merges happen one after the other and counts are true.
"""

import json
import re
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import selectors
from accounts.errors import BadSettingKey, NoSuchSetting, SettingsTooLarge, TooManySettings
from accounts.models import App, AppSetting, UserSettings
from common import clock

BYTES_MAX = 64 * 1024
KEYS_MAX = 1_000
KEY = re.compile(r"[A-Za-z0-9._-]{1,100}")


def replace_settings(*, account_id: UUID, settings: dict[str, Any]) -> dict[str, Any]:
    """Put ``settings`` in the place of the account's own, and return them; raises :class:`SettingsTooLarge`."""
    body = _written(settings)
    with transaction.atomic():
        _lock(account_id)
        UserSettings.objects.filter(account_id=account_id).update(body=body, updated_at=clock.now())
    return settings


def merge_settings(*, account_id: UUID, patch: dict[str, Any]) -> dict[str, Any]:
    """Merge ``patch`` into the account's own settings as RFC 7396 says, and return them; raises :class:`SettingsTooLarge`."""
    with transaction.atomic():
        merged: dict[str, Any] = merge_patch(json.loads(_lock(account_id).body), patch=patch)
        UserSettings.objects.filter(account_id=account_id).update(body=_written(merged), updated_at=clock.now())
    return merged


def set_app_setting(*, account_id: UUID, app: App, key: str, value: Any) -> AppSetting:
    """Keep ``value``, any JSON, under ``key`` for the app, and return its row.

    Raises :class:`SettingsTooLarge`, :class:`TooManySettings` or :class:`BadSettingKey`.
    """
    check_key(key)
    body = _written(value)
    with transaction.atomic():
        _lock(account_id)
        rows = AppSetting.objects.filter(account_id=account_id, app=app)
        if not rows.filter(key=key).update(body=body, updated_at=clock.now()):
            if rows.count() >= KEYS_MAX:
                raise TooManySettings(KEYS_MAX)
            AppSetting.objects.create(account_id=account_id, app=app, key=key, body=body)
    return selectors.get_app_setting(account_id=account_id, app=app, key=key)


def delete_app_setting(*, account_id: UUID, app: App, key: str) -> None:
    """Forget what is kept under ``key``; raises :class:`NoSuchSetting`."""
    if not AppSetting.objects.filter(account_id=account_id, app=app, key=key).delete()[0]:
        raise NoSuchSetting


def check_key(key: str) -> None:
    """Refuse a key that no setting can have; raises :class:`BadSettingKey`."""
    if not KEY.fullmatch(key):
        raise BadSettingKey


def merge_patch(target: Any, *, patch: Any) -> Any:
    """Return ``target`` with a JSON merge patch applied (RFC 7396, section 2): null removes, objects merge, all else replaces."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), patch=value)
    return merged


def _lock(account_id: UUID) -> UserSettings:
    UserSettings.objects.bulk_create([UserSettings(account_id=account_id)], ignore_conflicts=True)
    return UserSettings.objects.select_for_update().get(account_id=account_id)


def _written(value: Any) -> str:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if len(body.encode()) > BYTES_MAX:
        raise SettingsTooLarge(BYTES_MAX)
    return body
