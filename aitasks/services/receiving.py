"""Taking what a service pushes to us about a job of its own: from nobody but the service that has the job.

Stands by itself because it is the one place where a credential of ours comes back to us and has to be recognised.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.crypto import constant_time_compare

from aitasks.models import Provider, ProviderCall
from aitasks.routing.offers import find_credential
from aitasks.services import answers
from aitasks.states import Outcome
from common import errors
from common.sealing import SealBroken

RECENT_CALLS = 100
"""So many of a provider's last calls are looked through for one that waits to hear its job's name."""


class WrongCredential(errors.Unauthenticated):
    """No service of ours has this token."""

    def __init__(self) -> None:
        super().__init__("The x-marketplace-token is missing, or not one that this platform calls a service with.")


class UnknownJob(errors.NotFound):
    """The service has no such job of ours."""

    def __init__(self) -> None:
        super().__init__("This platform waits for no task with this taskId.")


def receive_answer(*, kind: str, credential: str, reference: str, body: Mapping[str, Any]) -> None:
    """Keep what the service with this credential says about its job; the same again changes nothing.

    Raises :class:`WrongCredential` and :class:`UnknownJob`.
    """
    # Two rows may lead to services of one operator, who knows us by one token.
    names = [row.name for row in Provider.objects.filter(kind=kind) if _is_of(row, credential)]
    if not names:
        raise WrongCredential
    mine = [name for name in names if _waits_for(name, reference)]
    if not mine:
        raise UnknownJob
    for name in mine:
        answers.record_answer(provider=name, reference=reference, body=body)


def _is_of(row: Provider, credential: str) -> bool:
    try:
        own = find_credential(row)
    except SealBroken:
        return False
    return bool(own) and constant_time_compare(own, credential)


def _waits_for(provider: str, reference: str) -> bool:
    """Return whether the job is known, or a call is under way whose job is not known yet: an answer may be faster than a reply."""
    calls = ProviderCall.objects.filter(provider=provider)
    if calls.filter(job_reference=reference).exists():
        return True
    recent = calls.order_by("-pk").values_list("outcome", "job_reference")[:RECENT_CALLS]
    return (Outcome.RUNNING.value, "") in set(recent)
