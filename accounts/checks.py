"""Checks of the settings for access: a name that no API has would silently close one."""

from typing import Any

from django.conf import settings
from django.core import checks

from accounts.above import answers
from accounts.services.access import EVERYTHING


@checks.register
def check_plan_apis(app_configs: Any, **_more: Any) -> list[checks.CheckMessage]:
    """Return an error for each name in ``PLAN_APIS`` that no API has."""
    known = {EVERYTHING, *answers.list_apis()}
    unknown = sorted({name for names in settings.PLAN_APIS.values() for name in names} - known)
    hint = f"The APIs are {', '.join(sorted(known - {EVERYTHING}))}."
    return [checks.Error(f"PLAN_APIS names {name}, which is no API.", hint=hint, id="accounts.E001") for name in unknown]
