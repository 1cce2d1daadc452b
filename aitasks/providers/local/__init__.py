"""The embedded provider: real work with ordinary libraries, no key, no network, no model of its own making (P-3.4).

It stands by itself so that a fresh installation can do every feature at once, and so that tests need no fake. Each capability is one module
with a ``run(work)`` generator; :data:`CAPABILITIES` maps a step and a target to it. Invariants: the same work gives the same bytes (speech:
the same words); nothing leaves the machine; generators yield at least every fifth of a second, so that a cancelled task stops soon.
"""

from aitasks.providers.local.provider import Local
from aitasks.providers.port import Access, Kind

__all__ = ["KIND", "Local"]


def connect(_access: Access) -> Local:
    """Return the provider: it needs no access to anything."""
    return Local()


KIND = Kind(name="local", title="Embedded", connect=connect, needs_credential=False)
