"""Taking a marketplace's call: once for each request id, durable when it returns (M-2.4, M-2.5).

Everything that a call brings into being (the user's account and credits at their first one, the hold, the task with its job, the call's
row) is one transaction: what refuses it leaves nothing behind.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.identity import Caller
from accounts.models import Account
from accounts.services import outside
from aitasks import registry
from aitasks.services import submitting
from billing.services import ledger
from billing.states import GrantSource
from common import errors, ids, rows
from marketplace import selectors
from marketplace.errors import MethodNotAllowed, RequestIdReused
from marketplace.models import Call, Method, Service
from marketplace.services import payloads, places
from marketplace.states import CONTRACT, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """Who calls a service, and as what, by the headers of M-1.1."""

    user_id: str
    role: Role
    request_id: str


def take_call(*, hosted: selectors.Hosted, method: Method, requester: Requester, payload: Mapping[str, Any], trace_id: UUID) -> UUID:
    """Take a call and return its task's id; the same request id and body return the same task.

    Raises the errors of :mod:`marketplace.errors`, ``CreditsTooLow``, and what the feature refuses.
    """
    service = hosted.service
    digest = _digest(method, payload)
    known = selectors.find_known(service=service, user_id=requester.user_id, request_id=requester.request_id)
    repeated = _find_repeated(known, digest)
    if repeated is not None:
        return repeated
    _check_may_use(method, requester)
    body = payloads.build_body(method=method, fields=method.fields.all(), payload=payload)
    call = Call(
        id=ids.new_id(), service=service, method=method, token=hosted.token, role=requester.role.value, request_id=requester.request_id,
        trace_id=trace_id, digest=digest,
    )  # fmt: skip
    try:
        return _create(call, requester, body, known)
    except (IntegrityError, errors.PaymentRequired, errors.TooMany):
        # The same request may have come twice at once; the other one has won, and may have taken the last credits or the last place.
        repeated = _find_repeated(selectors.find_known(service=service, user_id=requester.user_id, request_id=requester.request_id), digest)
        if repeated is None:
            raise
        return repeated


def _create(call: Call, requester: Requester, body: Mapping[str, Any], known: selectors.Known | None) -> UUID:
    feature = registry.get_feature(call.method.feature)
    with transaction.atomic():
        account_id = _open_account(call.service, requester.user_id) if known is None else known.account_id
        caller, storage = Caller(account_id=account_id), places.name_storage(call.service)
        task, _ = submitting.submit(caller=caller, feature=feature, body=body, contract=CONTRACT, storage=storage)
        call.task, call.account_id = task, account_id
        rows.insert(call)
    return task.pk


def _open_account(service: Service, user_id: str) -> UUID:
    """Return the account of a user who has not called before, with the credits that the service gives to each."""
    account_id, _ = outside.ensure_account(kind=Account.Kind.MARKETPLACE, service=service.slug, outside_id=user_id)
    ledger.open_wallet(account_id=account_id, with_welcome=False)
    if service.user_credits:
        ledger.grant(
            account_id=account_id,
            source=GrantSource.STAFF,
            amount=service.user_credits,
            ref=f"marketplace:{account_id}",
            reason=f"Credits of each user of {service.name}",
        )
    return account_id


def _find_repeated(known: selectors.Known | None, digest: str) -> UUID | None:
    if known is None or known.task_id is None:
        return None
    if known.digest != digest:
        raise RequestIdReused
    return known.task_id


def _check_may_use(method: Method, requester: Requester) -> None:
    if method.roles and requester.role not in method.roles:
        raise MethodNotAllowed(f"x-user-role: {requester.role} may not use {method.name}. It is for {', '.join(method.roles)}.")
    if method.users and requester.user_id not in method.users:
        raise MethodNotAllowed(f"x-user-id: {requester.user_id} may not use {method.name}.")


def _digest(method: Method, payload: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps([method.name, payload], sort_keys=True, separators=(",", ":")).encode()).hexdigest()
