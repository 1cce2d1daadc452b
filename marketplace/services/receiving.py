"""Callbacks that come in (M-9): from services that this platform calls, and from its own, where it is their marketplace itself.

Stands by itself because only this floor knows both sides: providers are below, the services' own calls are here.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from aitasks.services import receiving
from common import errors
from marketplace.errors import WrongToken
from marketplace.models import Call
from marketplace.services import hosting

KIND = "marketplace"
"""The kind of provider whose services send callbacks."""


def take_callback(*, token: str, reference: str, body: Mapping[str, Any]) -> None:
    """Keep what a service says about its task; raises ``WrongCredential`` and ``UnknownJob``.

    A service of our own that was called by hand, as the demo's is, has nobody to tell but us: that is heard, and there is nothing to keep.
    """
    try:
        receiving.receive_answer(kind=KIND, credential=token, reference=reference, body=body)
    except (errors.Unauthenticated, errors.NotFound):
        if not _is_our_own(token, reference):
            raise


def _is_our_own(token: str, reference: str) -> bool:
    try:
        call = Call.objects.select_related("token").filter(task_id=UUID(reference)).first()
        if call is None:
            return False
        hosting.check_token(token=call.token, given=token)
    except (ValueError, WrongToken):
        return False
    return True
