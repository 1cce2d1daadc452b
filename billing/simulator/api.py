"""What every call to the API passes: the secret key, the version, and the idempotency key.

Sources: https://docs.stripe.com/api/authentication, https://docs.stripe.com/api/versioning, https://docs.stripe.com/api/idempotent_requests
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from billing.simulator import endpoints, forms
from billing.simulator.refusals import BadKey, KeyReused, ParameterInvalid, Refused
from billing.simulator.state import API_VERSION, State, Thing

IDEMPOTENCY_KEY_LENGTH_MAX = 255
IDEMPOTENCY_SECONDS = 86_400
"""Stripe forgets a key after a day at the earliest, and a call with it is then a new one."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back."""

    status: int
    body: Thing
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it came; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


def handle(state: State, request: Request, *, api_key: str, public_url: str) -> Reply:
    """Answer one call to the API. The whole of it happens under the lock, so calls happen one after another."""
    request_id = f"req_{secrets.token_hex(7)}"
    with state.lock:
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        state.request = {"id": request_id, "idempotency_key": key}
        try:
            reply = _checked(state, request, key=key, api_key=api_key, public_url=public_url)
        except Refused as refused:
            reply = Reply(refused.status, refused.body())
        finally:
            state.request = {"id": None, "idempotency_key": None}
        if request.method != "GET":
            state.keep()
    return Reply(reply.status, reply.body, {"Request-Id": request_id, "Stripe-Version": API_VERSION, **reply.headers})


def _checked(state: State, request: Request, *, key: str | None, api_key: str, public_url: str) -> Reply:
    if not secrets.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {api_key}".encode()):
        raise BadKey("Invalid API Key provided. The simulation takes only the key that it was started with.")
    version = request.headers.get("stripe-version", API_VERSION)
    if version != API_VERSION:
        raise ParameterInvalid(f"Invalid Stripe API version: {version}. The simulation speaks {API_VERSION} only.")
    url = urlsplit(request.target)
    params = forms.decode(request.body if request.method == "POST" else url.query)
    if key is None:
        return _call(state, request.method, url.path, params, public_url=public_url)
    if len(key) > IDEMPOTENCY_KEY_LENGTH_MAX:
        raise ParameterInvalid(f"Idempotency keys can only be up to {IDEMPOTENCY_KEY_LENGTH_MAX} characters long.")
    fingerprint = hashlib.sha256(json.dumps([url.path, params], sort_keys=True).encode()).hexdigest()
    earlier = state.replies.get(key)
    if earlier and earlier["made"] < state.now() - IDEMPOTENCY_SECONDS:
        earlier = None
    if earlier and earlier["fingerprint"] != fingerprint:
        message = "Keys for idempotent requests can only be used with the same parameters they were first used with."
        raise KeyReused(f"{message} Try using a key other than '{key}' if you meant to execute a different request.")
    if earlier:
        return Reply(earlier["status"], earlier["body"], {"Idempotent-Replayed": "true"})
    reply = _call(state, request.method, url.path, params, public_url=public_url)
    # What was refused before anything was done is not remembered, so that a corrected call may use the key.
    state.replies[key] = {"made": state.now(), "fingerprint": fingerprint, "status": reply.status, "body": reply.body}
    return reply


def _call(state: State, method: str, path: str, params: forms.Params, *, public_url: str) -> Reply:
    try:
        return Reply(200, endpoints.answer(state, method=method, path=path, params=params, public_url=public_url))
    except Refused as refused:
        if refused.status == 402:  # noqa: PLR2004 - a declined card is an outcome and remembered like one
            return Reply(refused.status, refused.body())
        raise
