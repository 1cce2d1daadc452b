"""Password hashing: Argon2id in OWASP's profile for servers (19 MiB, two passes), never more than a few at once.

Without the cap a burst of sign-ins would take 19 MiB and a core each; waiting for a turn costs less than swapping.
"""

import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

_turns = threading.BoundedSemaphore(2)


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id with m=19456 KiB, t=2, p=1 (OWASP Password Storage Cheat Sheet, 2024)."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Return the hash, when it is this caller's turn."""
        with _turns:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether the password fits, when it is this caller's turn."""
        with _turns:
            return super().verify(password, encoded)
