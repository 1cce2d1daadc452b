"""A TCP proxy in front of a broker. Cut, connections break and new ones are refused until it is mended; it can be a black hole too."""

import socket
import threading
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit, urlunsplit

CHUNK_BYTES = 65_536


class Proxy:
    """Forwards a port of its own to the host and port of ``url``; ``self.url`` is the same address through it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 0)
        self._listener = self._listen(0)
        self._port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._swallows = False
        credentials, at, _ = parts.netloc.rpartition("@")
        self.url = urlunsplit(parts._replace(netloc=f"{credentials}{at}127.0.0.1:{self._port}"))
        self._serve()

    def __enter__(self) -> Self:
        """Forward from the start."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close everything."""
        self.cut()

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        for one in [self._listener, *self._open]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def swallow(self) -> None:
        """Be a black hole: connections open and stay, and nothing that is sent arrives anywhere."""
        self._swallows = True

    def mend(self) -> None:
        """Forward again, on the same port."""
        self._swallows = False
        self._listener = self._listen(self._port)
        self._serve()

    def _listen(self, port: int) -> socket.socket:
        return socket.create_server(("127.0.0.1", port))

    def _serve(self) -> None:
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._target)
                self._open += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._forward, args=(source, sink), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK_BYTES):
                if not self._swallows:
                    sink.sendall(data)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
