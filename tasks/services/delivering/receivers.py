"""How an address that was disabled is found again."""

import hashlib


def digest_of(url: str) -> str:
    """Return what stands for an address in an index, which takes no text of its length."""
    return hashlib.sha256(url.encode()).hexdigest()
