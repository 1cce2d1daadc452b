"""What the safe-fetch tests share: the asset host, and a witness of every connection and name lookup that is tried."""

import sys
from collections.abc import Iterator

import pytest

from tests.fakes.asset_host import asset_host

__all__ = ["asset_host", "witness"]


class Witness:
    """Sees each connection and lookup of the process while it watches, through Python's audit events."""

    def __init__(self) -> None:
        self.watching = False
        self.connections: list[object] = []
        self.lookups: list[object] = []

    def hook(self, event: str, arguments: tuple[object, ...]) -> None:
        """Note an audit event."""
        if self.watching and event == "socket.connect":
            self.connections.append(arguments[1])
        # socket.create_connection() passes numeric addresses through getaddrinfo(), which asks nobody; those come after a connection
        # was decided upon, so both lists stay empty or neither does.
        if self.watching and event == "socket.getaddrinfo":
            self.lookups.append(arguments[0])


# Audit hooks cannot be removed, so there is one for the process and it sleeps between tests.
_WITNESS = Witness()
sys.addaudithook(_WITNESS.hook)


@pytest.fixture
def witness() -> Iterator[Witness]:
    """A witness that has seen nothing yet."""
    _WITNESS.connections.clear()
    _WITNESS.lookups.clear()
    _WITNESS.watching = True
    yield _WITNESS
    _WITNESS.watching = False
