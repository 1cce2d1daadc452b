"""Making services, their methods and their tokens.

A token is shown once, when it is made; what is kept is its hash, and a sealed copy for callbacks.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from common import clock
from common.sealing import seal, unseal
from marketplace.errors import WrongToken
from marketplace.models import Method, PayloadField, Service, Token

TOKEN_PURPOSE, PUBLISHER_PURPOSE = "marketplace.token", "marketplace.publisher_key"
TOKEN_BYTES = 32
RETIRED_KEPT = timedelta(days=31)
"""Longer than deliveries are kept, of which each may have to be sent again with the token it came with."""
TOKEN_CHARACTERS_MIN = 24
"""Of a token that somebody else made: a plain hash is enough for texts that nobody guesses."""


def create_service(*, facts: dict[str, Any], token: str = "", publisher_key: str = "") -> tuple[Service, str]:
    """Create a service and return it with its token: the one given, else a new one."""
    with transaction.atomic():
        service = Service.objects.create(**facts, publisher_key_sealed=_sealed_key(publisher_key))
        return service, set_token(service=service, token=token)


def save_service(*, service: Service, publisher_key: str = "") -> None:
    """Save a service that staff changed; the publisher key stays unless another is given."""
    if publisher_key:
        service.publisher_key_sealed = _sealed_key(publisher_key)
    # The version was read a while ago: written back, it could give what is saved now a number that others know as something else.
    fields = [field.name for field in Service._meta.concrete_fields if not field.primary_key and field.name != "version"]  # noqa: SLF001 - Django's documented way to a model's fields
    with transaction.atomic():
        service.save(update_fields=fields)
        announce_change(service=service)


def create_method(*, service: Service, name: str, facts: Mapping[str, Any], fields: Iterable[Mapping[str, Any]]) -> Method:
    """Create a method of a service with the fields of its payload, and return it."""
    with transaction.atomic():
        method = Method.objects.create(service=service, name=name, **facts)
        for field in fields:
            PayloadField.objects.create(method=method, **field)
        announce_change(service=service)
    return method


def announce_change(*, service: Service) -> None:
    """Have every process read the service again, with its token, its methods and their fields."""
    Service.objects.filter(pk=service.pk).update(version=F("version") + 1)


def set_token(*, service: Service, token: str = "") -> str:
    """Make a token the one in use, retire the one before at once, and return it; an empty text asks for a new random one.

    What was called with the one before is still delivered with it.
    """
    text = token or f"mt_{secrets.token_urlsafe(TOKEN_BYTES)}"
    with transaction.atomic():
        Service.objects.select_for_update().get(pk=service.pk)
        Token.objects.filter(service=service, retired_at=None).update(retired_at=clock.now())
        Token.objects.create(service=service, digest=_digest(text), sealed=seal(text, purpose=TOKEN_PURPOSE))
        announce_change(service=service)
    return text


def forget_tokens() -> int:
    """Empty the sealed copies of tokens that were retired so long ago that nothing is left to be delivered with them; returns how many."""
    return Token.objects.filter(retired_at__lt=clock.now() - RETIRED_KEPT).exclude(sealed="").update(sealed="")


def check_token(*, token: Token, given: str) -> None:
    """Return if a call's token is the service's; raises :class:`WrongToken`. Takes the same time however much of it is right (M-1.3)."""
    if not hmac.compare_digest(token.digest, _digest(given)):
        raise WrongToken


def open_token(token: Token) -> str:
    """Return the token as calls carry it, for a callback; raises ``SealBroken``."""
    return unseal(token.sealed, purpose=TOKEN_PURPOSE)


def open_publisher_key(service: Service) -> str:
    """Return the key that opens the marketplace's storage (M-6.1), or "" where there is none; raises ``SealBroken``."""
    return unseal(service.publisher_key_sealed, purpose=PUBLISHER_PURPOSE) if service.publisher_key_sealed else ""


def _sealed_key(text: str) -> str:
    return seal(text, purpose=PUBLISHER_PURPOSE) if text else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
