"""Reads about usage: whom a deprecation concerns."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.models import User
from common import clock
from metrics.models import DeprecatedCall, DeprecationNotice

CALLED_WITHIN = timedelta(days=90)
"""G-7.2: whoever called it in the last 90 days."""


@dataclass(frozen=True, slots=True)
class Developer:
    """Somebody who calls a deprecated endpoint."""

    account_id: UUID
    email: str
    first_name: str


def list_untold(endpoint: str) -> list[Developer]:
    """Return the people who called a deprecated endpoint in the last 90 days and were not told yet, by address.

    Accounts without a person (a marketplace's users, machines) and disabled people get no mail.
    """
    since = (clock.now() - CALLED_WITHIN).date()
    told = DeprecationNotice.objects.filter(endpoint=endpoint, account_id=OuterRef("account_id"))
    calls = DeprecatedCall.objects.filter(~Exists(told), endpoint=endpoint, day__gte=since)
    people = User.objects.filter(account__id__in=calls.values("account_id"), is_active=True).order_by("email")
    return [Developer(*facts) for facts in people.values_list("account__id", "email", "first_name")]
