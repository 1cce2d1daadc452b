"""Secrets of others at rest, sealed with a key that only ``SECRET_KEY`` gives: a copy of the database tells none of them.

Stands alone because several floors keep such secrets: the signing secrets of webhooks, the credentials of providers. Invariants: what is
sealed for one purpose cannot be opened for another; a sealed text that was changed, or sealed under a ``SECRET_KEY`` that is not known any
more, is refused and never guessed. ``SECRET_KEY_FALLBACKS`` still open what they sealed, so the key can be changed without losing anything.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES = 32  # What Fernet takes: half of it signs, half of it encrypts.


class SealBroken(Exception):
    """A sealed text cannot be opened: it was changed, sealed for another purpose, or under a ``SECRET_KEY`` that is not known any more."""


def seal(text: str, *, purpose: str) -> str:
    """Return ``text`` encrypted and signed, as ASCII, about a third longer and 100 characters more; different every time."""
    return _box((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Return the text that was sealed for the same purpose; raises :class:`SealBroken`."""
    try:
        return _box((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken("What was kept cannot be opened: SECRET_KEY is another one than when it was sealed.") from None


@lru_cache(maxsize=32)
def _box(secrets: tuple[str, ...], purpose: str) -> MultiFernet:
    # The first key seals, all of them open.
    return MultiFernet([Fernet(_derive(secret, purpose)) for secret in secrets])


def _derive(secret: str, purpose: str) -> bytes:
    key = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"tollgate.sealing:{purpose}".encode()).derive(secret.encode())
    return base64.urlsafe_b64encode(key)
